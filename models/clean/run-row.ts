import type { RunRecord, RunStatus } from '../records/run.ts';
import { isInstantInRange } from './instant-range.ts';
import { isNotTold } from './not-told.ts';
import { parseDuration } from './parse-duration.ts';
import { parseInstant } from './parse-instant.ts';
import { type DecimalMark, parseNumber } from './parse-number.ts';
import { remembered } from './remembered.ts';
import { durationMismatch, isDurationMismatch } from './rules/duration-mismatch.ts';
import { dropEndBeforeStart, endBeforeStart } from './rules/end-before-start.ts';
import { knownBeforeEnd, raiseKnownBeforeEnd } from './rules/known-before-end.ts';
import { dropKnownBeforeStart, knownBeforeStart } from './rules/known-before-start.ts';
import { refuseMissingJob } from './rules/missing-job.ts';
import { missingRunId } from './rules/missing-run-id.ts';
import { negativeCount } from './rules/negative-count.ts';
import { dropNegativeDuration, negativeDuration } from './rules/negative-duration.ts';
import type { RowRefusal, RunTimes } from './rules/rule.ts';
import { isRunningWithEnd, runningWithEnd } from './rules/running-with-end.ts';
import { refuseStartOutOfRange } from './rules/start-out-of-range.ts';
import { refuseUnknownStatus } from './rules/unknown-status.ts';
import { isReadableDuration, unreadableDuration } from './rules/unreadable-duration.ts';
import { unreadableEnd } from './rules/unreadable-end.ts';
import { unreadableKnownAt } from './rules/unreadable-known-at.ts';
import { isReadableCount, unreadableNumber } from './rules/unreadable-number.ts';
import { refuseUnreadableStart } from './rules/unreadable-start.ts';
import type { RunColumns, RunField } from './run-columns.ts';
import { statusOfWord } from './status-words.ts';
import { note, storableKey, storableText } from './storable-text.ts';

export interface RunRowOptions {
  namespace: string;
  columns: RunColumns;
  decimalMark: DecimalMark;
}

/** Turns the fields of one row into a run or the reason why it is none. `anomalies` are those found before. */
export type RunRowCleaner = (fields: readonly string[], anomalies: string[]) => RunRecord | RowRefusal;

const DURATION_COLUMNS: ReadonlyArray<[RunField, unitMs: number]> = [
  ['durationSeconds', 1000],
  ['durationMilliseconds', 1],
  ['durationMinutes', 60_000],
];

/**
 * A cleaner for the rows of one file.
 *
 * What is not told is derived where it follows: the end from start and duration, the duration from start and
 * end, the run key from the start (`start:2025-01-31T08:00:00.000Z`), the arrival from the end or, lacking
 * one, start and duration, or start. The end of a running run is not derived: its duration is "so far".
 */
export function createRunRowCleaner({ namespace, columns, decimalMark }: RunRowOptions): RunRowCleaner {
  const { header, indexOf } = columns;
  const statusOf = remembered(statusOfWord);
  const [durationColumn, ...otherDurations] = DURATION_COLUMNS.filter(([field]) => indexOf[field] >= 0);
  const extra = [
    ...columns.extra,
    ...otherDurations.map(([field]) => ({ index: indexOf[field], name: header[indexOf[field]]! })),
  ];

  const textOf = (fields: readonly string[], field: RunField) => {
    const index = indexOf[field];
    return index < 0 ? '' : fields[index]!;
  };
  const columnOf = (field: RunField) => header[indexOf[field]] ?? field;

  function optionalInstant(text: string, code: string, anomalies: string[]): number | null {
    const trimmed = text.trim();
    if (isNotTold(trimmed)) return null;
    const instant = parseInstant(trimmed);
    if (isInstantInRange(instant)) return instant;
    anomalies.push(code);
    return null;
  }

  function optionalDuration(fields: readonly string[], anomalies: string[]): number | null {
    if (durationColumn === undefined) return null;
    const text = textOf(fields, durationColumn[0]).trim();
    if (isNotTold(text)) return null;
    const durationMs = parseDuration(text, durationColumn[1], decimalMark);
    if (isReadableDuration(durationMs)) return durationMs;
    anomalies.push(unreadableDuration.code);
    return null;
  }

  function optionalCount(fields: readonly string[], field: RunField, anomalies: string[]): number | null {
    const text = textOf(fields, field).trim();
    if (isNotTold(text)) return null;
    const count = parseNumber(text, decimalMark);
    if (isReadableCount(count) && count >= 0) return count;
    note(anomalies, count < 0 ? negativeCount.code : unreadableNumber.code);
    return null;
  }

  function timesOf(fields: readonly string[], status: RunStatus, startedAt: number, anomalies: string[]) {
    const times: RunTimes = {
      running: status === 'running',
      startedAt,
      endedAt: optionalInstant(textOf(fields, 'endedAt'), unreadableEnd.code, anomalies),
      durationMs: optionalDuration(fields, anomalies),
      knownAt: optionalInstant(textOf(fields, 'knownAt'), unreadableKnownAt.code, anomalies),
    };
    if (dropNegativeDuration(times)) anomalies.push(negativeDuration.code);
    if (dropEndBeforeStart(times)) anomalies.push(endBeforeStart.code);
    if (isDurationMismatch(times)) anomalies.push(durationMismatch.code);
    if (isRunningWithEnd(times)) anomalies.push(runningWithEnd.code);
    deriveEndAndDuration(times);
    if (dropKnownBeforeStart(times)) anomalies.push(knownBeforeStart.code);
    if (raiseKnownBeforeEnd(times)) anomalies.push(knownBeforeEnd.code);
    return times;
  }

  function extraOf(fields: readonly string[], anomalies: string[]): Record<string, string> {
    const kept: Record<string, string> = {};
    for (const { index, name } of extra) {
      const text = storableText(fields[index]!, anomalies);
      if (text !== null) kept[name] = text;
    }
    return kept;
  }

  return function cleanRunRow(fields, anomalies) {
    const job = storableKey(textOf(fields, 'job'), anomalies);
    if (job === null) return refuseMissingJob(columnOf('job'), textOf(fields, 'job'));
    const startText = textOf(fields, 'startedAt').trim();
    const startedAt = parseInstant(startText);
    if (Number.isNaN(startedAt)) return refuseUnreadableStart(columnOf('startedAt'), startText);
    if (!isInstantInRange(startedAt)) return refuseStartOutOfRange(columnOf('startedAt'), startText);
    const status = statusOf(textOf(fields, 'status'));
    if (status === null) return refuseUnknownStatus(columnOf('status'), textOf(fields, 'status').trim());

    const times = timesOf(fields, status, startedAt, anomalies);
    const told = storableKey(textOf(fields, 'runKey'), anomalies);
    if (told === null && indexOf.runKey >= 0) anomalies.push(missingRunId.code);
    const extraTexts = extraOf(fields, anomalies);
    let error = storableText(textOf(fields, 'error'), anomalies);
    const message = storableText(textOf(fields, 'message'), anomalies);
    if (message !== null) {
      // A message of a run that went well ("120 rows loaded") is no error.
      if (error === null && (status === 'failed' || status === 'cancelled')) error = message;
      else extraTexts.message = [message, extraTexts.message].filter(Boolean).join('\n');
    }
    return {
      namespace,
      job,
      owner: storableKey(textOf(fields, 'owner'), anomalies),
      runKey: told ?? `start:${new Date(startedAt).toISOString()}`,
      status,
      startedAt,
      endedAt: times.endedAt,
      durationMs: times.durationMs,
      knownAt: times.knownAt ?? times.endedAt ?? startedAt + (times.durationMs ?? 0),
      host: storableKey(textOf(fields, 'host'), anomalies),
      rowsRead: optionalCount(fields, 'rowsRead', anomalies),
      rowsWritten: optionalCount(fields, 'rowsWritten', anomalies),
      expectedRows: optionalCount(fields, 'expectedRows', anomalies),
      error,
      query: storableText(textOf(fields, 'query'), anomalies),
      extra: extraTexts,
      anomalies,
    };
  };
}

function deriveEndAndDuration(times: RunTimes): void {
  const { running, startedAt, endedAt, durationMs } = times;
  if (endedAt !== null) times.durationMs ??= endedAt - startedAt;
  else if (durationMs !== null && !running) times.endedAt = startedAt + durationMs;
}
