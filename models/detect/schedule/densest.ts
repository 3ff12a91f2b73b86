import { quantile } from '../quantile.ts';

/** The shortest stretch that holds four of ten values, and their middle. */
export interface Densest {
  middle: number;
  length: number;
}

const SHARE = 0.4;

/**
 * Where values are densest and how far these spread, whatever the others are: half of them may be of another kind.
 *
 * Source: Andrews et al., "Robust Estimates of Location" (1972), the shorth; with less than half of the values, so that
 * of two kinds that are equally many one is found and not what lies between.
 *
 * @param sorted ascending; NaN without any value
 */
export function densestOf(sorted: Float64Array): Densest {
  if (sorted.length === 0) return { middle: Number.NaN, length: Number.NaN };
  const held = Math.floor(SHARE * sorted.length) + 1;
  let best = 0;
  for (let i = 1; i + held <= sorted.length; i++) {
    if (sorted[i + held - 1]! - sorted[i]! < sorted[best + held - 1]! - sorted[best]!) best = i;
  }
  const dense = sorted.subarray(best, best + held);
  return { middle: quantile(dense, 0.5), length: dense.at(-1)! - dense[0]! };
}
