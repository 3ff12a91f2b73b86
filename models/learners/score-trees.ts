import type { DecisionTree } from './decision-tree.ts';

/** Rows that are scored together: their values, row by row, stay in the processor's nearest memory. */
const BLOCK_ROWS = 64;

/** The nodes of all trees in one set of columns, level after level, so that siblings are neighbours. */
export interface FlatTrees {
  /** First node of every tree. */
  roots: Int32Array;
  /** Levels below the root of every tree. */
  depths: Int32Array;
  /** Twice the column, plus 1 where a missing value goes left. */
  feature: Int32Array;
  /** A row whose value is below goes left. At a leaf nothing is below. */
  threshold: Float64Array;
  /** The right child; the left one follows. A leaf is its own. */
  next: Int32Array;
  value: Float64Array;
}

export function flattenTrees(trees: readonly DecisionTree[]): FlatTrees {
  const count = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const flat: FlatTrees = {
    roots: new Int32Array(trees.length),
    depths: new Int32Array(trees.length),
    feature: new Int32Array(count),
    threshold: new Float64Array(count).fill(Number.NEGATIVE_INFINITY),
    next: Int32Array.from({ length: count }, (_, at) => at),
    value: new Float64Array(count),
  };
  let end = 0;
  trees.forEach((tree, t) => {
    flat.roots[t] = end;
    let level = [0];
    for (let depth = 0; level.length > 0; depth++) {
      flat.depths[t] = depth;
      const below: number[] = [];
      // Children of this level are laid behind it, in the order in which their parents come.
      let child = end + level.length;
      for (const node of level) {
        const at = end++;
        if (tree.feature[node]! < 0) {
          flat.value[at] = tree.value[node]!;
          continue;
        }
        flat.feature[at] = 2 * tree.feature[node]! + tree.missingLeft[node]!;
        flat.threshold[at] = tree.threshold[node]!;
        flat.next[at] = child;
        child += 2;
        below.push(tree.right[node]!, tree.left[node]!);
      }
      level = below;
    }
  });
  return flat;
}

/** Adds what the trees answer, tree after tree, to the margin of every row. */
export function addAnswers(flat: FlatTrees, columns: readonly Float64Array[], margin: Float64Array): void {
  const width = 2 * columns.length;
  const values = new Float64Array(BLOCK_ROWS * width);
  const nodes = new Int32Array(BLOCK_ROWS);
  for (let start = 0; start < margin.length; start += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, margin.length - start);
    for (let f = 0; f < columns.length; f++) copyColumn(columns[f]!, start, rows, values, 2 * f, width);
    for (let t = 0; t < flat.roots.length; t++) {
      nodes.fill(flat.roots[t]!);
      descend(flat, flat.depths[t]!, values, width, nodes, rows);
      for (let i = 0; i < rows; i++) margin[start + i]! += flat.value[nodes[i]!]!;
    }
  }
}

/** Every value twice: a missing one is above every threshold in the first place and below it in the second. */
function copyColumn(
  column: Float64Array,
  start: number,
  rows: number,
  into: Float64Array,
  place: number,
  width: number,
): void {
  for (let i = 0, at = place; i < rows; i++, at += width) {
    const value = column[start + i]!;
    const isMissing = Number.isNaN(value);
    into[at] = isMissing ? Number.POSITIVE_INFINITY : value;
    into[at + 1] = isMissing ? Number.NEGATIVE_INFINITY : value;
  }
}

/**
 * One level for all rows, then the next: the steps of different rows do not wait for each other, and without a branch
 * none is guessed wrongly. Rows that have arrived stay where they are.
 */
function descend(
  { feature, threshold, next }: FlatTrees,
  depth: number,
  values: Float64Array,
  width: number,
  nodes: Int32Array,
  rows: number,
): void {
  for (let level = 0; level < depth; level++) {
    for (let i = 0, row = 0; i < rows; i++, row += width) {
      const node = nodes[i]!;
      nodes[i] = next[node]! + Number(values[row + feature[node]!]! < threshold[node]!);
    }
  }
}
