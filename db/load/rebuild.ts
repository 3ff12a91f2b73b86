import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Pool, Queryable } from '../pool.ts';

/** Where the tables are made anew, beside those in use. */
export const REBUILD_SCHEMA = 'rebuild';

/** Makes empty tables beside those in use; returns how many files are to be read again. */
export async function beginRebuild(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ files: number }>('select begin_rebuild() as files');
  return rows[0]!.files;
}

/** Adds files that came meanwhile. */
export async function extendRebuild(client: Queryable): Promise<void> {
  await client.query('select extend_rebuild()');
}

/** The next files the rebuild has not read, in the order of arrival, and how many there are. */
export async function nextOfRebuild(
  client: Queryable,
  limit: number,
): Promise<{ files: string[]; waiting: number }> {
  const { rows } = await client.query<{ sha256: string; waiting: number }>(
    `select sha256, count(*) over () as waiting from ${REBUILD_SCHEMA}.file where state = 'stored'
     order by id limit $1`,
    [limit],
  );
  return { files: rows.map(({ sha256 }) => sha256), waiting: rows[0]?.waiting ?? 0 };
}

/** Prepares the exchange while everybody still reads and writes: it takes as long as reading the tables once. */
export async function readyRebuild(client: Queryable): Promise<void> {
  await client.query('select ready_rebuild()');
}

/** Puts the rebuilt tables in the place of those in use; false when files were loaded that it does not have yet. */
export async function finishRebuild(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ finished: boolean }>('select finish_rebuild() as finished');
  return rows[0]!.finished;
}

/** Throws a rebuild away. */
export async function dropRebuild(client: Queryable): Promise<void> {
  await client.query('select drop_rebuild()');
}

/** A part of what is derived from the originals: a table, or a month of one. */
interface Part {
  name: string;
  table: string;
  /** Columns compared; the others are of the clock or of people. */
  columns: string;
  key: string;
  where: string;
}

const RUN_COLUMNS = `job_id, digest, started_at, ended_at, known_at, duration_ms, rows_read, rows_written, expected_rows,
  file_id, row_number, status, run_key, host, error, query, extra, anomalies`;

/**
 * What of the ledger follows from the originals. Rows that were dropped with their month were loaded or duplicate
 * before and are expired when read again, so these are counted together.
 */
const FILE_COLUMNS = `id, sha256, source, name, size_bytes, state, dialect, rows_in, rows_loaded,
  rows_duplicate + rows_expired as rows_known_or_expired, rows_quarantined - rows_expired as rows_refused,
  values_expected, values_told, last_known_at, refusal_code, refusal_detail`;

/** What only a run told that has expired cannot be told again. */
function unlessExpired(column: 'owner' | 'host'): string {
  const keepFrom = `(select keep_from from public.retention where relation = 'run')`;
  const isKept = `${column}_told_at >= coalesce(${keepFrom}, '-infinity')`;
  return `case when ${isKept} then ${column} end as ${column}, case when ${isKept} then ${column}_told_at end as ${column}_told_at`;
}

/** A job stays when its last run has expired, so only those with runs are compared. */
const FIXED_PARTS: Part[] = [
  {
    name: 'run_event',
    table: 'run_event',
    columns: `event_id, namespace, job, run_id, kind, event_time, received_at, via, producer, exit_status,
      duration_ms, log, error, owner, host, query, rows_read, rows_written, extra, anomalies, file_id, row_number`,
    key: 'event_id',
    where: 'true',
  },
  {
    name: 'job',
    table: 'job',
    columns: `id, namespace, name, ${unlessExpired('owner')}, ${unlessExpired('host')}`,
    key: 'id',
    where: 'exists (select from $schema.run where run.job_id = job.id)',
  },
  {
    name: 'quarantine',
    table: 'quarantine',
    columns: 'file_sha256, byte_offset, row_number, code, detail, original, byte_length',
    key: 'file_sha256, byte_offset',
    where: 'true',
  },
  {
    name: 'file',
    table: 'file',
    columns: FILE_COLUMNS,
    key: 'sha256',
    where: `state in ('loaded', 'refused') and original_deleted_at is null
      and (refusal_code is null or refusal_code not in ('nested-archive', 'archive-bomb', 'damaged-archive',
        'encrypted-archive', 'empty-archive'))`,
  },
];

const MONTH_TABLES = {
  run: { columns: RUN_COLUMNS, key: 'job_id, run_key, digest, started_at' },
  metric_sample: { columns: 'ts, value, file_id, host, metric', key: 'host, metric, ts' },
} as const;

/** All parts that one of the two schemas has. Months are read through their table, where its rights apply. */
async function partsOf(client: Queryable): Promise<Part[]> {
  const { rows } = await client.query<{ table: keyof typeof MONTH_TABLES; name: string; where: string }>(
    `select distinct on (name) parent.relname as "table", child.relname as name,
       pg_get_partition_constraintdef(child.oid) as "where"
     from pg_inherits join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent
     where parent.relname in ('run', 'metric_sample') and child.relkind = 'r'
       and parent.relnamespace in (select oid from pg_namespace where nspname in ('public', $1))
     order by name`,
    [REBUILD_SCHEMA],
  );
  return [...FIXED_PARTS, ...rows.map((month) => ({ ...month, ...MONTH_TABLES[month.table] }))];
}

const selectOf = (schema: string, part: Part): string =>
  `select ${part.columns} from ${schema}.${part.table} where ${part.where.replaceAll('$schema', schema)}`;

/** Number of rows and an order-independent digest of a part. */
interface Digest {
  rows: number;
  digest: string;
}

/**
 * The sum of a 64-bit hash of every row (Bellare and Micciancio 1997, "A new paradigm for collision-free hashing":
 * AdHash): unlike exclusive-or it tells a row from the same row twice more.
 */
async function digestOf(client: Queryable, schema: string, part: Part): Promise<Digest> {
  const { rows } = await client.query<Digest>(
    `select count(*) as rows, coalesce(sum(hashtextextended(part::text, 0)), 0)::text as digest
     from (${selectOf(schema, part)}) as part`,
  );
  return rows[0]!;
}

/** SHA-256 of a part as COPY writes it, in the order of its key. */
async function dumpHashOf(client: PoolClient, schema: string, part: Part): Promise<string> {
  const hash = createHash('sha256');
  const query = `copy (select * from (${selectOf(schema, part)}) as part order by ${part.key}) to stdout`;
  await pipeline(client.query(copyTo(query)), hash);
  return hash.digest('hex');
}

/** How a part differs between the tables in use and the rebuilt ones. */
export interface Difference {
  part: string;
  rows: number;
  rowsRebuilt: number;
  /** Key of a row that only one of them has, or has otherwise; the first in the order of the key. */
  firstKey: string | null;
}

/** Enough to see what kind of difference it is; a result stays small. */
const MAX_DIFFERENCES = 50;

export interface Comparison {
  /** How many tables and months were compared. */
  parts: number;
  rows: number;
  /** The first of them, at most 50. */
  differences: Difference[];
}

/**
 * Compares all tables and months as of one instant: digests first, and where they are equal the bytes of both dumps.
 * Null when the rebuild lacks files that were loaded meanwhile.
 */
export async function compareRebuild(pool: Pool): Promise<Comparison | null> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    if (await isBehind(client)) return null;
    const comparison: Comparison = { parts: 0, rows: 0, differences: [] };
    for (const part of await partsOf(client)) {
      const used = await digestOf(client, 'public', part);
      const rebuilt = await digestOf(client, REBUILD_SCHEMA, part);
      comparison.parts++;
      comparison.rows += used.rows;
      const isEqual =
        used.rows === rebuilt.rows &&
        used.digest === rebuilt.digest &&
        (await dumpHashOf(client, 'public', part)) === (await dumpHashOf(client, REBUILD_SCHEMA, part));
      if (isEqual || comparison.differences.length === MAX_DIFFERENCES) continue;
      const firstKey = await firstDifference(client, part);
      comparison.differences.push({
        part: part.name,
        rows: used.rows,
        rowsRebuilt: rebuilt.rows,
        firstKey,
      });
    }
    return comparison;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    await client.query('rollback').catch(() => {});
    client.release(failure);
  }
}

async function isBehind(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ behind: boolean }>(
    `select exists (
       select from public.file known left join ${REBUILD_SCHEMA}.file again using (sha256)
       where known.state = 'loaded' and known.original_deleted_at is null
         and (again.state is null or again.state = 'stored')) as behind`,
  );
  return rows[0]!.behind;
}

async function firstDifference(client: Queryable, part: Part): Promise<string | null> {
  const [used, rebuilt] = ['public', REBUILD_SCHEMA].map((schema) => selectOf(schema, part));
  const { rows } = await client.query<{ key: string }>(
    `select row(${part.key})::text as key
     from ((${used}) except all (${rebuilt}) union all ((${rebuilt}) except all (${used}))) as differing
     order by ${part.key} limit 1`,
  );
  return rows[0]?.key ?? null;
}
