/** The range in which a number has been, forgotten slowly. */
export interface Extremes {
  seen: number;
  mean: number;
  high: number;
  low: number;
}

/** With fewer nothing is known of the range. */
const LEAST_SEEN = 150;
/** The mean is that of about so many. */
const MEAN_SPAN = 2_000;
/** By this share of its distance to the mean an end comes back with each number. */
const FORGETTING = 1 / 20_000;
/** An excess of so much of the range is half as new as can be. */
const HALF_NEW = 0.1;

export const noExtremes = (): Extremes => ({ seen: 0, mean: 0, high: 0, low: 0 });

/**
 * How far a number lies outside the range it has always been in: 0 inside, towards 1 far outside. Positive above,
 * negative below. A constant has no range: whatever leaves it is new as can be.
 */
export function noveltyOf({ seen, high, low }: Extremes, value: number): number {
  if (seen < LEAST_SEEN) return 0;
  const excess = value > high ? value - high : Math.max(0, low - value);
  if (excess === 0) return 0;
  const novelty = excess / (excess + HALF_NEW * (high - low));
  return value > high ? novelty : -novelty;
}

/** Takes a number into the range. */
export function widen(extremes: Extremes, value: number): void {
  extremes.seen++;
  if (extremes.seen === 1) {
    extremes.mean = extremes.high = extremes.low = value;
    return;
  }
  extremes.mean += (value - extremes.mean) / Math.min(extremes.seen, MEAN_SPAN);
  extremes.high = Math.max(value, extremes.high - FORGETTING * (extremes.high - extremes.mean));
  extremes.low = Math.min(value, extremes.low + FORGETTING * (extremes.mean - extremes.low));
}
