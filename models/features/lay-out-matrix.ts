import type { FeatureMatrix } from './feature-matrix.ts';
import { dayFeatures, weekFeatures } from './registry.ts';

/** Columns with room for so many rows, none of them filled yet. */
export function emptyMatrix(names: string[], rows: number): FeatureMatrix {
  return {
    names,
    rows: 0,
    columns: names.map(() => new Float64Array(rows)),
    jobIndex: new Int32Array(rows),
    cutoff: new Float64Array(rows),
    horizon: new Uint8Array(rows),
  };
}

/**
 * The rows of the days out of those of the week, `target` holding what differs from day to day: its columns become those
 * of the days; where the day is one, the columns of the week serve both.
 */
export function spreadOverDays(
  week: FeatureMatrix,
  target: Float64Array[],
  days: readonly number[],
): FeatureMatrix {
  const perRow = days.length;
  const rows = week.rows * perRow;
  const spread = <T extends Float64Array | Int32Array>(from: T, into: T): T => {
    for (let r = 0, at = 0; r < week.rows; r++) {
      for (let d = 0; d < perRow; d++) into[at++] = from[r]!;
    }
    return into;
  };
  const names = dayFeatures.map(({ name }) => name);
  const columns = names.map((_, f) => {
    if (f >= weekFeatures.length) return target[f - weekFeatures.length]!;
    const ofWeek = week.columns[f]!;
    return perRow === 1 ? ofWeek : spread(ofWeek, new Float64Array(rows));
  });
  return {
    names,
    rows,
    columns,
    jobIndex: spread(week.jobIndex, new Int32Array(rows)),
    cutoff: spread(week.cutoff, new Float64Array(rows)),
    horizon: Uint8Array.from({ length: rows }, (_, r) => days[r % perRow]!),
  };
}
