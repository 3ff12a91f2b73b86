import { FAILED } from '../../records/run.ts';
import type { Edition, Habit } from './job-baselines.ts';
import type { BaselineHistory } from './learn-baselines.ts';
import { windowMedian } from './window-median.ts';

/** Logs are written in whole seconds: a run may begin so long before the end of the one before and still follow it. */
export const ROUNDING_MS = 999;
/** A failed run that is followed within this long was tried again. */
const RETRY_MS = 3_600_000;
/** Of how long news takes, the last runs tell: logs are shipped otherwise now than last year. */
const LAG_RUNS = 1000;
/** What was known so much later was loaded afterwards: it does not tell how long news takes. */
export const LONGEST_LAG_MS = 6 * 3_600_000;
/** Logs that are shipped stop now and then for half an hour; a job of few runs has not seen that yet. */
const SHIPPED_FROM_MS = 1000;
const SHIPPING_MS = 1_800_000;

type Habits = Pick<Edition, 'failed' | 'retried' | 'overlapping' | 'longestMs' | 'endLag'>;

/**
 * How a job's runs usually follow each other, and end.
 *
 * @param finished places of its finished runs, by start
 * @param shippingLagMs the longest that ends of runs of its source take to be known; half an hour where that is not
 *   told and ends are usually known a second late or more
 */
export function learnHabits(
  history: BaselineHistory,
  finished: Int32Array,
  shippingLagMs: number | undefined,
): Habits {
  const { startedAt, durationMs, status, knownAt } = history;
  const failed: Habit = { runs: finished.length, times: 0 };
  const retried: Habit = { runs: 0, times: 0 };
  const overlapping: Habit = { runs: 0, times: 0 };
  let longest = Number.NaN;
  let lastEnd = Number.NaN;
  const lags: number[] = [];
  for (let place = 0; place < finished.length; place++) {
    const i = finished[place]!;
    const end = startedAt[i]! + durationMs[i]!;
    if (status[i] === FAILED) failed.times++;
    if (!Number.isNaN(lastEnd)) {
      overlapping.runs++;
      if (startedAt[i]! < lastEnd - ROUNDING_MS) overlapping.times++;
    }
    if (Number.isNaN(end)) continue;
    if (status[i] === FAILED && place + 1 < finished.length) {
      retried.runs++;
      if (startedAt[finished[place + 1]!]! - end <= RETRY_MS) retried.times++;
    }
    if (!(end <= lastEnd)) lastEnd = end;
    if (!(durationMs[i]! <= longest)) longest = durationMs[i]!;
    const lag = Math.max(0, knownAt[i]! - end);
    if (place >= finished.length - LAG_RUNS && lag <= LONGEST_LAG_MS) lags.push(lag);
  }
  return {
    failed,
    retried,
    overlapping: overlapping.runs === 0 ? null : overlapping,
    longestMs: longest >= 0 ? longest : null,
    endLag: lags.length === 0 ? null : endLagOf(Float64Array.from(lags), shippingLagMs),
  };
}

function endLagOf(lags: Float64Array, shippingLagMs: number | undefined): Edition['endLag'] {
  const usualMs = Math.round(windowMedian(lags, 0, lags.length));
  const shippedMs = shippingLagMs ?? (usualMs >= SHIPPED_FROM_MS ? SHIPPING_MS : 0);
  return { usualMs, upperMs: Math.round(lags.reduce((most, lag) => Math.max(most, lag), shippedMs)) };
}
