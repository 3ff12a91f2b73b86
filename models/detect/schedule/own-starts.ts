import { DAY_MS } from '../../features/feature.ts';
import { firstAtOrAfter } from '../../features/first-at-or-after.ts';
import type { JobHistory } from '../../records/job-history.ts';
import { CANCELLED, FAILED, RUNNING } from '../../records/run.ts';

/** What schedules are learned from: columns of a job's history, by start. */
export type ScheduleHistory = Pick<
  JobHistory,
  'startedAt' | 'knownAt' | 'startKnownAt' | 'durationMs' | 'status'
>;

/** Runs that were started by a schedule, as far as can be told, by start. NaN: not known. */
export interface OwnStarts {
  startedAt: Float64Array;
  /** From the start to when it was known; NaN where only ends are told. */
  startLagMs: Float64Array;
  /** When the end was known. */
  endKnownAt: Float64Array;
  /** From the end to when it was known. */
  lagMs: Float64Array;
}

/** Longer ago is another time. */
const LOOK_BACK_DAYS = 400;
/** So many are enough to learn from, when they are of two weeks; a minute's job has more in these. */
const ENOUGH = { runs: 2_000, days: 15, mostRuns: 25_000 };
/** A run so soon after a failed one ended is a second try of it. */
const RETRY_WITHIN_MS = 600_000;

/**
 * The starts of a job known by an instant, the last 2,000 of 400 days or all of 15 days, without the second tries after failed
 * ones: what comes a few minutes after a failure is no start of its own, unless the job starts as often anyway.
 */
export function ownStarts(history: ScheduleHistory, asOfMs: number): OwnStarts {
  const { startedAt, knownAt, startKnownAt, durationMs, status } = history;
  const end = firstAtOrAfter(startedAt, asOfMs + 1);
  const since = (days: number) => firstAtOrAfter(startedAt, asOfMs - days * DAY_MS);
  const enough = Math.max(end - ENOUGH.mostRuns, Math.min(end - ENOUGH.runs, since(ENOUGH.days)));
  const oldest = Math.max(enough, since(LOOK_BACK_DAYS));
  const kept: number[] = [];
  for (let i = oldest; i < end; i++) if (knownAt[i]! <= asOfMs) kept.push(i);
  const within = Math.min(RETRY_WITHIN_MS, usualGapMs(startedAt, kept) / 3);
  const own: number[] = [];
  let failedUntil = Number.NEGATIVE_INFINITY;
  for (const i of kept) {
    const isRetry = startedAt[i]! <= failedUntil;
    if (!isRetry) own.push(i);
    const failed = status[i] === FAILED || (isRetry && status[i] === CANCELLED);
    const duration = Number.isNaN(durationMs[i]!) ? 0 : Math.max(0, durationMs[i]!);
    failedUntil = failed ? startedAt[i]! + duration + within : Number.NEGATIVE_INFINITY;
  }
  const starts: OwnStarts = {
    startedAt: new Float64Array(own.length),
    startLagMs: new Float64Array(own.length),
    endKnownAt: new Float64Array(own.length),
    lagMs: new Float64Array(own.length),
  };
  for (const [at, i] of own.entries()) {
    const ended = status[i] !== RUNNING;
    starts.startedAt[at] = startedAt[i]!;
    starts.startLagMs[at] = Math.max(0, (startKnownAt?.[i] ?? Number.NaN) - startedAt[i]!);
    starts.endKnownAt[at] = ended ? knownAt[i]! : Number.NaN;
    starts.lagMs[at] = ended
      ? Math.max(0, knownAt[i]! - startedAt[i]! - Math.max(0, durationMs[i]!))
      : Number.NaN;
  }
  return starts;
}

/** Three of four gaps are not longer: of a job that is often tried again half of them are within a failure. */
function usualGapMs(startedAt: Float64Array, kept: readonly number[]): number {
  const gaps = new Float64Array(Math.max(0, Math.min(kept.length, 400) - 1));
  const first = kept.length - gaps.length;
  for (let i = 0; i < gaps.length; i++)
    gaps[i] = startedAt[kept[first + i]!]! - startedAt[kept[first + i - 1]!]!;
  gaps.sort();
  return gaps.length === 0 ? Number.POSITIVE_INFINITY : gaps[Math.floor(0.75 * (gaps.length - 1))]!;
}
