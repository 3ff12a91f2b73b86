import { createTableCleaner, type RowCheck, type TableCleaner } from './clean-table.ts';
import type { TableDialect } from './dialect.ts';
import type { MetricColumns } from './metric-columns.ts';
import { type CleanSample, createMetricRowCleaner } from './metric-row.ts';

export interface MetricCleanerOptions {
  /** Both as `inspectMetricFile` found them. */
  dialect: TableDialect;
  columns: MetricColumns;
  /** Cap of a record; default 1 MiB. */
  maxRecordBytes?: number;
  /** What a contract asks of single rows that are records otherwise. */
  checkRow?: RowCheck | null;
}

/** A cleaner of one file of server metrics; used as `createRunCleaner` is. */
export function createMetricCleaner(options: MetricCleanerOptions): TableCleaner<CleanSample> {
  const { dialect, columns, maxRecordBytes, checkRow } = options;
  return createTableCleaner({
    dialect,
    lastColumnIsText: false,
    cleanRow: createMetricRowCleaner({ columns, decimalMark: dialect.decimalMark }),
    ...(checkRow && { checkRow }),
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
  });
}
