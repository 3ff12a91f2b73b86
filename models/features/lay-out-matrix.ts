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

/** Takes away the rows that no candidate filled, one column after the other: two of all would be too much to keep. */
export function trim(matrix: FeatureMatrix): void {
  const { rows, columns } = matrix;
  columns.forEach((column, f) => {
    columns[f] = firstRows(column, rows);
  });
  matrix.jobIndex = firstRows(matrix.jobIndex, rows);
  matrix.cutoff = firstRows(matrix.cutoff, rows);
  matrix.horizon = firstRows(matrix.horizon, rows);
}

function firstRows<T extends Float64Array | Int32Array | Uint8Array>(column: T, rows: number): T {
  return column.length === rows ? column : (column.slice(0, rows) as T);
}

/**
 * The rows of the days out of those of the week, `target` holding what differs from day to day.
 *
 * Uses the columns of `target` up; where the day is one, those of the week serve both.
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
    if (f < weekFeatures.length) {
      const ofWeek = week.columns[f]!;
      return perRow === 1 ? ofWeek : spread(ofWeek, new Float64Array(rows));
    }
    const column = firstRows(target[f - weekFeatures.length]!, rows);
    target.fill(column, f - weekFeatures.length, f - weekFeatures.length + 1);
    return column;
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
