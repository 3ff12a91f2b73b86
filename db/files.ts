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
  sha256: string;
  source: string;
  name: string;
  state: 'stored' | 'loaded' | 'refused';
  refusalCode: string | null;
  refusalDetail: string | null;
}

const LEDGER_COLUMNS = `sha256, source, name, state, rows_in as "rowsIn", rows_loaded as "rowsLoaded",
  rows_duplicate as "rowsDuplicate", rows_quarantined as "rowsQuarantined",
  refusal_code as "refusalCode", refusal_detail as "refusalDetail"`;

/** Enters a file in the ledger; a file already known stays as it is. */
export async function saveFile(client: Queryable, file: StoredFile): Promise<void> {
  await client.query(
    `insert into file (sha256, source, name, size_bytes) values ($1, $2, $3, $4) on conflict (sha256) do nothing`,
    [file.sha256, file.source, file.name, file.sizeBytes],
  );
}

/** The ledger's line of a file, locked until the transaction ends; null when it is unknown. */
export async function lockFile(client: Queryable, sha256: string): Promise<FileLedger | null> {
  const { rows } = await client.query<FileLedger>(
    `select ${LEDGER_COLUMNS} from file where sha256 = $1 for update`,
    [sha256],
  );
  return rows[0] ?? null;
}

/** The ledger's lines of some files. */
export async function findFiles(client: Queryable, sha256s: readonly string[]): Promise<FileLedger[]> {
  const { rows } = await client.query<FileLedger>(
    `select ${LEDGER_COLUMNS} from file where sha256 = any($1) order by sha256`,
    [sha256s],
  );
  return rows;
}

/** Files of a source that are stored but neither loaded nor refused, oldest first. */
export async function pendingFiles(client: Queryable, source: string, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ sha256: string }>(
    `select sha256 from file where source = $1 and state = 'stored' order by received_at, name, sha256 limit $2`,
    [source, limit],
  );
  return rows.map((row) => row.sha256);
}

/** Marks a file loaded. Belongs in the transaction that inserted its rows. */
export async function markLoaded(
  client: Queryable,
  sha256: string,
  totals: FileTotals,
  dialect: unknown,
  lastKnownAt: Date | null,
): Promise<void> {
  await client.query(
    `update file set state = 'loaded', rows_in = $2, rows_loaded = $3, rows_duplicate = $4, rows_quarantined = $5,
       dialect = $6, last_known_at = $7, loaded_at = now() where sha256 = $1`,
    [
      sha256,
      totals.rowsIn,
      totals.rowsLoaded,
      totals.rowsDuplicate,
      totals.rowsQuarantined,
      JSON.stringify(dialect),
      lastKnownAt,
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
