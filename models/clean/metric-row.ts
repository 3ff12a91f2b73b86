import type { MetricSample } from '../records/run.ts';
import { isInstantInRange } from './instant-range.ts';
import type { MetricColumns } from './metric-columns.ts';
import { parseInstant } from './parse-instant.ts';
import { type DecimalMark, parseNumber } from './parse-number.ts';
import { refuseMissingHost } from './rules/missing-host.ts';
import { refuseMissingMetric } from './rules/missing-metric.ts';
import type { RowRefusal } from './rules/rule.ts';
import { refuseUnreadableInstant } from './rules/unreadable-instant.ts';
import { refuseUnreadableValue } from './rules/unreadable-value.ts';
import { storableKey } from './storable-text.ts';

export interface MetricRowOptions {
  columns: MetricColumns;
  decimalMark: DecimalMark;
}

/** A sample, and the codes of the rules that changed it; a metric sample has no column for them. */
export interface CleanSample extends MetricSample {
  anomalies: string[];
}

export type MetricRowCleaner = (fields: readonly string[], anomalies: string[]) => CleanSample | RowRefusal;

/** A cleaner for the rows of one file of server metrics. */
export function createMetricRowCleaner({ columns, decimalMark }: MetricRowOptions): MetricRowCleaner {
  const { header, indexOf } = columns;
  return function cleanMetricRow(fields, anomalies) {
    const hostText = fields[indexOf.host]!;
    const host = storableKey(hostText, anomalies);
    if (host === null) return refuseMissingHost(header[indexOf.host]!, hostText);
    const metricText = fields[indexOf.metric]!;
    const metric = storableKey(metricText, anomalies);
    if (metric === null) return refuseMissingMetric(header[indexOf.metric]!, metricText);
    const instantText = fields[indexOf.ts]!.trim();
    const ts = parseInstant(instantText);
    if (!isInstantInRange(ts)) return refuseUnreadableInstant(header[indexOf.ts]!, instantText);
    const valueText = fields[indexOf.value]!.trim();
    const value = parseNumber(valueText, decimalMark);
    if (Number.isNaN(value)) return refuseUnreadableValue(header[indexOf.value]!, valueText);
    return { host, metric, ts, value, anomalies };
  };
}
