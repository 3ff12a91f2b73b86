import { isInstantInRange } from './instant-range.ts';
import type { InstantReader } from './instant-reader.ts';
import { isNotTold } from './not-told.ts';
import type { RowOrder } from './row-order.ts';
import { durationMismatch, isDurationMismatch } from './rules/duration-mismatch.ts';
import { dropEndBeforeStart, endBeforeStart } from './rules/end-before-start.ts';
import { knownBeforeEnd, raiseKnownBeforeEnd } from './rules/known-before-end.ts';
import { dropKnownBeforeStart, knownBeforeStart } from './rules/known-before-start.ts';
import { dropNegativeDuration, negativeDuration } from './rules/negative-duration.ts';
import { repeatedLocalTime, settleRepeatedTimes } from './rules/repeated-local-time.ts';
import type { RunTimes } from './rules/rule.ts';
import { isRunningWithEnd, runningWithEnd } from './rules/running-with-end.ts';
import { skippedLocalTime } from './rules/skipped-local-time.ts';
import { unreadableEnd } from './rules/unreadable-end.ts';
import { unreadableKnownAt } from './rules/unreadable-known-at.ts';
import { note } from './storable-text.ts';
import { trimmed } from './trimmed.ts';

/** What else a row tells of its times; texts as written, the duration in milliseconds. */
export interface ToldTimes {
  running: boolean;
  endText: string;
  knownText: string;
  durationMs: number | null;
}

/**
 * Reads and reconciles the times of the runs of one file.
 *
 * Times that came twice or never on the local clock are settled first; then contradictions are dropped, and what
 * follows from the rest is derived: the end from start and duration, the duration from start and end. The end of a
 * running run is not derived: its duration is "so far".
 */
export class RunTimesReader {
  readonly #instants: InstantReader;
  readonly #order: RowOrder;

  constructor(instants: InstantReader, order: RowOrder) {
    this.#instants = instants;
    this.#order = order;
  }

  /**
   * Reads what is told, changes and derives. `laterStart` is the second meaning of the start, NaN when it has
   * none; the codes of the rules that did are added to `anomalies`.
   */
  read(startedAt: number, laterStart: number, told: ToldTimes, anomalies: string[]): RunTimes {
    const endedAt = this.#optional(told.endText, unreadableEnd.code, anomalies);
    const laterEnd = endedAt === null ? Number.NaN : this.#laterOf(anomalies);
    const times: RunTimes = {
      running: told.running,
      startedAt,
      endedAt,
      durationMs: told.durationMs,
      knownAt: null,
    };
    if (!Number.isNaN(laterStart) || !Number.isNaN(laterEnd)) this.#settle(times, laterStart, laterEnd);
    times.knownAt = this.#optional(told.knownText, unreadableKnownAt.code, anomalies);
    if (times.knownAt !== null) {
      const laterKnown = this.#laterOf(anomalies);
      // Of two meanings the first that is not before the run.
      if (times.knownAt < (times.endedAt ?? times.startedAt) && laterKnown > times.knownAt) {
        times.knownAt = laterKnown;
      }
    }
    reconcile(times, anomalies);
    this.#order.add(times.startedAt);
    return times;
  }

  #settle(times: RunTimes, laterStart: number, laterEnd: number): void {
    const { startedAt: start, endedAt: end, durationMs } = times;
    const preferred = Number.isNaN(laterStart) ? start : this.#order.choose(start, laterStart);
    const settled = settleRepeatedTimes({ start, laterStart, end, laterEnd, durationMs }, preferred);
    times.startedAt = settled.startedAt;
    times.endedAt = settled.endedAt;
  }

  #optional(text: string, code: string, anomalies: string[]): number | null {
    if (text === '') return null;
    const plain = trimmed(text);
    if (isNotTold(plain)) return null;
    const instant = this.#instants.read(plain);
    if (isInstantInRange(instant)) return instant;
    anomalies.push(code);
    return null;
  }

  /** Notes what is doubtful about the last instant read, and gives its second meaning. */
  #laterOf(anomalies: string[]): number {
    const { doubt } = this.#instants;
    if (doubt === null) return Number.NaN;
    note(anomalies, doubt === 'repeated' ? repeatedLocalTime.code : skippedLocalTime.code);
    return this.#instants.later;
  }
}

function reconcile(times: RunTimes, anomalies: string[]): void {
  if (dropNegativeDuration(times)) anomalies.push(negativeDuration.code);
  if (dropEndBeforeStart(times)) anomalies.push(endBeforeStart.code);
  if (isDurationMismatch(times)) anomalies.push(durationMismatch.code);
  if (isRunningWithEnd(times)) anomalies.push(runningWithEnd.code);
  const { running, startedAt, endedAt, durationMs } = times;
  if (endedAt !== null) times.durationMs ??= endedAt - startedAt;
  else if (durationMs !== null && !running) times.endedAt = startedAt + durationMs;
  if (dropKnownBeforeStart(times)) anomalies.push(knownBeforeStart.code);
  if (raiseKnownBeforeEnd(times)) anomalies.push(knownBeforeEnd.code);
}
