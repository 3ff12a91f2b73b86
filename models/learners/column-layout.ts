import type { BinnedColumns } from './bin-columns.ts';

/** Columns in a block: their codes of one row are read as one number of 32 bits. */
export const BLOCK_COLUMNS = 4;

/** The codes of some columns, as the histograms of a tree want them. A column is named by its place in `columns`. */
export interface ColumnLayout {
  columns: Int32Array;
  codes: Uint8Array[];
  /** Codes in use of each column, the missing one not counted. */
  bins: Int32Array;
  /** One for every four columns: in each row's number the codes of four columns, the first in the lowest bits. */
  blocks: Uint32Array[];
}

/**
 * @param withBlocks false when no histogram of all columns will be made: the blocks stay empty
 * @param former a layout that nobody needs any more; its blocks are used again
 */
export function layOutColumns(
  { codes, edges, rows }: BinnedColumns,
  columns: Int32Array,
  withBlocks: boolean,
  former: ColumnLayout | null,
): ColumnLayout {
  const chosen = Array.from(columns, (column) => codes[column]!);
  const bins = Int32Array.from(columns, (column) => edges[column]!.length + 1);
  const blocks: Uint32Array[] = [];
  if (withBlocks) {
    const none = new Uint8Array(rows);
    for (let c = 0; c < chosen.length; c += BLOCK_COLUMNS) {
      const block = former?.blocks[blocks.length] ?? new Uint32Array(rows);
      // What is missing to a full block is a column of zeros; its sums are never looked at.
      fillBlock(block, chosen[c]!, chosen[c + 1] ?? none, chosen[c + 2] ?? none, chosen[c + 3] ?? none);
      blocks.push(block);
    }
  }
  return { columns: columns.slice(), codes: chosen, bins, blocks };
}

function fillBlock(block: Uint32Array, a: Uint8Array, b: Uint8Array, c: Uint8Array, d: Uint8Array): void {
  for (let r = 0; r < block.length; r++) block[r] = a[r]! | (b[r]! << 8) | (c[r]! << 16) | (d[r]! << 24);
}

export function isLaidOut(layout: ColumnLayout, columns: Int32Array): boolean {
  return (
    layout.columns.length === columns.length && columns.every((column, c) => layout.columns[c] === column)
  );
}
