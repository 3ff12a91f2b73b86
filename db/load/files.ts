import type { ValueCounts } from '../../models/records/completeness.ts';
import type { Queryable } from '../pool.ts';

export interface StoredFile {
  sha256: string;
  source: string;
  name: string;
  sizeBytes: number;
  /** Now, when not told. */
  receivedAt?: Date;
  /** The archive it was a member of. */
  archiveSha256?: string | null;
  /** `stored`, when not told: it waits to be loaded. */
  state?: 'stored' | 'refused' | 'unpacked';
  refusalCode?: string | null;
  refusalDetail?: string | null;
}

export interface FileTotals {
  rowsIn: number;
  rowsLoaded: number;
  rowsDuplicate: number;
  rowsQuarantined: number;
}

export interface FileLedger extends FileTotals {
  /** Number in the order of arrival. */
  id: number;
  sha256: string;
  source: string;
  name: string;
  sizeBytes: number;
  receivedAt: Date;
  /** A person let it through: the limit of refused rows does not hold for it. */
  limitWaived: boolean;
  state: 'stored' | 'loaded' | 'refused' | 'held' | 'unpacked';
  refusalCode: string | null;
  refusalDetail: string | null;
  /** Of the contract it was read by; null: none, or not read yet. */
  contractVersion: number | null;
}

const LEDGER_COLUMNS = `id, sha256, source, name, size_bytes as "sizeBytes", received_at as "receivedAt",
  limit_waived as "limitWaived", state, rows_in as "rowsIn", rows_loaded as "rowsLoaded",
  rows_duplicate as "rowsDuplicate", rows_quarantined as "rowsQuarantined",
  refusal_code as "refusalCode", refusal_detail as "refusalDetail", contract_version as "contractVersion"`;

/** Enters a file in the ledger; a file already known stays as it is. */
export const saveFile = (client: Queryable, file: StoredFile): Promise<void> => saveFiles(client, [file]);

/**
 * Enters files in the ledger, archives with their members, numbered in the order of their receipt; those already
 * known stay as they are.
 */
export async function saveFiles(client: Queryable, files: readonly StoredFile[]): Promise<void> {
  if (files.length === 0) return;
  // Of two that enter the same files in different orders each could wait for the other.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('ledger', 0))`);
  // What is received now comes after what was received before.
  const receivedMs = ({ receivedAt }: StoredFile) => receivedAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...files].sort((a, b) => receivedMs(a) - receivedMs(b) || (a.sha256 < b.sha256 ? -1 : 1));
  await client.query(
    `insert into file (sha256, source, name, size_bytes, received_at, archive_sha256, state, refusal_code,
       refusal_detail)
     select sha256, source, name, size_bytes, coalesce(received_at, now()), archive_sha256, state, code, detail
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
       $8::text[], $9::text[])
       as told (sha256, source, name, size_bytes, received_at, archive_sha256, state, code, detail)
     on conflict (sha256) do nothing`,
    [
      sorted.map((file) => file.sha256),
      sorted.map((file) => file.source),
      sorted.map((file) => file.name),
      sorted.map((file) => file.sizeBytes),
      sorted.map((file) => file.receivedAt ?? null),
      sorted.map((file) => file.archiveSha256 ?? null),
      sorted.map((file) => file.state ?? 'stored'),
      sorted.map((file) => file.refusalCode ?? null),
      sorted.map((file) => file.refusalDetail ?? null),
    ],
  );
}

/** The ledger's lines of some files, locked until the transaction ends, always in the same order. */
export async function lockFiles(client: Queryable, sha256s: readonly string[]): Promise<FileLedger[]> {
  const { rows } = await client.query<FileLedger>(
    `select ${LEDGER_COLUMNS} from file where sha256 = any($1) order by id for update`,
    [sha256s],
  );
  return rows;
}

/** The ledger's lines of some files. */
export async function findFiles(client: Queryable, sha256s: readonly string[]): Promise<FileLedger[]> {
  const { rows } = await client.query<FileLedger>(
    `select ${LEDGER_COLUMNS} from file where sha256 = any($1) order by id`,
    [sha256s],
  );
  return rows;
}

/**
 * Files of a source that wait to be loaded, in the order of their arrival: the oldest and `newest` of the newest, so
 * that what just came need not wait behind a backlog, and the backlog does not wait for ever. Of
 * a paused source only those a person let through.
 */
export async function pendingFiles(
  client: Queryable,
  source: string,
  limit: number,
  newest = 0,
): Promise<string[]> {
  const waiting = `select id, sha256 from file where source = $1 and state = 'stored'
    and (limit_waived or not exists (select from source where name = $1 and paused_at is not null))`;
  const { rows } = await client.query<{ sha256: string }>(
    `with newest as (${waiting} order by id desc limit $3), oldest as (${waiting} order by id limit $2)
     select sha256 from (select * from newest union select * from oldest) as pending order by id`,
    [source, limit - newest, newest],
  );
  return rows.map((row) => row.sha256);
}

/** What is noted of a file that was loaded. */
export interface LoadedFile extends FileTotals {
  sha256: string;
  /** Of `rowsQuarantined` those older than what is kept. */
  rowsExpired: number;
  /** What was detected, and how many rows each rule touched. */
  dialect: object;
  /** When its latest record could first be known, epoch milliseconds. */
  lastKnownAt: number | null;
  /** Values its runs should tell and tell; null: it is not of runs. */
  values: ValueCounts | null;
}

/** Marks files loaded. Belongs in the transaction that inserted their rows. */
export async function markLoaded(client: Queryable, files: readonly LoadedFile[]): Promise<void> {
  await client.query(
    `update file set state = 'loaded', rows_in = told.rows_in, rows_loaded = told.rows_loaded,
       rows_duplicate = told.rows_duplicate, rows_quarantined = told.rows_quarantined, dialect = told.dialect,
       last_known_at = told.last_known_at, rows_expired = told.rows_expired, values_expected = told.values_expected,
       values_told = told.values_told, loaded_at = now(), accounted_at = now()
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::timestamptz[],
       $8::bigint[], $9::bigint[], $10::bigint[])
       as told (sha256, rows_in, rows_loaded, rows_duplicate, rows_quarantined, dialect, last_known_at, rows_expired,
         values_expected, values_told)
     where file.sha256 = told.sha256`,
    [
      files.map(({ sha256 }) => sha256),
      files.map(({ rowsIn }) => rowsIn),
      files.map(({ rowsLoaded }) => rowsLoaded),
      files.map(({ rowsDuplicate }) => rowsDuplicate),
      files.map(({ rowsQuarantined }) => rowsQuarantined),
      files.map(({ dialect }) => JSON.stringify(dialect)),
      files.map(({ lastKnownAt }) => (lastKnownAt === null ? null : new Date(lastKnownAt))),
      files.map(({ rowsExpired }) => rowsExpired),
      files.map(({ values }) => values?.expected ?? null),
      files.map(({ values }) => values?.told ?? null),
    ],
  );
}

/** Marks a file refused as a whole, or held until a person decides, with the reason: nothing of it is loaded. */
export async function markStopped(
  client: Queryable,
  state: 'refused' | 'held',
  sha256: string,
  code: string,
  detail: string,
): Promise<void> {
  await client.query(
    `update file set state = $2, refusal_code = $3, refusal_detail = $4, loaded_at = now() where sha256 = $1`,
    [sha256, state, code, detail],
  );
}

/** Whether a file of a source of that kind was loaded after an instant, on the clock of the database. */
export async function isLoadedSince(
  client: Queryable,
  kind: 'runs' | 'metrics',
  since: Date,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from file join source on source.name = file.source
     where source.kind = $1 and file.state = 'loaded' and file.loaded_at > $2 limit 1`,
    [kind, since],
  );
  return rowCount === 1;
}

/** Whether more than one file of runs waits to be loaded: what is known now is not what will be known in a moment. */
export async function isBacklog(client: Queryable): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from source join file on file.source = source.name
     where source.kind = 'runs' and source.paused_at is null and file.state = 'stored' limit 2`,
  );
  return rowCount === 2;
}
