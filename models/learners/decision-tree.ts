/**
 * A binary tree in columns, node 0 the root. A node with feature -1 is a leaf.
 *
 * At an inner node a row goes left when its value is below the threshold, or missing and `missingLeft` is 1.
 */
export interface DecisionTree {
  feature: Int16Array;
  threshold: Float64Array;
  missingLeft: Uint8Array;
  left: Int32Array;
  right: Int32Array;
  /** What a leaf answers. At inner nodes 0. */
  value: Float64Array;
  /** Weight of the training rows that reached the node. */
  cover: Float64Array;
}

/** Value of the leaf that the row falls into. */
export const answerOf = (tree: DecisionTree, columns: readonly Float64Array[], row: number): number =>
  tree.value[leafOf(tree, columns, row)]!;

/** Number of the leaf that the row falls into. */
export function leafOf(tree: DecisionTree, columns: readonly Float64Array[], row: number): number {
  const { feature, threshold, missingLeft, left, right } = tree;
  let node = 0;
  for (let f = feature[0]!; f >= 0; f = feature[node]!) {
    const value = columns[f]![row]!;
    const goesLeft = Number.isNaN(value) ? missingLeft[node] === 1 : value < threshold[node]!;
    node = goesLeft ? left[node]! : right[node]!;
  }
  return node;
}

export type TreeJson = Record<keyof DecisionTree, number[]>;

export const treeToJson = (tree: DecisionTree): TreeJson => ({
  feature: [...tree.feature],
  threshold: [...tree.threshold],
  missingLeft: [...tree.missingLeft],
  left: [...tree.left],
  right: [...tree.right],
  value: [...tree.value],
  cover: [...tree.cover],
});

export const treeFromJson = (json: TreeJson): DecisionTree => ({
  feature: Int16Array.from(json.feature),
  threshold: Float64Array.from(json.threshold),
  missingLeft: Uint8Array.from(json.missingLeft),
  left: Int32Array.from(json.left),
  right: Int32Array.from(json.right),
  value: Float64Array.from(json.value),
  cover: Float64Array.from(json.cover),
});
