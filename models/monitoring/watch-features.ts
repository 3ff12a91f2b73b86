import type { FeatureDefinition } from '../features/feature.ts';
import { type ColumnComparison, compareColumn, LEAST_ROWS } from './compare-column.ts';
import { adjustFalseDiscovery } from './false-discovery.ts';
import { countGroups, groupingOf, populationStability } from './population-stability.ts';

/** `growing`: it counts what happened since ever, so it moves without anything having changed. */
export type DriftState = 'steady' | 'drifted' | 'growing' | 'not-enough-data';

export interface FeatureDrift {
  feature: string;
  state: DriftState;
  rows: number;
  referenceRows: number;
  /** Null: not enough data. */
  comparison: ColumnComparison | null;
  /** The largest stability index of one week of the reference against its other weeks; null with one week. */
  usualPsi: number | null;
  /** p of the comparison, adjusted for as many as there are columns; null: not enough data. */
  pAdjusted: number | null;
}

/** A column of the reference by weeks, and now. */
export interface WatchedColumn {
  feature: string;
  weeks: readonly Float64Array[];
  current: Float64Array;
  isGrowing: boolean;
}

export interface DriftLimits {
  /** A stability index from which on a column has moved. */
  psi: number;
  /** Expected share of false ones among the columns that are said to have moved. */
  falseDiscovery: number;
}

/** Spans longer than most histories: what is counted in them is more with every week. */
const LONG: ReadonlySet<string> = new Set(['all', '104 weeks', '12 months']);

/** Whether a feature counts since ever, so that it grows without anything having changed. */
export const isGrowing = ({ window, unit }: Pick<FeatureDefinition, 'window' | 'unit'>): boolean =>
  LONG.has(window) && (unit === 'count' || unit === 'days');

/**
 * Which columns are no longer distributed as in the reference. One has moved when its stability index is at the limit,
 * larger than the weeks of the reference differ among themselves, and its test holds after adjustment for the number of
 * columns: size says that it matters, the weeks that it is not the season, the test that it is not chance.
 */
export function watchFeatures(
  columns: readonly WatchedColumn[],
  { psi, falseDiscovery }: DriftLimits,
): FeatureDrift[] {
  const compared = columns.map((column) => {
    const reference = joined(column.weeks);
    return { column, reference, comparison: compareColumn(reference, column.current) };
  });
  const tested = compared.filter(({ comparison }) => comparison !== null);
  const adjusted = new Map(
    adjustFalseDiscovery(tested.map(({ comparison }) => comparison!.p)).map((p, i) => [tested[i]!.column, p]),
  );
  return compared.map(({ column, reference, comparison }) => {
    const usualPsi = usualOf(column.weeks, reference);
    const pAdjusted = adjusted.get(column) ?? null;
    const told = {
      ...{ feature: column.feature, rows: column.current.length, referenceRows: reference.length },
      ...{ comparison, usualPsi, pAdjusted },
    };
    if (comparison === null || pAdjusted === null) return { ...told, state: 'not-enough-data' };
    const hasMoved = comparison.psi >= psi && comparison.psi > (usualPsi ?? 0) && pAdjusted <= falseDiscovery;
    return { ...told, state: column.isGrowing ? 'growing' : hasMoved ? 'drifted' : 'steady' };
  });
}

function usualOf(weeks: readonly Float64Array[], reference: Float64Array): number | null {
  const grouping = groupingOf(reference);
  const counts = weeks
    .filter(({ length }) => length >= LEAST_ROWS)
    .map((week) => countGroups(grouping, week));
  if (counts.length < 2) return null;
  const total = counts[0]!.map((_, group) => counts.reduce((sum, week) => sum + week[group]!, 0));
  return Math.max(
    ...counts.map(
      (week) =>
        populationStability(
          total.map((all, group) => all - week[group]!),
          week,
        )!,
    ),
  );
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
