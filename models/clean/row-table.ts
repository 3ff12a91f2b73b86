import type { RefusedRow } from '../records/refused-row.ts';
import type { RowRefusal } from './rules/rule.ts';

/** Where a record was in its file. */
export interface RowPlace {
  /** Counted from 1 over the data rows, records and refused rows together. */
  rowNumber: number;
  /** In the decompressed file, in original bytes. */
  byteOffset: number;
}

/** Turns the fields of one row into a record or the reason why it is none. `anomalies` are those found before. */
export type RowCleaner<Record> = (
  fields: readonly string[],
  anomalies: string[],
  rowNumber: number,
  byteOffset: number,
) => (Record & RowPlace) | RowRefusal;

/** The rows under one header. */
export interface RowTable<Record> {
  header: readonly string[];
  /** Whether the last column is a free text, into which a surplus of fields can be joined. */
  lastColumnIsText: boolean;
  cleanRow: RowCleaner<Record>;
}

export interface CleanedBatch<Record> {
  records: Array<Record & RowPlace>;
  refused: RefusedRow[];
}

/** `rowsIn` = `records` + `refused`, always. The other lines are no rows; they are counted, not dropped unseen. */
export interface CleaningTotals {
  rowsIn: number;
  records: number;
  refused: number;
  /** Lines without any text, delimiters aside. */
  blankLines: number;
  /** Lines that repeat the header, where files were joined. */
  repeatedHeaders: number;
  /** Lines before the header. */
  preambleLines: number;
  /** Among the rows: lines that begin with `#`, `//` or `--` and are too short for a row, and lines drawn of dashes. */
  commentLines: number;
  /** Totals, counts of rows and closing words of reports. */
  footerLines: number;
  /** The rows that the last footer says there are; null: none says so. */
  trailerRows: number | null;
  /** Headers of other tables in the same file. */
  furtherTables: number;
  /** How many rows each rule refused, changed or doubted. */
  byCode: { [code: string]: number };
}

export const noRows = (): CleaningTotals => ({
  rowsIn: 0,
  records: 0,
  refused: 0,
  blankLines: 0,
  repeatedHeaders: 0,
  preambleLines: 0,
  commentLines: 0,
  footerLines: 0,
  trailerRows: null,
  furtherTables: 0,
  byCode: {},
});

/** Cleans one file, chunk by chunk, in constant memory; the result does not depend on where chunks are cut. */
export interface TableCleaner<Record> {
  /** The last record of a chunk may come with the next one, because a row is judged beside its neighbours. */
  push(chunk: Uint8Array): CleanedBatch<Record>;
  /** The rest of the file, and the totals over all of it. */
  end(): CleanedBatch<Record> & { totals: CleaningTotals };
}
