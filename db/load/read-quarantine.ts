import type { Queryable } from '../pool.ts';

/** How many rows of a file were refused by one rule. */
export interface QuarantineCount {
  source: string;
  code: string;
  file: string;
  sha256: string;
  rows: number;
}

/** What is in quarantine, per source, rule and file; most rows first within a source. */
export async function countQuarantined(
  client: Queryable,
  { source, code, limit }: { source?: string | undefined; code?: string | undefined; limit: number },
): Promise<QuarantineCount[]> {
  const { rows } = await client.query<QuarantineCount>(
    `select file.source, refused.code, file.name as file, file.sha256, refused.rows
     from (
       select file_sha256, code, count(*) as rows from quarantine
       where $2::text is null or code = $2 group by file_sha256, code) as refused
       join file on file.sha256 = refused.file_sha256
     where $1::text is null or file.source = $1
     order by file.source, refused.rows desc, refused.code, file.name, file.sha256 limit $3`,
    [source ?? null, code ?? null, limit],
  );
  return rows;
}

/** Files that are held or refused as a whole. */
export interface StoppedFile {
  source: string;
  file: string;
  sha256: string;
  state: 'held' | 'refused';
  code: string;
  detail: string | null;
}

/** Files of which nothing was loaded, and why; newest first. */
export async function findStoppedFiles(
  client: Queryable,
  { source, code, limit }: { source?: string | undefined; code?: string | undefined; limit: number },
): Promise<StoppedFile[]> {
  const { rows } = await client.query<StoppedFile>(
    `select source, name as file, sha256, state, refusal_code as code, refusal_detail as detail
     from file where state in ('held', 'refused')
       and ($1::text is null or source = $1) and ($2::text is null or refusal_code = $2)
     order by source, id desc limit $3`,
    [source ?? null, code ?? null, limit],
  );
  return rows;
}

/** A refused row as it is kept. */
export interface QuarantinedRow {
  rowNumber: number;
  /** Where it starts in the unpacked file. */
  byteOffset: number;
  byteLength: number;
  code: string;
  detail: string;
  /** The bytes kept: all of them, or the first of a row longer than a record may be. */
  original: Buffer;
}

/** The refused rows of a file in the order of the file, all or those with one row number. */
export async function readQuarantinedRows(
  client: Queryable,
  sha256: string,
  { rowNumber, limit }: { rowNumber?: number | undefined; limit: number },
): Promise<QuarantinedRow[]> {
  const { rows } = await client.query<QuarantinedRow>(
    `select row_number as "rowNumber", byte_offset as "byteOffset", byte_length as "byteLength", code, detail, original
     from quarantine where file_sha256 = $1 and ($2::bigint is null or row_number = $2)
     order by byte_offset limit $3`,
    [sha256, rowNumber ?? null, limit],
  );
  return rows;
}

/** Files whose name is `text` or whose hash begins with it (8 digits or more), newest first. */
export async function findFilesCalled(
  client: Queryable,
  text: string,
): Promise<{ sha256: string; name: string; source: string }[]> {
  const isHash = /^[0-9a-f]{8,64}$/.test(text);
  const { rows } = await client.query<{ sha256: string; name: string; source: string }>(
    `select sha256, name, source from file where name = $1 or ($2 and sha256 like $1 || '%')
     order by id desc limit 10`,
    [text, isHash],
  );
  return rows;
}

/** A refused row with the file it stood in. */
export interface QuarantinedRowOfFile extends QuarantinedRow {
  fileId: number;
  sha256: string;
  file: string;
  source: string;
  receivedAt: Date;
}

/** So many bytes of a refused row are shown. */
const SHOWN_BYTES = 2_000;

/** Refused rows, of the newest file first, in the order of each file. */
export async function readQuarantinePage(
  client: Queryable,
  asked: {
    limit: number;
    source?: string | undefined;
    code?: string | undefined;
    sha256?: string | undefined;
    /** The row before the first of the page: number of its file, offset in it. */
    after?: readonly [fileId: number, byteOffset: number] | null | undefined;
  },
): Promise<QuarantinedRowOfFile[]> {
  const { limit, source, code, sha256, after } = asked;
  const { rows } = await client.query<QuarantinedRowOfFile>(
    `select file.id as "fileId", file.sha256, file.name as file, file.source, file.received_at as "receivedAt",
       refused.row_number as "rowNumber", refused.byte_offset as "byteOffset", refused.byte_length as "byteLength",
       refused.code, refused.detail, substring(refused.original for ${SHOWN_BYTES}) as original
     from file cross join lateral (
       select * from quarantine
       where file_sha256 = file.sha256 and ($3::text is null or code = $3)
         and ($5::bigint is null or file.id < $5 or byte_offset > $6)
       order by byte_offset limit $1) as refused
     where file.rows_quarantined > 0 and ($2::text is null or file.source = $2) and ($4::text is null or file.sha256 = $4)
       and ($5::bigint is null or file.id <= $5)
     order by file.id desc, refused.byte_offset limit $1`,
    [limit, source ?? null, code ?? null, sha256 ?? null, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}
