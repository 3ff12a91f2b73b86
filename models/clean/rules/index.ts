import { clockJump } from './clock-jump.ts';
import { contractViolation } from './contract-violation.ts';
import { controlCharacters } from './control-characters.ts';
import { durationMismatch } from './duration-mismatch.ts';
import { endBeforeStart } from './end-before-start.ts';
import { knownBeforeEnd } from './known-before-end.ts';
import { knownBeforeStart } from './known-before-start.ts';
import { missingHost } from './missing-host.ts';
import { missingJob } from './missing-job.ts';
import { missingMetric } from './missing-metric.ts';
import { missingRunId } from './missing-run-id.ts';
import { missingStart } from './missing-start.ts';
import { mixedEncoding } from './mixed-encoding.ts';
import { negativeCount } from './negative-count.ts';
import { negativeDuration } from './negative-duration.ts';
import { otherTable } from './other-table.ts';
import { raggedRow } from './ragged-row.ts';
import { recordTooLong } from './record-too-long.ts';
import { repeatedLocalTime } from './repeated-local-time.ts';
import type { CleaningRule } from './rule.ts';
import { runningWithEnd } from './running-with-end.ts';
import { skippedLocalTime } from './skipped-local-time.ts';
import { startOutOfRange } from './start-out-of-range.ts';
import { textTooLong } from './text-too-long.ts';
import { unclosedQuote } from './unclosed-quote.ts';
import { unknownStatus } from './unknown-status.ts';
import { unquotedDelimiter } from './unquoted-delimiter.ts';
import { unreadableDuration } from './unreadable-duration.ts';
import { unreadableEnd } from './unreadable-end.ts';
import { unreadableEvent } from './unreadable-event.ts';
import { unreadableInstant } from './unreadable-instant.ts';
import { unreadableKnownAt } from './unreadable-known-at.ts';
import { unreadableNumber } from './unreadable-number.ts';
import { unreadableStart } from './unreadable-start.ts';
import { unreadableValue } from './unreadable-value.ts';
import { zeroDuration } from './zero-duration.ts';

/** Every rule by which a row is refused, changed or doubted. A code, once used, keeps its meaning. */
export const CLEANING_RULES: readonly CleaningRule[] = [
  recordTooLong,
  unclosedQuote,
  raggedRow,
  otherTable,
  missingJob,
  unreadableStart,
  startOutOfRange,
  unknownStatus,
  missingHost,
  missingMetric,
  unreadableInstant,
  unreadableValue,
  contractViolation,
  unreadableEvent,
  unquotedDelimiter,
  mixedEncoding,
  controlCharacters,
  textTooLong,
  unreadableEnd,
  endBeforeStart,
  unreadableDuration,
  negativeDuration,
  unreadableKnownAt,
  knownBeforeStart,
  knownBeforeEnd,
  unreadableNumber,
  negativeCount,
  missingRunId,
  missingStart,
  durationMismatch,
  zeroDuration,
  skippedLocalTime,
  repeatedLocalTime,
  clockJump,
  runningWithEnd,
];
