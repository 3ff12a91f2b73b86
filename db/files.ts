import type { Queryable } from './pool.ts';

export interface StoredFile {
  sha256: string;
  source: string;
  name: string;
  sizeBytes: number;
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
export async function saveFile(client: Queryable, file: StoredFile): Promise<void> {
  await client.query(
    `insert into file (sha256, source, name, size_bytes) values ($1, $2, $3, $4) on conflict (sha256) do nothing`,
    [file.sha256, file.source, file.name, file.sizeBytes],
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

/** Files of a source that wait to be loaded, oldest first; of a paused source only those a person let through. */
export async function pendingFiles(client: Queryable, source: string, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ sha256: string }>(
    `select sha256 from file where source = $1 and state = 'stored'
       and (limit_waived or not exists (select from source where name = $1 and paused_at is not null))
     order by id limit $2`,
    [source, limit],
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
}

/** Marks files loaded. Belongs in the transaction that inserted their rows. */
export async function markLoaded(client: Queryable, files: readonly LoadedFile[]): Promise<void> {
  await client.query(
    `update file set state = 'loaded', rows_in = told.rows_in, rows_loaded = told.rows_loaded,
       rows_duplicate = told.rows_duplicate, rows_quarantined = told.rows_quarantined, dialect = told.dialect,
       last_known_at = told.last_known_at, rows_expired = told.rows_expired, loaded_at = now()
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::timestamptz[],
       $8::bigint[])
       as told (sha256, rows_in, rows_loaded, rows_duplicate, rows_quarantined, dialect, last_known_at, rows_expired)
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
    ],
  );
}

/** Marks a file refused as a whole, with the reason. */
export async function markRefused(
  client: Queryable,
  sha256: string,
  code: string,
  detail: string,
): Promise<void> {
  await client.query(
    `update file set state = 'refused', refusal_code = $2, refusal_detail = $3, loaded_at = now() where sha256 = $1`,
    [sha256, code, detail],
  );
}
