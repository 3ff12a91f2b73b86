export interface KolmogorovSmirnov {
  /** Largest distance of the two empirical distribution functions, 0 to 1. */
  statistic: number;
  /** Chance of at least that distance where both samples come from one continuous distribution; with ties it is less. */
  p: number;
}

/** Beyond so many steps of the exact recursion the limit distribution answers. */
const MOST_STEPS = 20_000_000;

/**
 * Two-sample Kolmogorov-Smirnov test, two-sided: the figures of SciPy's `ks_2samp`.
 *
 * p by the exact recursion over lattice paths (Hodges, "The significance probability of the Smirnov two-sample test",
 * 1958), which SciPy takes for up to 10,000 rows a side; for very large samples by Kolmogorov's limit distribution.
 *
 * @returns null where a sample is empty
 * @throws Error on NaN
 */
export function kolmogorovSmirnov(one: Float64Array, other: Float64Array): KolmogorovSmirnov | null {
  if (one.length === 0 || other.length === 0) return null;
  const a = one.toSorted();
  const b = other.toSorted();
  // NaN sorts last.
  if (Number.isNaN(a.at(-1)) || Number.isNaN(b.at(-1)))
    throw new Error('Kolmogorov-Smirnov: expected numbers, found NaN');
  let statistic = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const at = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === at) i++;
    while (j < b.length && b[j] === at) j++;
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length));
  }
  const p =
    a.length * b.length <= MOST_STEPS
      ? exactTail(statistic, a.length, b.length)
      : limitTail(statistic, a.length, b.length);
  return { statistic, p };
}

/** P(D >= statistic): one minus the share of lattice paths that stay within it. */
function exactTail(statistic: number, m: number, n: number): number {
  // Distances are multiples of 1 / (m n): between two of them, rounding decides nothing.
  const within = (0.5 + Math.floor(statistic * m * n - 1e-7)) / (m * n);
  const share = new Float64Array(n + 1);
  for (let j = 0; j <= n; j++) share[j] = j / n > within ? 0 : 1;
  for (let i = 1; i <= m; i++) {
    const weight = i / (i + n);
    const at = i / m;
    share[0] = at > within ? 0 : weight * share[0]!;
    for (let j = 1; j <= n; j++) {
      share[j] = Math.abs(at - j / n) > within ? 0 : weight * share[j]! + share[j - 1]!;
    }
  }
  return Math.min(1, Math.max(0, 1 - share[n]!));
}

/** Kolmogorov's series at sqrt(m n / (m + n)) times the statistic. */
function limitTail(statistic: number, m: number, n: number): number {
  const lambda = Math.sqrt((m * n) / (m + n)) * statistic;
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * (k * lambda) ** 2);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-17) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
