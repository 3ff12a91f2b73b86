import { MISSING_BIN } from './bin-columns.ts';

/** One sum for each of 256 codes of a column. */
export const SLOTS = 256;

/** Where the rows of a leaf are: positions `start` to `end` of `rows`. */
export interface RowRange {
  rows: Int32Array;
  start: number;
  end: number;
}

/**
 * Sums of packed gradients by code, for the given columns; other columns keep what they had.
 *
 * @param ordered the leaf's packed gradients in the order of its rows
 * @param bins of each column, the missing one not counted
 */
export function fillHistogram(
  histogram: Float64Array,
  codes: readonly Uint8Array[],
  bins: Int32Array,
  columns: Int32Array,
  range: RowRange,
  ordered: Float64Array,
): void {
  for (let c = 0; c < columns.length; c++) clear(histogram, columns[c]! * SLOTS, bins[columns[c]!]!);
  let c = 0;
  for (; c + 4 <= columns.length; c += 4) {
    addFour(histogram, codes, columns, c, range, ordered);
  }
  for (; c < columns.length; c++) {
    addOne(histogram, columns[c]! * SLOTS, codes[columns[c]!]!, range, ordered);
  }
}

function clear(histogram: Float64Array, base: number, bins: number): void {
  for (let i = base, end = base + bins; i < end; i++) histogram[i] = 0;
  histogram[base + MISSING_BIN] = 0;
}

function addOne(
  histogram: Float64Array,
  base: number,
  codes: Uint8Array,
  { rows, start, end }: RowRange,
  ordered: Float64Array,
): void {
  for (let i = start, j = 0; i < end; i++, j++) histogram[base + codes[rows[i]!]!]! += ordered[j]!;
}

/**
 * Four columns at a time: row and gradient are read once for four, and neighbouring rows with the same code of one
 * column do not wait for each other's addition, because three others lie between.
 */
function addFour(
  histogram: Float64Array,
  codes: readonly Uint8Array[],
  columns: Int32Array,
  c: number,
  { rows, start, end }: RowRange,
  ordered: Float64Array,
): void {
  const codesA = codes[columns[c]!]!;
  const codesB = codes[columns[c + 1]!]!;
  const codesC = codes[columns[c + 2]!]!;
  const codesD = codes[columns[c + 3]!]!;
  const a = columns[c]! * SLOTS;
  const b = columns[c + 1]! * SLOTS;
  const cc = columns[c + 2]! * SLOTS;
  const d = columns[c + 3]! * SLOTS;
  for (let i = start, j = 0; i < end; i++, j++) {
    const row = rows[i]!;
    const value = ordered[j]!;
    histogram[a + codesA[row]!]! += value;
    histogram[b + codesB[row]!]! += value;
    histogram[cc + codesC[row]!]! += value;
    histogram[d + codesD[row]!]! += value;
  }
}

/** Takes the sums of a part off those of the whole: what is left is the histogram of the other rows, exactly. */
export function subtractHistogram(
  from: Float64Array,
  part: Float64Array,
  bins: Int32Array,
  columns: Int32Array,
): void {
  for (let c = 0; c < columns.length; c++) {
    const base = columns[c]! * SLOTS;
    for (let i = base, end = base + bins[columns[c]!]!; i < end; i++) from[i]! -= part[i]!;
    from[base + MISSING_BIN]! -= part[base + MISSING_BIN]!;
  }
}
