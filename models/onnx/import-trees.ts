import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { type DecisionTree, leafOf } from '../learners/decision-tree.ts';
import { leastDoubleRoundedTo, nextDouble, nextFloat } from './nearest-double.ts';
import type { OnnxNode } from './onnx-model.ts';
import { OperatorAttributes } from './operator-attributes.ts';

const MAX_NODES = 10_000_000;
const MAX_TREES = 100_000;
/** Numbers of trees and nodes stay below this, so that two of them make one key. */
const MAX_ID = 2 ** 24;
/** A reason costs leaves × depth². scikit-learn's deepest forests on 60,000 rows have about 50. */
const MAX_DEPTH = 128;

export interface TreeReading {
  prefix: 'class' | 'target';
  /** Which weights of the leaves are those of the answer; null: all. */
  wantedId: number | null;
  seesFloats: boolean;
  /** Number of features. */
  width: number;
  /** What stands for a missing value of each feature, when the file says so. */
  imputed: Float64Array | null;
}

/** Numbers of one TreeEnsemble operator, one entry per node in the order of the file. */
interface NodeTable {
  tree: Float64Array;
  id: Float64Array;
  mode: string[];
  feature: Float64Array;
  threshold: Float64Array;
  whenTrue: Float64Array;
  whenFalse: Float64Array;
  missingTrue: Float64Array;
  answer: Float64Array;
}

/**
 * The trees of an operator TreeEnsembleClassifier or TreeEnsembleRegressor as ours. Every row takes the branch that it
 * takes there: comparisons of floats become comparisons of doubles that decide alike below 1e308.
 * Covers are 1 for each leaf until `coverBy` counts.
 *
 * @throws OnnxNotUnderstood for lists that do not fit together, unknown modes, cycles, nodes that nothing leads to
 */
export function readTrees(node: OnnxNode, reading: TreeReading): DecisionTree[] {
  const attributes = new OperatorAttributes(node);
  const table = nodeTable(attributes, reading);
  const place = placesOf(attributes, table);
  addAnswers(attributes, table, place, reading);
  const children = childrenOf(attributes, table, place);
  const trees: DecisionTree[] = [];
  let placed = 0;
  for (const root of rootsOf(attributes, table, children)) {
    const tree = growFrom(root, attributes, table, children, reading);
    placed += tree.feature.length;
    trees.push(tree);
  }
  if (placed !== table.id.length) {
    const found = `${table.id.length - placed} nodes in a cycle`;
    throw attributes.wrong('nodes_nodeids', 'nodes that can be reached from a root', found);
  }
  return trees;
}

function nodeTable(attributes: OperatorAttributes, { width }: TreeReading): NodeTable {
  const id = attributes.ints('nodes_nodeids');
  const count = id.length;
  if (count === 0 || count > MAX_NODES) {
    throw attributes.wrong('nodes_nodeids', `1 to ${MAX_NODES} nodes`, `${count}`);
  }
  const missing = attributes.ints('nodes_missing_value_tracks_true');
  const table: NodeTable = {
    id,
    tree: attributes.ints('nodes_treeids'),
    mode: attributes.strings('nodes_modes'),
    feature: attributes.ints('nodes_featureids'),
    threshold: attributes.floats('nodes_values'),
    whenTrue: attributes.ints('nodes_truenodeids'),
    whenFalse: attributes.ints('nodes_falsenodeids'),
    missingTrue: missing.length === 0 ? new Float64Array(count) : missing,
    answer: new Float64Array(count),
  };
  for (const [name, values] of Object.entries(table)) {
    if (values.length !== count) {
      throw attributes.wrong(
        'nodes_nodeids',
        `as many nodes in every list`,
        `${values.length} for ${name}, ${count} ids`,
      );
    }
  }
  for (let n = 0; n < count; n++) {
    if (table.mode[n] === 'LEAF') continue;
    const feature = table.feature[n]!;
    if (!(feature >= 0 && feature < width)) {
      throw attributes.wrong('nodes_featureids', `features 0 to ${width - 1}`, `${feature} at node ${n}`);
    }
    if (Number.isNaN(table.threshold[n]))
      throw attributes.wrong('nodes_values', 'a number', `NaN at node ${n}`);
  }
  return table;
}

/** Where a node of a tree stands in the lists. */
type Places = (tree: number, id: number) => number | undefined;

function placesOf(attributes: OperatorAttributes, { tree, id }: NodeTable): Places {
  const places = new Map<number, number>();
  for (let n = 0; n < id.length; n++) {
    const ids = [tree[n]!, id[n]!];
    if (!ids.every((one) => one >= 0 && one < MAX_ID)) {
      throw attributes.wrong('nodes_nodeids', `numbers from 0 to ${MAX_ID - 1}`, ids.join(' and '));
    }
    const key = tree[n]! * MAX_ID + id[n]!;
    if (places.has(key))
      throw attributes.wrong('nodes_nodeids', 'every node once', `node ${ids[1]} of tree ${ids[0]} twice`);
    places.set(key, n);
  }
  return (tree, id) => places.get(tree * MAX_ID + id);
}

/** Adds up the weights of each leaf. */
function addAnswers(
  attributes: OperatorAttributes,
  table: NodeTable,
  place: Places,
  { prefix, wantedId }: TreeReading,
): void {
  const weights = attributes.floats(`${prefix}_weights`);
  const [trees, nodes, ids] = ['treeids', 'nodeids', 'ids'].map((name) =>
    attributes.ints(`${prefix}_${name}`),
  );
  if ([trees, nodes, ids].some((list) => list!.length !== weights.length)) {
    throw attributes.wrong(
      `${prefix}_weights`,
      'as many trees, nodes and ids as weights',
      `${weights.length} weights`,
    );
  }
  for (let w = 0; w < weights.length; w++) {
    if (wantedId !== null && ids![w] !== wantedId) continue;
    const leaf = place(trees![w]!, nodes![w]!);
    if (leaf === undefined || table.mode[leaf] !== 'LEAF' || !Number.isFinite(weights[w])) {
      const found = `${weights[w]} for node ${nodes![w]} of tree ${trees![w]}`;
      throw attributes.wrong(`${prefix}_weights`, 'a number for a leaf', found);
    }
    table.answer[leaf]! += weights[w]!;
  }
}

interface Children {
  whenTrue: Int32Array;
  whenFalse: Int32Array;
  /** 1 for what is some node's child. */
  isChild: Uint8Array;
}

function childrenOf(attributes: OperatorAttributes, table: NodeTable, place: Places): Children {
  const count = table.id.length;
  const children = {
    whenTrue: new Int32Array(count),
    whenFalse: new Int32Array(count),
    isChild: new Uint8Array(count),
  };
  for (let n = 0; n < count; n++) {
    if (table.mode[n] === 'LEAF') continue;
    for (const side of ['whenTrue', 'whenFalse'] as const) {
      const child = place(table.tree[n]!, table[side][n]!);
      const told = `node ${table[side][n]} of tree ${table.tree[n]}`;
      if (child === undefined) throw attributes.wrong('nodes_truenodeids', 'nodes that exist', told);
      if (children.isChild[child] === 1)
        throw attributes.wrong('nodes_truenodeids', 'one parent', `two of ${told}`);
      children.isChild[child] = 1;
      children[side][n] = child;
    }
  }
  return children;
}

/** One root per tree, in the order of the file. */
function rootsOf(attributes: OperatorAttributes, { tree }: NodeTable, { isChild }: Children): number[] {
  const roots = new Map<number, number>();
  for (let n = 0; n < tree.length; n++) {
    if (isChild[n] === 1) continue;
    if (roots.has(tree[n]!))
      throw attributes.wrong('nodes_treeids', 'one root per tree', `two of tree ${tree[n]}`);
    roots.set(tree[n]!, n);
  }
  if (roots.size > MAX_TREES)
    throw attributes.wrong('nodes_treeids', `at most ${MAX_TREES} trees`, `${roots.size}`);
  return [...roots.values()];
}

/** Lays a tree out anew, from the root down. */
function growFrom(
  root: number,
  attributes: OperatorAttributes,
  table: NodeTable,
  children: Children,
  reading: TreeReading,
): DecisionTree {
  const order: number[] = [root];
  const depth: number[] = [0];
  const left: number[] = [];
  const right: number[] = [];
  const questions: (Question | null)[] = [];
  for (let at = 0; at < order.length; at++) {
    const n = order[at]!;
    if (depth[at]! > MAX_DEPTH)
      throw attributes.wrong('nodes_nodeids', `a depth of at most ${MAX_DEPTH}`, 'more');
    const question = table.mode[n] === 'LEAF' ? null : questionOf(attributes, table, n, reading);
    questions.push(question);
    left.push(question === null ? -1 : order.length);
    right.push(question === null ? -1 : order.length + 1);
    if (question === null) continue;
    const [yes, no] = [children.whenTrue[n]!, children.whenFalse[n]!];
    order.push(...(question.trueIsLeft ? [yes, no] : [no, yes]));
    depth.push(depth[at]! + 1, depth[at]! + 1);
  }
  const tree: DecisionTree = {
    feature: Int16Array.from(order, (n, at) => (questions[at] === null ? -1 : table.feature[n]!)),
    threshold: Float64Array.from(questions, (question) => question?.threshold ?? 0),
    missingLeft: Uint8Array.from(questions, (question) => (question?.missingLeft ? 1 : 0)),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    value: Float64Array.from(order, (n, at) => (questions[at] === null ? table.answer[n]! : 0)),
    cover: new Float64Array(order.length),
  };
  addCover(tree, null);
  return tree;
}

/** `value < threshold` goes left. */
interface Question {
  threshold: number;
  trueIsLeft: boolean;
  missingLeft: boolean;
}

function questionOf(
  attributes: OperatorAttributes,
  { mode, threshold, feature, missingTrue }: NodeTable,
  n: number,
  { seesFloats, imputed }: TreeReading,
): Question {
  const told = mode[n]!;
  const trueIsLeft = told === 'BRANCH_LEQ' || told === 'BRANCH_LT';
  if (!trueIsLeft && told !== 'BRANCH_GT' && told !== 'BRANCH_GTE') {
    throw attributes.wrong(
      'nodes_modes',
      'LEAF or BRANCH_LEQ, _LT, _GT, _GTE',
      `${told} (categories are not known)`,
    );
  }
  const includes = told === 'BRANCH_LEQ' || told === 'BRANCH_GT';
  const bound = threshold[n]!;
  let below: number;
  if (seesFloats) below = leastDoubleRoundedTo(includes ? nextFloat(Math.fround(bound)) : Math.fround(bound));
  else below = includes ? nextDouble(bound) : bound;
  // JSON knows no infinity.
  below = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, below));
  const missingIsTrue = missingTrue[n] === 1;
  const stands = imputed?.[feature[n]!];
  const missingLeft = stands === undefined ? missingIsTrue === trueIsLeft : stands < below;
  return { threshold: below, trueIsLeft, missingLeft };
}

/**
 * Fills the covers: rows of the matrix that reach each leaf, one more for each; without a matrix 1 for each leaf.
 * Children stand behind their parents.
 */
export function addCover(tree: DecisionTree, background: FeatureMatrix | null): void {
  const { feature, left, right, cover } = tree;
  for (let n = 0; n < feature.length; n++) cover[n] = feature[n]! < 0 ? 1 : 0;
  for (let r = 0; r < (background?.rows ?? 0); r++) cover[leafOf(tree, background!.columns, r)]!++;
  for (let n = feature.length - 1; n >= 0; n--) {
    if (feature[n]! >= 0) cover[n] = cover[left[n]!]! + cover[right[n]!]!;
  }
}

/** What the reasons of one row cost: the sum over the leaves of their depth, squared. Children stand behind their parents. */
export function reasonSteps({ feature, left, right }: DecisionTree): number {
  const depth = new Uint8Array(feature.length);
  let steps = 0;
  for (let n = 0; n < feature.length; n++) {
    if (feature[n]! < 0) steps += depth[n]! ** 2;
    else {
      depth[left[n]!] = depth[n]! + 1;
      depth[right[n]!] = depth[n]! + 1;
    }
  }
  return steps;
}
