import type { RunRecord } from '../records/run.ts';
import { createTableCleaner, type RowCheck, type RowPlace, type TableCleaner } from './clean-table.ts';
import type { TableDialect } from './dialect.ts';
import type { RunColumns, RunField } from './run-columns.ts';
import { createRunRowCleaner } from './run-row.ts';

export interface RunCleanerOptions {
  /** The namespace of the source: its jobs get it. */
  namespace: string;
  /** Both as `inspectRunFile` found them. */
  dialect: TableDialect;
  columns: RunColumns;
  /** Cap of a record; default 1 MiB. */
  maxRecordBytes?: number;
  /** What a contract asks of single rows that are records otherwise. */
  checkRow?: RowCheck | null;
}

/** A run, and where it was in its file. */
export type CleanRun = RunRecord & RowPlace;

const FREE_TEXTS: readonly RunField[] = ['error', 'message', 'query'];

/**
 * A cleaner of one run log: bytes in, runs and refused rows out.
 *
 * Push the whole file from its first byte, in chunks of any size, then call `end` once.
 * Blank lines, repeated headers and lines before the header are no rows; they are counted apart.
 */
export function createRunCleaner(options: RunCleanerOptions): TableCleaner<RunRecord> {
  const { namespace, dialect, columns, maxRecordBytes, checkRow } = options;
  const lastColumn = columns.header.length - 1;
  return createTableCleaner({
    dialect,
    lastColumnIsText: FREE_TEXTS.some((field) => columns.indexOf[field] === lastColumn),
    cleanRow: createRunRowCleaner({ namespace, columns, decimalMark: dialect.decimalMark }),
    ...(checkRow && { checkRow }),
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
  });
}
