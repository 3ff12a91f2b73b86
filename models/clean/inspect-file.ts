import { type DialectEvidence, detectDialect, type TableDialect } from './dialect.ts';
import {
  type ColumnDefinition,
  type ColumnMap,
  countKnown,
  type FileRefusal,
  mapColumns,
} from './map-columns.ts';
import { METRIC_COLUMNS, type MetricField } from './metric-columns.ts';
import { RUN_COLUMNS, type RunField } from './run-columns.ts';

/** How a file is to be read and what its columns mean. */
export interface InspectedFile<Field extends string> {
  dialect: TableDialect;
  columns: ColumnMap<Field>;
  evidence: DialectEvidence;
}

/**
 * Looks at the start of a run log (64 KiB suffice; `complete` when it is the whole file).
 *
 * @returns what `createRunCleaner` needs, or a refusal with a code and one sentence; never throws on content.
 */
export function inspectRunFile(start: Uint8Array, complete: boolean): InspectedFile<RunField> | FileRefusal {
  return inspect(start, complete, RUN_COLUMNS);
}

/** The same for a file of server metrics. */
export function inspectMetricFile(
  start: Uint8Array,
  complete: boolean,
): InspectedFile<MetricField> | FileRefusal {
  return inspect(start, complete, METRIC_COLUMNS);
}

function inspect<Field extends string>(
  start: Uint8Array,
  complete: boolean,
  definitions: readonly ColumnDefinition<Field>[],
): InspectedFile<Field> | FileRefusal {
  const knownColumns = (header: readonly string[]) => countKnown(header, definitions);
  const isWholeHeader = (header: readonly string[]) => !('code' in mapColumns(header, definitions));
  const detected = detectDialect(start, { complete, knownColumns, isWholeHeader });
  if ('code' in detected) return detected;
  const columns = mapColumns(detected.dialect.header, definitions);
  return 'code' in columns ? columns : { ...detected, columns };
}
