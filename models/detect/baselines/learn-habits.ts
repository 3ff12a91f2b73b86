import { FAILED } from '../../records/run.ts';
import type { Edition, Habit } from './job-baselines.ts';
import type { BaselineHistory } from './learn-baselines.ts';
import { quantile } from './quantile.ts';

/** Clocks are rounded: a run may begin so long before the end of the one before and still follow it. */
export const ROUNDING_MS = 2000;
/** A failed run that is followed within this long was tried again. */
const RETRY_MS = 3_600_000;
/** Of how long news takes, the last runs tell: logs are shipped otherwise now than last year. */
const LAG_RUNS = 500;
const LONGEST_LAG_MS = 6 * 3_600_000;

type Habits = Pick<Edition, 'failed' | 'retried' | 'overlapping' | 'longestMs' | 'endLag'>;

/** How a job's runs usually follow each other, and end. @param finished places of its finished runs, by start */
export function learnHabits(history: BaselineHistory, finished: readonly number[]): Habits {
  const { startedAt, durationMs, status, knownAt } = history;
  const endOf = (i: number) => startedAt[i]! + durationMs[i]!;
  const failed: Habit = { runs: finished.length, times: 0 };
  const retried: Habit = { runs: 0, times: 0 };
  const overlapping: Habit = { runs: 0, times: 0 };
  let longest = Number.NEGATIVE_INFINITY;
  let lastEnd = Number.NaN;
  const lags: number[] = [];
  for (const [place, i] of finished.entries()) {
    const end = endOf(i);
    const next = finished[place + 1];
    if (status[i] === FAILED) {
      failed.times++;
      if (!Number.isNaN(end) && next !== undefined) {
        retried.runs++;
        if (startedAt[next]! - end <= RETRY_MS) retried.times++;
      }
    }
    if (!Number.isNaN(lastEnd)) {
      overlapping.runs++;
      if (startedAt[i]! < lastEnd - ROUNDING_MS) overlapping.times++;
    }
    if (Number.isNaN(end)) continue;
    lastEnd = Number.isNaN(lastEnd) ? end : Math.max(lastEnd, end);
    longest = Math.max(longest, durationMs[i]!);
    if (place >= finished.length - LAG_RUNS) lags.push(Math.max(0, knownAt[i]! - end));
  }
  return {
    failed,
    retried,
    overlapping: overlapping.runs === 0 ? null : overlapping,
    longestMs: longest >= 0 ? longest : null,
    endLag: lags.length === 0 ? null : endLagOf(Float64Array.from(lags).sort()),
  };
}

function endLagOf(lags: Float64Array): Edition['endLag'] {
  const told = (share: number) => Math.min(LONGEST_LAG_MS, Math.round(quantile(lags, share)));
  return { usualMs: told(0.5), upperMs: told(1 - 1 / 2000) };
}
