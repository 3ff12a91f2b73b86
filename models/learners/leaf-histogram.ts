import { MISSING_BIN } from './bin-columns.ts';
import { BLOCK_COLUMNS, type ColumnLayout } from './column-layout.ts';

/** One sum for each of 256 codes of a column. */
export const SLOTS = 256;
const BLOCK_SLOTS = BLOCK_COLUMNS * SLOTS;

/** Sums of packed gradients by code; those of the layout's column `c` begin at `c * SLOTS`. */
export type Histogram = Float64Array;

/** Where the rows of a leaf are: positions `start` to `end` of `rows`. */
export interface RowRange {
  rows: Int32Array;
  start: number;
  end: number;
}

export const emptyHistogram = (columns: number): Histogram =>
  new Float64Array(Math.ceil(columns / BLOCK_COLUMNS) * BLOCK_SLOTS);

/**
 * Sums over the rows of a leaf, for all columns of the layout.
 *
 * @param ordered the leaf's packed gradients in the order of its rows
 */
export function fillHistogram(
  histogram: Histogram,
  { blocks }: ColumnLayout,
  range: RowRange,
  ordered: Float64Array,
): void {
  histogram.fill(0);
  for (let b = 0; b < blocks.length; b++) {
    const sums = histogram.subarray(b * BLOCK_SLOTS, (b + 1) * BLOCK_SLOTS);
    addBlock(sums, blocks[b]!, range, ordered);
  }
}

/**
 * Most of the time of a training goes here. Four columns at a time: row, gradient and codes are read once for four;
 * and rows with the same code of one column do not wait for each other's addition, because three others lie between.
 */
function addBlock(
  sums: Float64Array,
  codes: Uint32Array,
  { rows, start, end }: RowRange,
  ordered: Float64Array,
): void {
  for (let i = start, j = 0; i < end; i++, j++) {
    const four = codes[rows[i]!]!;
    const value = ordered[j]!;
    sums[four & 255]! += value;
    sums[256 | ((four >>> 8) & 255)]! += value;
    sums[512 | ((four >>> 16) & 255)]! += value;
    sums[768 | (four >>> 24)]! += value;
  }
}

/** The same for some columns only; the others keep what they had. @param chosen places in the layout */
export function fillColumns(
  histogram: Histogram,
  { codes }: ColumnLayout,
  chosen: Int32Array,
  range: RowRange,
  ordered: Float64Array,
): void {
  for (let c = 0; c < chosen.length; c++) {
    const base = chosen[c]! * SLOTS;
    const sums = histogram.subarray(base, base + SLOTS);
    sums.fill(0);
    addColumn(sums, codes[chosen[c]!]!, range, ordered);
  }
}

function addColumn(
  sums: Float64Array,
  codes: Uint8Array,
  { rows, start, end }: RowRange,
  ordered: Float64Array,
): void {
  for (let i = start, j = 0; i < end; i++, j++) sums[codes[rows[i]!]!]! += ordered[j]!;
}

/** Takes the sums of a part off those of the whole: what is left is the histogram of the other rows, exactly. */
export function subtractHistogram(from: Histogram, part: Histogram, { bins }: ColumnLayout): void {
  for (let c = 0; c < bins.length; c++) {
    const base = c * SLOTS;
    for (let i = base, end = base + bins[c]!; i < end; i++) from[i]! -= part[i]!;
    from[base + MISSING_BIN]! -= part[base + MISSING_BIN]!;
  }
}
