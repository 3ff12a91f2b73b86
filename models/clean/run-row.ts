import { DERIVED_KEY, type RunRecord } from '../records/run.ts';
import { isInstantInRange } from './instant-range.ts';
import type { InstantReader } from './instant-reader.ts';
import { isNotTold } from './not-told.ts';
import { parseDuration } from './parse-duration.ts';
import { type DecimalMark, parseNumber, shortInteger } from './parse-number.ts';
import { remembered } from './remembered.ts';
import type { RowOrder } from './row-order.ts';
import type { RowCleaner } from './row-table.ts';
import { refuseMissingJob } from './rules/missing-job.ts';
import { missingRunId } from './rules/missing-run-id.ts';
import { negativeCount } from './rules/negative-count.ts';
import { repeatedLocalTime } from './rules/repeated-local-time.ts';
import { skippedLocalTime } from './rules/skipped-local-time.ts';
import { refuseStartOutOfRange } from './rules/start-out-of-range.ts';
import { refuseUnknownStatus } from './rules/unknown-status.ts';
import { isReadableDuration, unreadableDuration } from './rules/unreadable-duration.ts';
import { isReadableCount, unreadableNumber } from './rules/unreadable-number.ts';
import { refuseUnreadableStart } from './rules/unreadable-start.ts';
import { isZeroDuration, zeroDuration } from './rules/zero-duration.ts';
import type { RunColumns, RunField } from './run-columns.ts';
import { RunTimesReader } from './run-times.ts';
import { statusOfWord } from './status-words.ts';
import { note, storableKey, storableText } from './storable-text.ts';
import { trimmed } from './trimmed.ts';

export interface RunRowOptions {
  namespace: string;
  columns: RunColumns;
  decimalMark: DecimalMark;
  /** Both of the whole file, because rows are judged beside those before them. */
  instants: InstantReader;
  order: RowOrder;
}

const DURATION_COLUMNS: ReadonlyArray<[RunField, unitMs: number]> = [
  ['durationSeconds', 1000],
  ['durationMilliseconds', 1],
  ['durationMinutes', 60_000],
];

/**
 * A cleaner for the rows of one table.
 *
 * What is not told is derived where it follows: end and duration as `RunTimesReader` does, the run key from the
 * start (`start:2025-01-31T08:00:00.000Z`), the arrival from the end or, lacking one, start and duration, or start.
 */
export function createRunRowCleaner(options: RunRowOptions): RowCleaner<RunRecord> {
  const { namespace, columns, decimalMark, instants, order } = options;
  const { header, indexOf } = columns;
  const statusOf = remembered(statusOfWord);
  const times = new RunTimesReader(instants, order);
  const [durationColumn, ...otherDurations] = DURATION_COLUMNS.filter(([field]) => indexOf[field] >= 0);
  const durationAt = durationColumn === undefined ? -1 : indexOf[durationColumn[0]];
  const durationUnitMs = durationColumn?.[1] ?? 1;
  const extra = [
    ...columns.extra,
    ...otherDurations.map(([field]) => ({ index: indexOf[field], name: header[indexOf[field]]! })),
  ];

  const textAt = (fields: readonly string[], index: number) => (index < 0 ? '' : fields[index]!);
  const columnOf = (field: RunField) => header[indexOf[field]] ?? field;

  function optionalDuration(fields: readonly string[], anomalies: string[]): number | null {
    if (durationAt < 0) return null;
    const text = trimmed(fields[durationAt]!);
    if (isNotTold(text)) return null;
    const durationMs = parseDuration(text, durationUnitMs, decimalMark);
    if (isReadableDuration(durationMs)) return durationMs;
    anomalies.push(unreadableDuration.code);
    return null;
  }

  function optionalCount(fields: readonly string[], index: number, anomalies: string[]): number | null {
    if (index < 0) return null;
    const quick = shortInteger(fields[index]!);
    if (quick >= 0) return quick;
    const text = trimmed(fields[index]!);
    if (isNotTold(text)) return null;
    const count = parseNumber(text, decimalMark);
    if (isReadableCount(count) && count >= 0) return count;
    note(anomalies, count < 0 ? negativeCount.code : unreadableNumber.code);
    return null;
  }

  function extraOf(fields: readonly string[], anomalies: string[]): Record<string, string> {
    const kept: Record<string, string> = {};
    for (const { index, name } of extra) {
      const text = storableText(fields[index]!, anomalies);
      if (text !== null) kept[name] = text;
    }
    return kept;
  }

  return function cleanRunRow(fields, anomalies, rowNumber, byteOffset) {
    const job = storableKey(textAt(fields, indexOf.job), anomalies);
    if (job === null) return refuseMissingJob(columnOf('job'), textAt(fields, indexOf.job));
    const startText = trimmed(textAt(fields, indexOf.startedAt));
    const start = instants.read(startText);
    if (Number.isNaN(start)) return refuseUnreadableStart(columnOf('startedAt'), startText);
    if (!isInstantInRange(start)) return refuseStartOutOfRange(columnOf('startedAt'), startText);
    let laterStart = Number.NaN;
    if (instants.doubt !== null) {
      anomalies.push(instants.doubt === 'repeated' ? repeatedLocalTime.code : skippedLocalTime.code);
      laterStart = instants.later;
    }
    const status = statusOf(textAt(fields, indexOf.status));
    if (status === null) {
      return refuseUnknownStatus(columnOf('status'), textAt(fields, indexOf.status).trim());
    }

    const told = {
      running: status === 'running',
      endText: textAt(fields, indexOf.endedAt),
      knownText: textAt(fields, indexOf.knownAt),
      durationMs: optionalDuration(fields, anomalies),
    };
    const { startedAt, endedAt, durationMs, knownAt } = times.read(start, laterStart, told, anomalies);
    const key = storableKey(textAt(fields, indexOf.runKey), anomalies);
    if (key === null && indexOf.runKey >= 0) anomalies.push(missingRunId.code);
    const extraTexts = extraOf(fields, anomalies);
    let error = storableText(textAt(fields, indexOf.error), anomalies);
    const message = storableText(textAt(fields, indexOf.message), anomalies);
    if (message !== null) {
      // A message of a run that went well ("120 rows loaded") is no error.
      if (error === null && (status === 'failed' || status === 'cancelled')) error = message;
      else extraTexts.message = [message, extraTexts.message].filter(Boolean).join('\n');
    }
    const run = {
      namespace,
      job,
      owner: storableKey(textAt(fields, indexOf.owner), anomalies),
      runKey: key ?? `${DERIVED_KEY}${new Date(startedAt).toISOString()}`,
      status,
      startedAt,
      endedAt,
      durationMs,
      knownAt: knownAt ?? endedAt ?? startedAt + (durationMs ?? 0),
      host: storableKey(textAt(fields, indexOf.host), anomalies),
      rowsRead: optionalCount(fields, indexOf.rowsRead, anomalies),
      rowsWritten: optionalCount(fields, indexOf.rowsWritten, anomalies),
      expectedRows: optionalCount(fields, indexOf.expectedRows, anomalies),
      error,
      query: storableText(textAt(fields, indexOf.query), anomalies),
      extra: extraTexts,
      anomalies,
      rowNumber,
      byteOffset,
    };
    if (isZeroDuration(run)) anomalies.push(zeroDuration.code);
    return run;
  };
}
