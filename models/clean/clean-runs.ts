import type { RunRecord } from '../records/run.ts';
import { checkedTable, type RowCheckOf } from './checked-table.ts';
import { createTableCleaner } from './clean-table.ts';
import type { TableDialect } from './dialect.ts';
import { InstantReader } from './instant-reader.ts';
import { mapColumns } from './map-columns.ts';
import { METRIC_COLUMNS } from './metric-columns.ts';
import { RowOrder } from './row-order.ts';
import type { RowTable, TableCleaner } from './row-table.ts';
import { clockJump, isClockJump } from './rules/clock-jump.ts';
import { refuseOtherTable } from './rules/other-table.ts';
import { RUN_COLUMNS, type RunColumns, type RunField } from './run-columns.ts';
import { createRunRowCleaner } from './run-row.ts';

export interface RunCleanerOptions {
  /** The namespace of the source: its jobs get it. */
  namespace: string;
  /** Both as `inspectRunFile` found them. */
  dialect: TableDialect;
  columns: RunColumns;
  /** The IANA zone of the source's times without one; default UTC. */
  timeZone?: string;
  /** Cap of a record; default 1 MiB. */
  maxRecordBytes?: number;
  /** What a contract asks of single rows that are records otherwise. */
  checkOf?: RowCheckOf;
}

const FREE_TEXTS: readonly RunField[] = ['error', 'message', 'query'];

/**
 * A cleaner of one run log: bytes in, runs and refused rows out.
 *
 * Push the whole file from its first byte, in chunks of any size, then call `end` once.
 * Blank lines, headers, comments, footers and lines before the header are no rows; they are counted apart.
 *
 * @throws RangeError when the time zone is not known.
 */
export function createRunCleaner(options: RunCleanerOptions): TableCleaner<RunRecord> {
  const { namespace, dialect, columns, timeZone, maxRecordBytes, checkOf } = options;
  const { decimalMark, dateOrder } = dialect;
  const instants = new InstantReader({ dateOrder, ...(timeZone === undefined ? {} : { timeZone }) });
  const order = new RowOrder();

  const runTable = (found: RunColumns): RowTable<RunRecord> => ({
    header: found.header,
    lastColumnIsText: FREE_TEXTS.some((field) => found.indexOf[field] === found.header.length - 1),
    cleanRow: createRunRowCleaner({ namespace, columns: found, decimalMark, instants, order }),
  });

  return createTableCleaner({
    dialect,
    table: checkedTable(runTable(columns), checkOf),
    tableUnder(header) {
      const found = mapColumns(header, RUN_COLUMNS);
      if (!('code' in found)) return checkedTable(runTable(found), checkOf);
      if ('code' in mapColumns(header, METRIC_COLUMNS)) return null;
      return { header, lastColumnIsText: true, cleanRow: () => refuseOtherTable('a run log', header) };
    },
    review(before, run, after) {
      if (isClockJump(before.startedAt, run.startedAt, after.startedAt) && order.isSorted) {
        run.anomalies.push(clockJump.code);
      }
    },
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
  });
}
