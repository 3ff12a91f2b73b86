import { fromMicroseconds, inMicroseconds } from '../microseconds.ts';
import type { Queryable } from '../pool.ts';

export interface FileRow {
  sha256: string;
  source: string;
  name: string;
  sizeBytes: number;
  receivedAt: Date;
  state: 'stored' | 'loaded' | 'refused' | 'held' | 'unpacked';
  rowsIn: number | null;
  rowsLoaded: number | null;
  rowsDuplicate: number | null;
  rowsQuarantined: number | null;
  refusalCode: string | null;
  refusalDetail: string | null;
  loadedAt: Date | null;
}

export interface FileTotalsRow {
  files: number;
  waiting: number;
  refused: number;
  rowsIn: number;
  rowsLoaded: number;
  rowsDuplicate: number;
  rowsQuarantined: number;
}

const FILE_COLUMNS = `sha256, source, name, size_bytes as "sizeBytes", received_at as "receivedAt", state,
  rows_in as "rowsIn", rows_loaded as "rowsLoaded", rows_duplicate as "rowsDuplicate",
  rows_quarantined as "rowsQuarantined", refusal_code as "refusalCode", refusal_detail as "refusalDetail",
  loaded_at as "loadedAt"`;

export interface FileFilter {
  limit: number;
  source?: string | undefined;
  state?: FileRow['state'] | undefined;
  /** In the name, whatever the case. */
  q?: string | undefined;
  /** The file before the first of the page: receipt in microseconds, hash. */
  after?: readonly [receivedUs: number, sha256: string] | null | undefined;
}

/** The ledger, newest file first. */
export async function readFiles(
  client: Queryable,
  { limit, source, state, q, after }: FileFilter,
): Promise<(FileRow & { receivedUs: number })[]> {
  const { rows } = await client.query<FileRow & { receivedUs: number }>(
    `select ${FILE_COLUMNS}, ${inMicroseconds('received_at')} as "receivedUs" from file
     where ($2::text is null or source = $2) and ($3::text is null or state = $3)
       and ($4::text is null or position(lower($4) in lower(name)) > 0)
       and ($5::bigint is null or received_at <= ${fromMicroseconds('$5')})
       and ($5::bigint is null or received_at < ${fromMicroseconds('$5')} or sha256 > $6)
     order by received_at desc, sha256 limit $1`,
    [limit, source ?? null, state ?? null, q ?? null, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}

/** One line of the ledger; null when there is none. */
export async function readFile(client: Queryable, sha256: string): Promise<FileRow | null> {
  const { rows } = await client.query<FileRow>(`select ${FILE_COLUMNS} from file where sha256 = $1`, [
    sha256,
  ]);
  return rows[0] ?? null;
}

/** What all files together became. */
export async function readFileTotals(client: Queryable): Promise<FileTotalsRow> {
  const { rows } = await client.query<FileTotalsRow>(
    `select count(*)::int as files, count(*) filter (where state = 'stored')::int as waiting,
       count(*) filter (where state = 'refused')::int as refused,
       coalesce(sum(rows_in), 0)::bigint as "rowsIn", coalesce(sum(rows_loaded), 0)::bigint as "rowsLoaded",
       coalesce(sum(rows_duplicate), 0)::bigint as "rowsDuplicate",
       coalesce(sum(rows_quarantined), 0)::bigint as "rowsQuarantined"
     from file`,
  );
  return rows[0]!;
}
