/**
 * Examples in columns. All arrays have one entry per row; a missing value is NaN.
 *
 * `jobIndex` points into the histories the matrix was built from, `cutoff` is epoch milliseconds, `horizon`
 * is the day ahead, 1 to 7, or 0 where a row stands for the whole week.
 */
export interface FeatureMatrix {
  names: string[];
  rows: number;
  columns: Float64Array[];
  jobIndex: Int32Array;
  cutoff: Float64Array;
  horizon: Uint8Array;
}

/** The column called `name`. @throws Error naming the missing feature. */
export function columnNamed(matrix: FeatureMatrix, name: string): Float64Array {
  const index = matrix.names.indexOf(name);
  if (index < 0)
    throw new Error(`feature matrix: expected a column "${name}", found ${matrix.names.join(', ')}`);
  return matrix.columns[index]!;
}

/**
 * The named columns in that order, as a model wants them: one that was trained before a feature existed serves on.
 *
 * @throws Error naming a missing feature
 */
export function alignColumns(matrix: FeatureMatrix, names: readonly string[]): FeatureMatrix {
  if (matrix.names.length === names.length && names.every((name, i) => matrix.names[i] === name))
    return matrix;
  return { ...matrix, names: [...names], columns: names.map((name) => columnNamed(matrix, name)) };
}

/** The rows at the given positions, in that order. */
export function selectRows(matrix: FeatureMatrix, positions: ArrayLike<number>): FeatureMatrix {
  const rows = positions.length;
  const columns = matrix.columns.map((column) => pick(column, positions, new Float64Array(rows)));
  return {
    names: matrix.names,
    rows,
    columns,
    jobIndex: pick(matrix.jobIndex, positions, new Int32Array(rows)),
    cutoff: pick(matrix.cutoff, positions, new Float64Array(rows)),
    horizon: pick(matrix.horizon, positions, new Uint8Array(rows)),
  };
}

/** Copies `values[positions[i]]` into `into[i]` and returns it. */
export function pick<T extends Float64Array | Int32Array | Uint8Array>(
  values: T,
  positions: ArrayLike<number>,
  into: T,
): T {
  for (let i = 0; i < positions.length; i++) into[i] = values[positions[i]!]!;
  return into;
}

/** @throws Error when the matrix is not made of exactly the named columns, in that order. */
export function requireColumns(matrix: FeatureMatrix, names: readonly string[]): void {
  const same = matrix.names.length === names.length && names.every((name, i) => matrix.names[i] === name);
  if (!same) {
    throw new Error(`model expects the features ${names.join(', ')}, found ${matrix.names.join(', ')}`);
  }
}
