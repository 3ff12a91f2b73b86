import { checkedTable, type RowCheckOf } from './checked-table.ts';
import { createTableCleaner } from './clean-table.ts';
import type { TableDialect } from './dialect.ts';
import { InstantReader } from './instant-reader.ts';
import { mapColumns } from './map-columns.ts';
import { METRIC_COLUMNS, type MetricColumns } from './metric-columns.ts';
import { type CleanSample, createMetricRowCleaner } from './metric-row.ts';
import { RowOrder } from './row-order.ts';
import type { RowTable, TableCleaner } from './row-table.ts';
import { refuseOtherTable } from './rules/other-table.ts';
import { RUN_COLUMNS } from './run-columns.ts';

export interface MetricCleanerOptions {
  /** Both as `inspectMetricFile` found them. */
  dialect: TableDialect;
  columns: MetricColumns;
  /** The IANA zone of the source's times without one; default UTC. */
  timeZone?: string;
  /** Cap of a record; default 1 MiB. */
  maxRecordBytes?: number;
  /** What a contract asks of single rows that are records otherwise. */
  checkOf?: RowCheckOf;
}

/**
 * A cleaner of one file of server metrics; used as `createRunCleaner` is.
 *
 * @throws RangeError when the time zone is not known.
 */
export function createMetricCleaner(options: MetricCleanerOptions): TableCleaner<CleanSample> {
  const { dialect, columns, timeZone, maxRecordBytes, checkOf } = options;
  const { decimalMark, dateOrder } = dialect;
  const instants = new InstantReader({ dateOrder, ...(timeZone === undefined ? {} : { timeZone }) });
  const order = new RowOrder();
  const metricTable = (found: MetricColumns): RowTable<CleanSample> => ({
    header: found.header,
    lastColumnIsText: false,
    cleanRow: createMetricRowCleaner({ columns: found, decimalMark, instants, order }),
  });

  return createTableCleaner({
    dialect,
    table: checkedTable(metricTable(columns), checkOf),
    tableUnder(header) {
      const found = mapColumns(header, METRIC_COLUMNS);
      if (!('code' in found)) return checkedTable(metricTable(found), checkOf);
      if ('code' in mapColumns(header, RUN_COLUMNS)) return null;
      return { header, lastColumnIsText: true, cleanRow: () => refuseOtherTable('server metrics', header) };
    },
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
  });
}
