import type { TreeJson } from '../learners/decision-tree.ts';
import { type GraphBuilder, ML_DOMAIN } from './graph-builder.ts';
import { type Attribute, ELEMENT } from './onnx-model.ts';

/** Numbers of the mode and the sum in the operator TreeEnsemble of ai.onnx.ml 5. */
const BRANCH_LT = 1;
const SUM = 1;

/**
 * Sum of the trees' answers, in doubles: our `value < threshold, or missing and missingLeft` is its
 * BRANCH_LT with nodes_missing_value_tracks_true.
 */
export function addTrees(graph: GraphBuilder, matrix: string, trees: readonly TreeJson[]): string {
  if (trees.length === 0) return graph.constantColumn(matrix, 0);
  const roots: number[] = [];
  const nodes = {
    feature: [],
    split: [],
    missingLeft: [],
    left: [],
    leftLeaf: [],
    right: [],
    rightLeaf: [],
  } as Record<'feature' | 'split' | 'missingLeft' | 'left' | 'leftLeaf' | 'right' | 'rightLeaf', number[]>;
  const leaves: number[] = [];
  for (const tree of trees) {
    let place = placesOf(tree, nodes.feature.length, leaves.length);
    // onnxruntime 1.21 to 1.23 take a root for a leaf when a node and a leaf below it have the same number.
    if (place[tree.left[0]!] === place[tree.right[0]!] && tree.feature[0]! >= 0) {
      leaves.push(0);
      place = placesOf(tree, nodes.feature.length, leaves.length);
    }
    for (let n = 0; n < tree.feature.length; n++) if (tree.feature[n]! < 0) leaves.push(tree.value[n]!);
    roots.push(nodes.feature.length);
    tree.feature.forEach((feature, n) => {
      // A tree that is one leaf is written as a question with the same answer on both sides.
      const isLeaf = feature < 0;
      if (isLeaf && n > 0) return;
      const children = isLeaf ? [n, n] : [tree.left[n]!, tree.right[n]!];
      nodes.feature.push(isLeaf ? 0 : feature);
      nodes.split.push(isLeaf ? 0 : tree.threshold[n]!);
      nodes.missingLeft.push(tree.missingLeft[n]!);
      nodes.left.push(place[children[0]!]!);
      nodes.leftLeaf.push(tree.feature[children[0]!]! < 0 ? 1 : 0);
      nodes.right.push(place[children[1]!]!);
      nodes.rightLeaf.push(tree.feature[children[1]!]! < 0 ? 1 : 0);
    });
  }
  return graph.operator(
    'TreeEnsemble',
    [matrix],
    {
      n_targets: { kind: 'int', value: 1 },
      aggregate_function: { kind: 'int', value: SUM },
      post_transform: { kind: 'int', value: 0 },
      tree_roots: ints(roots),
      nodes_featureids: ints(nodes.feature),
      nodes_modes: tensor(
        ELEMENT.uint8,
        nodes.feature.map(() => BRANCH_LT),
      ),
      nodes_splits: tensor(ELEMENT.double, nodes.split),
      nodes_missing_value_tracks_true: ints(nodes.missingLeft),
      nodes_truenodeids: ints(nodes.left),
      nodes_trueleafs: ints(nodes.leftLeaf),
      nodes_falsenodeids: ints(nodes.right),
      nodes_falseleafs: ints(nodes.rightLeaf),
      leaf_targetids: ints(leaves.map(() => 0)),
      leaf_weights: tensor(ELEMENT.double, leaves),
    },
    { domain: ML_DOMAIN },
  );
}

/** Numbers of a tree's nodes: inner nodes and leaves are counted apart, over all trees. */
function placesOf({ feature }: TreeJson, firstInner: number, firstLeaf: number): Int32Array {
  let inner = firstInner;
  let leaf = firstLeaf;
  return Int32Array.from(feature, (one) => (one >= 0 ? inner++ : leaf++));
}

const ints = (values: number[]): Attribute => ({ kind: 'ints', value: Float64Array.from(values) });
const tensor = (elementType: number, values: number[]): Attribute => ({
  kind: 'tensor',
  value: { elementType, dims: [values.length], values: Float64Array.from(values) },
});
