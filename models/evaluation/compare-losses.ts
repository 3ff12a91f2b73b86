export const WEEK_MS = 7 * 86_400_000;

/**
 * Sums of values, one per week, in the order of time: what is compared week by week, because the days of a week, and
 * even more so windows that overlap, share their weather.
 *
 * @param times epoch milliseconds; weeks are counted from the first of them
 */
export function sumPerWeek(values: Float64Array, times: Float64Array): number[] {
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const sums = new Map<number, number>();
  values.forEach((value, r) => {
    const week = Math.floor((times[r]! - first) / WEEK_MS);
    sums.set(week, (sums.get(week) ?? 0) + value);
  });
  return [...sums].sort(([a], [b]) => a - b).map(([, sum]) => sum);
}

/** Sums of log loss, one per week, in the order of time. Probabilities are strictly between 0 and 1. */
export function lossPerWeek(labels: Uint8Array, probabilities: Float64Array, times: Float64Array): number[] {
  const losses = probabilities.map((p, r) => -Math.log(labels[r] === 1 ? p : 1 - p));
  return sumPerWeek(losses, times);
}

/**
 * The challenger whose losses are lower beyond doubt and by the most, of equal ones the first; null when there is none.
 */
export function bestBeyondDoubt<T>(
  known: readonly number[],
  challengers: Iterable<readonly [challenger: T, losses: readonly number[]]>,
): T | null {
  let best: T | null = null;
  let largest = 0;
  for (const [challenger, losses] of challengers) {
    const gain = gainBeyondDoubt(known, losses);
    if (gain <= largest) continue;
    largest = gain;
    best = challenger;
  }
  return best;
}

/**
 * How much lower the losses of a challenger are than the known ones, as a mean over the weeks; 0 unless it is positive
 * beyond doubt.
 */
export function gainBeyondDoubt(known: readonly number[], challenger: readonly number[]): number {
  const mean = meanBeyondDoubt(known.map((loss, week) => loss - challenger[week]!));
  return Math.max(0, mean);
}

/** Mean of some values; 0 unless Student's t test (two-sided, 5 %) tells it from 0. */
export function meanBeyondDoubt(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (values.length - 1) / values.length);
  return Math.abs(mean) > quantileOfT(values.length - 1) * standardError ? mean : 0;
}

/** The 97.5 % quantiles of Student's t distribution with 1, 2, … degrees of freedom (Fisher and Yates, table III). */
const QUANTILES_OF_T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/** From the 31st on: never too bold. */
const LARGE_SAMPLE = 2.04;
const quantileOfT = (freedom: number): number => QUANTILES_OF_T[freedom - 1] ?? LARGE_SAMPLE;
