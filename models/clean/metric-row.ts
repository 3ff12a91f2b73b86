import type { MetricSample } from '../records/run.ts';
import { isInstantInRange } from './instant-range.ts';
import type { InstantReader } from './instant-reader.ts';
import type { MetricColumns } from './metric-columns.ts';
import { type DecimalMark, parseNumber } from './parse-number.ts';
import type { RowOrder } from './row-order.ts';
import type { RowCleaner } from './row-table.ts';
import { refuseMissingHost } from './rules/missing-host.ts';
import { refuseMissingMetric } from './rules/missing-metric.ts';
import { repeatedLocalTime } from './rules/repeated-local-time.ts';
import { skippedLocalTime } from './rules/skipped-local-time.ts';
import { refuseUnreadableInstant } from './rules/unreadable-instant.ts';
import { refuseUnreadableValue } from './rules/unreadable-value.ts';
import { storableKey } from './storable-text.ts';
import { trimmed } from './trimmed.ts';

export interface MetricRowOptions {
  columns: MetricColumns;
  decimalMark: DecimalMark;
  /** Both of the whole file. */
  instants: InstantReader;
  order: RowOrder;
}

/** A sample, and the codes of the rules that changed it; a metric sample has no column for them. */
export interface CleanSample extends MetricSample {
  anomalies: string[];
}

/** A cleaner for the rows of one table of server metrics. */
export function createMetricRowCleaner(options: MetricRowOptions): RowCleaner<CleanSample> {
  const { columns, decimalMark, instants, order } = options;
  const { header, indexOf } = columns;
  return function cleanMetricRow(fields, anomalies, rowNumber, byteOffset) {
    const hostText = fields[indexOf.host]!;
    const host = storableKey(hostText, anomalies);
    if (host === null) return refuseMissingHost(header[indexOf.host]!, hostText);
    const metricText = fields[indexOf.metric]!;
    const metric = storableKey(metricText, anomalies);
    if (metric === null) return refuseMissingMetric(header[indexOf.metric]!, metricText);
    const instantText = trimmed(fields[indexOf.ts]!);
    let ts = instants.read(instantText);
    if (!isInstantInRange(ts)) return refuseUnreadableInstant(header[indexOf.ts]!, instantText);
    if (instants.doubt === 'skipped') anomalies.push(skippedLocalTime.code);
    else if (instants.doubt === 'repeated') {
      anomalies.push(repeatedLocalTime.code);
      ts = order.choose(ts, instants.later);
    }
    const valueText = trimmed(fields[indexOf.value]!);
    const value = parseNumber(valueText, decimalMark);
    if (Number.isNaN(value)) return refuseUnreadableValue(header[indexOf.value]!, valueText);
    order.add(ts);
    return { host, metric, ts, value, anomalies, rowNumber, byteOffset };
  };
}
