import { gammaln } from 'simple-statistics';

export interface Contingency {
  chiSquare: number;
  degrees: number;
  /** Chance of at least that chi-square where both rows of the table come from one distribution. */
  p: number;
  /** Cramér's V: 0 the same shares, 1 nothing in common. */
  cramersV: number;
}

/**
 * Pearson's chi-square test of two lists of counts, without continuity correction (SciPy's
 * `chi2_contingency(correction=False)`), and Cramér's V (Cramér, "Mathematical Methods of Statistics", 1946, 21.9),
 * which does not grow with the rows.
 *
 * @returns null where a list has no rows, or all are of one value
 */
export function contingencyOf(one: readonly number[], other: readonly number[]): Contingency | null {
  const groups = one.map((count, i) => [count, other[i]!] as const).filter(([a, b]) => a + b > 0);
  const rows = [0, 1].map((side) => groups.reduce((sum, counts) => sum + counts[side]!, 0));
  const all = rows[0]! + rows[1]!;
  if (rows[0] === 0 || rows[1] === 0 || groups.length < 2) return null;
  const chiSquare = groups.reduce((sum, counts) => {
    const both = counts[0] + counts[1];
    return [0, 1].reduce((part, side) => {
      const expected = (both * rows[side]!) / all;
      return part + (counts[side]! - expected) ** 2 / expected;
    }, sum);
  }, 0);
  const degrees = groups.length - 1;
  return {
    chiSquare,
    degrees,
    p: chiSquareTail(chiSquare, degrees),
    cramersV: Math.min(1, Math.sqrt(chiSquare / all)),
  };
}

/** Upper tail of the chi-square distribution: the regularised incomplete gamma function Q(degrees / 2, x / 2). */
export function chiSquareTail(x: number, degrees: number): number {
  if (x <= 0) return 1;
  const a = degrees / 2;
  const half = x / 2;
  const scale = Math.exp(a * Math.log(half) - half - gammaln(a));
  return half < a + 1
    ? Math.max(0, 1 - scale * lowerSeries(a, half))
    : Math.min(1, scale * upperFraction(a, half));
}

/** DLMF 8.11.4: the lower incomplete gamma function over x^a e^-x. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 10_000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-16) break;
  }
  return sum;
}

/** DLMF 8.9.2, the upper one over x^a e^-x, by Lentz's algorithm. */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let i = 1; i < 10_000; i++) {
    const step = -i * (i - a);
    b += 2;
    d = step * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + step / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return value;
}
