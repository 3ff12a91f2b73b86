import type { CsvDialect } from '../clean/csv-dialect.ts';
import { createCsvReader } from '../clean/csv-reader.ts';

/** What is needed to cut a table between two of its records. */
export interface CutDialect extends CsvDialect {
  /** Columns of the header. */
  fields: number;
}

/** Rows are made of so much at a time: only where they end is of interest. */
const PIECE_BYTES = 1 << 17;

/**
 * How many of the bytes, from the first, are whole records: up to the last line end that is not inside quotes. The
 * same reader as for loading judges it, so that a table cut here has the same rows as in one piece.
 *
 * @param bytes begin where a record begins
 */
export function wholeRecordBytes(bytes: Uint8Array, dialect: CutDialect): number {
  const reader = createCsvReader({ dialect, expectedFields: dialect.fields });
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    reader.push(bytes.subarray(from, from + PIECE_BYTES));
  }
  return reader.recordOffset;
}

/**
 * Where the first row of data begins: behind the header line and what stands before it. null while the header has no
 * end yet.
 */
export function headerBytes(start: Uint8Array, dialect: CutDialect, headerOffset: number): number | null {
  const reader = createCsvReader({ dialect, expectedFields: dialect.fields });
  const rows = reader.push(start);
  const at = rows.findIndex((row) => row.byteOffset >= headerOffset);
  if (at < 0) return null;
  return rows[at + 1]?.byteOffset ?? reader.recordOffset;
}
