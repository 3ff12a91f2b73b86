import { quantileSorted } from 'simple-statistics';

/** Groups of a column with many values: tenths of the reference. */
const GROUPS = 10;
/** A column of the reference with at most so many values has one group for each. */
const FEW_VALUES = 10;
/** An empty group counts as half a row: the index stays a number, and a group of one row is not out of proportion. */
const EMPTY_COUNTS_AS = 0.5;

/**
 * Population stability index: the sum over the groups of (q - p) ln(q / p), p and q the shares of the group in the
 * reference and in the current rows. The same whichever is called the reference.
 *
 * Siddiqi, "Credit Risk Scorecards" (2006), ch. 10, whose reading is below 0.1 steady, from 0.25 on moved.
 *
 * @param reference rows of each group, in the order of `current`
 * @returns null where either has no rows
 */
export function populationStability(reference: readonly number[], current: readonly number[]): number | null {
  const rows = [reference, current].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  if (rows[0] === 0 || rows[1] === 0) return null;
  return reference.reduce((sum, count, group) => {
    if (count === 0 && current[group] === 0) return sum;
    const p = Math.max(count, EMPTY_COUNTS_AS) / rows[0]!;
    const q = Math.max(current[group]!, EMPTY_COUNTS_AS) / rows[1]!;
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}

/** How a column is laid out in groups; missing values (NaN) are one more at the end. */
export interface Grouping {
  /** Whether each value of the reference is a group of its own, and other values are one together. */
  isDiscrete: boolean;
  /** Discrete: the values. Else upper bounds of the groups, the last of which has none. Ascending. */
  bounds: number[];
}

/** Groups by the reference alone: by its values where these are few, else by its deciles. */
export function groupingOf(reference: Float64Array): Grouping {
  const known = reference.filter((value) => !Number.isNaN(value)).toSorted();
  const values = [...new Set(known)];
  if (values.length <= FEW_VALUES) return { isDiscrete: true, bounds: values };
  const deciles = Array.from({ length: GROUPS - 1 }, (_, i) =>
    quantileSorted(known as unknown as number[], (i + 1) / GROUPS),
  );
  return { isDiscrete: false, bounds: [...new Set(deciles)].filter((bound) => bound < known.at(-1)!) };
}

/** Rows in each group; the last two are the other values (nothing where `bounds` are limits) and the missing ones. */
export function countGroups({ isDiscrete, bounds }: Grouping, values: Float64Array): number[] {
  const counts = new Array<number>(bounds.length + 2).fill(0);
  for (const value of values) {
    let group = bounds.length + 1;
    if (!Number.isNaN(value)) {
      group = isDiscrete ? bounds.indexOf(value) : bounds.findIndex((bound) => value <= bound);
      if (group < 0) group = bounds.length;
    }
    counts[group]!++;
  }
  return counts;
}
