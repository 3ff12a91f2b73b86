/** The few numbers that a benchmark says about its measurements. */

/** Smallest, middle and largest of some measurements. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/**
 * The value below or at which `share` of the measurements lie, by linear interpolation between the two nearest
 * (type 7 of Hyndman & Fan 1996, the default of R and NumPy).
 *
 * @throws RangeError without any measurement, or for a share outside 0 to 1
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('quantile of no measurement at all');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`expected a share from 0 to 1, found ${share}`);
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return lower + (upper - lower) * (place - below);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** @throws RangeError without any measurement */
export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Ratios of two contestants that were measured in the same rounds, ours over theirs. What slows a whole round
 * (a busy neighbour, a full disk cache) slows both, so it cancels out in the pair and not in the medians.
 *
 * @throws RangeError when they do not have the same number of rounds
 */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) {
    throw new RangeError(`expected as many rounds of both, found ${ours.length} and ${theirs.length}`);
  }
  return ours.map((value, round) => value / theirs[round]!);
}

/**
 * The order of a round: each contestant comes first in turn, and every other round goes backwards, so that nobody
 * always follows the same neighbour.
 */
export function orderOfRound<T>(contestants: readonly T[], round: number): T[] {
  const first = round % contestants.length;
  const rotated = [...contestants.slice(first), ...contestants.slice(0, first)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}

/** Four digits: more would be noise. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
