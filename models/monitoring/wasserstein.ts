/** Below it a spread counts as this, so that a column that hardly moved does not divide by nothing. */
const LEAST_SPREAD = 0.001;

/**
 * Wasserstein-1 distance of two samples, in the unit of the values: the area between the two empirical distribution
 * functions, SciPy's `wasserstein_distance`. Null where a sample is empty.
 */
export function wassersteinDistance(one: Float64Array, other: Float64Array): number | null {
  if (one.length === 0 || other.length === 0) return null;
  const a = one.toSorted();
  const b = other.toSorted();
  let area = 0;
  let before = Math.min(a[0]!, b[0]!);
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const at = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    const gap = Math.abs(i / a.length - j / b.length);
    if (gap > 0) area += (at - before) * gap;
    before = at;
    while (i < a.length && a[i] === at) i++;
    while (j < b.length && b[j] === at) j++;
  }
  return area;
}

/**
 * The same in standard deviations of the reference (of all its rows, not of a sample), as Evidently's
 * "Wasserstein distance (normed)": `wasserstein_distance / max(std(reference), 0.001)`.
 */
export function normedWasserstein(reference: Float64Array, current: Float64Array): number | null {
  const distance = wassersteinDistance(reference, current);
  return distance === null ? null : distance / spreadOf(reference);
}

/** Standard deviation of the values, at least 0.001. */
export function spreadOf(values: Float64Array): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.max(Math.sqrt(squares / values.length), LEAST_SPREAD);
}

export const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
