import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import type { JobHistory } from '../records/job-history.ts';
import { FAILED, SUCCEEDED } from '../records/run.ts';

const RECENT_DAYS = 28;
/** A job has changed since the failed runs before these. */
const MOST_FAILURES = 50;
/** A job that rests for a season after a failure has not lost the season. */
const LONGEST_LOSS_MS = WEEK_DAYS * DAY_MS;

/** What a job's ended runs tell as of a cutoff; cancelled runs say nothing. */
export interface PastRuns {
  /** Runs after a good one, and the failed ones among them; likewise after a failed one. */
  afterGood: number;
  failedAfterGood: number;
  afterFailed: number;
  failedAfterFailed: number;
  lastFailed: boolean;
  /** On a day with runs, in the last 28 days; at least 1. */
  runsPerDay: number;
  /**
   * Of each of the last 50 failed runs that were followed by another: from its start to the start of the next, so its
   * own duration and the wait. In a row of failures these add up to the time from the first of them to the success,
   * none of it counted twice. At most a week each; milliseconds.
   */
  lossesMs: number[];
}

/** Only runs that started before the cutoff and whose end was known by it. */
export function readPastRuns({ startedAt, knownAt, status }: JobHistory, cutoff: number): PastRuns {
  const counts = { afterGood: 0, failedAfterGood: 0, afterFailed: 0, failedAfterFailed: 0 };
  const lossesMs: number[] = [];
  let last: 'none' | 'good' | 'failed' = 'none';
  let lastAt = 0;
  let recentRuns = 0;
  let recentDays = 0;
  let lastDay = Number.NaN;
  for (let i = 0; i < startedAt.length && startedAt[i]! < cutoff; i++) {
    if (knownAt[i]! > cutoff || (status[i] !== SUCCEEDED && status[i] !== FAILED)) continue;
    const failed = status[i] === FAILED ? 1 : 0;
    if (last === 'good') {
      counts.afterGood++;
      counts.failedAfterGood += failed;
    } else if (last === 'failed') {
      counts.afterFailed++;
      counts.failedAfterFailed += failed;
      lossesMs.push(Math.min(LONGEST_LOSS_MS, startedAt[i]! - lastAt));
    }
    last = failed === 1 ? 'failed' : 'good';
    lastAt = startedAt[i]!;
    if (lastAt < cutoff - RECENT_DAYS * DAY_MS) continue;
    const day = Math.floor((lastAt - cutoff) / DAY_MS);
    recentRuns++;
    if (day !== lastDay) recentDays++;
    lastDay = day;
  }
  return {
    ...counts,
    lastFailed: last === 'failed',
    runsPerDay: recentDays === 0 ? 1 : recentRuns / recentDays,
    lossesMs: lossesMs.slice(-MOST_FAILURES),
  };
}
