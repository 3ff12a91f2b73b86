import { contingencyOf } from './contingency.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { countGroups, groupingOf, populationStability } from './population-stability.ts';
import { meanOf, normedWasserstein, spreadOf } from './wasserstein.ts';

/** With fewer values on either side nothing is said of a column. */
export const LEAST_ROWS = 30;

/** How the values of a column differ from those of the reference. */
export interface ColumnComparison {
  /** Rows, missing values among them. */
  rows: number;
  referenceRows: number;
  /** Share of missing values. */
  missing: number;
  referenceMissing: number;
  /** Mean of the values that are known; null without any. */
  mean: number | null;
  referenceMean: number | null;
  /** Difference of the means in standard deviations of the reference; null without values on both sides. */
  shift: number | null;
  /** Population stability index in tenths of the reference, missing values a group of their own. */
  psi: number;
  /** Two-sample Kolmogorov-Smirnov distance; null of a column with few values. */
  ks: number | null;
  /** Wasserstein-1 distance in standard deviations of the reference; null as above. */
  wasserstein: number | null;
  /** Cramér's V of a column with few values, and where values are missing; else null. */
  cramersV: number | null;
  /** Of the test: Kolmogorov-Smirnov, or chi-square of a column with few values. */
  p: number;
}

/** @returns null: not enough data on one side */
export function compareColumn(reference: Float64Array, current: Float64Array): ColumnComparison | null {
  if (reference.length < LEAST_ROWS || current.length < LEAST_ROWS) return null;
  const known = [reference, current].map((values) => values.filter((value) => !Number.isNaN(value)));
  const [before, now] = known as [Float64Array, Float64Array];
  const grouping = groupingOf(reference);
  const counts = [reference, current].map((values) => countGroups(grouping, values));
  const isContinuous = !grouping.isDiscrete && before.length >= LEAST_ROWS && now.length >= LEAST_ROWS;
  const test = isContinuous ? kolmogorovSmirnov(before, now) : null;
  const missing = [reference.length - before.length, current.length - now.length] as const;
  // Whether values are told at all is a question of its own, of which a test of the values knows nothing.
  const table = isContinuous
    ? contingencyOf([missing[0], before.length], [missing[1], now.length])
    : contingencyOf(counts[0]!, counts[1]!);
  const areBoth = before.length > 0 && now.length > 0;
  return {
    rows: current.length,
    referenceRows: reference.length,
    missing: missing[1] / current.length,
    referenceMissing: missing[0] / reference.length,
    mean: now.length > 0 ? meanOf(now) : null,
    referenceMean: before.length > 0 ? meanOf(before) : null,
    shift: areBoth ? (meanOf(now) - meanOf(before)) / spreadOf(before) : null,
    psi: populationStability(counts[0]!, counts[1]!)!,
    ks: test?.statistic ?? null,
    wasserstein: isContinuous ? normedWasserstein(before, now) : null,
    cramersV: table?.cramersV ?? null,
    p: atLeastOne(test?.p, table?.p),
  };
}

/** Of two tests of one column: Bonferroni's bound on the smaller p. A column that never differs has 1. */
function atLeastOne(...tests: (number | undefined)[]): number {
  const told = tests.filter((p) => p !== undefined);
  return told.length === 0 ? 1 : Math.min(1, Math.min(...told) * told.length);
}
