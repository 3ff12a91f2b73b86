import type pg from 'pg';
import { type CopyToStreamQuery, to as copyTo } from 'pg-copy-streams';
import type { Queryable } from '../pool.ts';
import { withOwnSession } from './own-session.ts';
import { quoted, readMigrations, readRootTables, readTableParts, type TableRows } from './table-parts.ts';

/** Another backup of this database is under way. */
export class BackupUnderWay extends Error {
  override name = 'BackupUnderWay';
}

const SESSION = 'smart-etl-backup';
/** Any number that nothing else in the database locks on. */
const BACKUP_LOCK = 6_204_881_933;

export interface SequenceState {
  sequence: string;
  /** What it gives next. */
  next: string;
}

/** Objects that the database names and cannot do without, by bucket. */
export interface NamedObjects {
  raw: string[];
  models: string[];
  reports: string[];
}

/** The database as it was at one instant, however long it is read. */
export interface Snapshot {
  takenAt: Date;
  postgres: string;
  migrations: string[];
  tables: TableRows[];
  /** The rows of a part, as COPY writes them (text). */
  read(part: TableRows): CopyToStreamQuery;
  /** What sequences give next: asked after the rows were read, never less than these. */
  sequences(): Promise<SequenceState[]>;
  namedObjects(): Promise<NamedObjects>;
}

/**
 * Runs `work` while no other backup of this database does.
 *
 * @throws BackupUnderWay
 */
export const withBackupLock = <T>(databaseUrl: string, work: () => Promise<T>): Promise<T> =>
  withOwnSession(databaseUrl, SESSION, async (client) => {
    const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [
      BACKUP_LOCK,
    ]);
    if (!rows[0]!.free) throw new BackupUnderWay('another backup of this database is under way');
    return work();
  });

/**
 * Reads the database in one transaction that sees one instant. Whoever may read every table and sequence can do it:
 * the owner, or a role with `pg_read_all_data`. Months are not dropped meanwhile: retention and rebuild wait.
 */
export const withSnapshot = <T>(databaseUrl: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> =>
  withOwnSession(databaseUrl, SESSION, async (client) => {
    const roots = await readRootTables(client);
    await client.query('begin isolation level repeatable read read only');
    // Before the first look, so that nothing is dropped between the look and the reading.
    if (roots.length > 0)
      await client.query(`lock table ${roots.map(quoted).join(', ')} in access share mode`);
    return work(await snapshotOf(client));
  });

async function snapshotOf(client: pg.Client): Promise<Snapshot> {
  const { rows } = await client.query<{ takenAt: Date; postgres: string }>(
    `select clock_timestamp() as "takenAt", current_setting('server_version') as postgres`,
  );
  const { takenAt, postgres } = rows[0]!;
  const migrations = await readMigrations(client);
  return {
    takenAt,
    postgres,
    migrations,
    tables: await readTableParts(client),
    read({ table, columns }) {
      return client.query(copyTo(`copy ${quoted(table)} (${columns.map(quoted).join(', ')}) to stdout`));
    },
    sequences: () => readSequences(client),
    namedObjects: () => readNamedObjects(client, migrations),
  };
}

async function readSequences(client: Queryable): Promise<SequenceState[]> {
  const { rows: names } = await client.query<{ sequence: string; step: string }>(`
    select c.relname as sequence, s.seqincrement::text as step from pg_class c join pg_sequence s on s.seqrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relname not like 'knex%' order by c.relname collate "C"`);
  const found: SequenceState[] = [];
  for (const { sequence, step } of names) {
    const { rows } = await client.query<{ next: string }>(
      `select (last_value + case when is_called then ${step} else 0 end)::text as next from ${quoted(sequence)}`,
    );
    found.push({ sequence, next: rows[0]!.next });
  }
  return found;
}

/** Originals of all files, the versions that serve or may, and reports. Of older versions retention keeps what is needed. */
async function readNamedObjects(client: Queryable, migrations: readonly string[]): Promise<NamedObjects> {
  const keys = async (sql: string) => (await client.query<{ key: string }>(sql)).rows.map(({ key }) => key);
  return {
    raw: await keys('select sha256 as key from file where original_deleted_at is null'),
    models: await keys(`
      select unnest(array[artifact_sha256, manifest_sha256]) as key
      from model_version where exists (select from model_alias
        where model_alias.model = model_version.model and model_alias.version = model_version.version)`),
    // A backup before a migration is of the schema before it.
    reports: migrations.includes('0026-report')
      ? await keys('select unnest(array[pdf_sha256, notebook_sha256, figures_sha256]) as key from report')
      : [],
  };
}
