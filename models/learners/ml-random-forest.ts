import { RandomForestClassifier } from 'ml-random-forest';
import { seededRandom } from '../random.ts';
import type { DecisionTree } from './decision-tree.ts';
import { type Learner, requireBothLabels } from './learner.ts';
import { treeEnsembleModel } from './tree-ensemble.ts';

const MAX_ROWS = 600;
const TREES = 15;
const COLUMN_SHARE = 0.3;
const MAX_DEPTH = 8;
const MIN_ROWS = 10;

/** What ml-cart keeps of a node; its types do not say. */
interface CartNode {
  splitColumn?: number;
  splitValue?: number;
  left?: CartNode;
  right?: CartNode;
  /** Shares of the classes 0 and 1; one column only when the leaf saw class 0 alone. */
  distribution?: { columns: number; get(row: number, column: number): number };
}

/**
 * ml-random-forest as a contestant, bounded because its time grows faster than the square of the rows.
 *
 * Its traps, and how they are passed by: `maxSamples` takes the first, oldest rows, so rows are drawn here,
 * stratified by label; `predictProbability` drops the first tree's vote, its leaves answer with the majority
 * class only, and a saved forest loses its importances, so its trees are read into our own right after
 * training, and voting (mean share of label 1 in the leaves), explanation and JSON are ours; out-of-bag
 * scoring may throw, so `noOOB`. It knows no missing values: they become the column's median, before and
 * after (the threshold tells on which side the median lies).
 */
export const mlRandomForestLearner: Learner = {
  kind: 'ml-random-forest',
  fit(matrix, labels, weights, { seed }) {
    requireBothLabels('ml-random-forest', { matrix, labels, weights });
    const rows = stratifiedSample(labels, MAX_ROWS, seed);
    const medians = matrix.columns.map((column) => median(rows, column));
    const sample = rows.map((r) =>
      matrix.columns.map((column, f) => (Number.isNaN(column[r]!) ? medians[f]! : column[r]!)),
    );
    const forest = new RandomForestClassifier({
      seed: seed | 0,
      nEstimators: TREES,
      // A whole number: a share of few columns is rounded down to none.
      maxFeatures: Math.max(
        Math.min(2, matrix.columns.length),
        Math.round(matrix.columns.length * COLUMN_SHARE),
      ),
      replacement: false,
      useSampleBagging: true,
      noOOB: true,
      isClassifier: true,
      treeOptions: { maxDepth: MAX_DEPTH, minNumSamples: MIN_ROWS },
    });
    forest.train(
      sample,
      rows.map((r) => labels[r]!),
    );
    const trees = forest.estimators!.map((estimator, t) => {
      const { root } = estimator as unknown as { root: CartNode };
      return ownTree(root, forest.indexes![t]!, medians, sample);
    });
    return treeEnsembleModel({
      kind: 'ml-random-forest',
      names: matrix.names,
      settings: {},
      link: 'identity',
      offset: 0,
      trees,
    });
  },
};

/** At most `wanted` rows, as many of each label as its share, drawn without replacement; ascending. */
export function stratifiedSample(labels: Uint8Array, wanted: number, seed: number): number[] {
  const random = seededRandom(seed);
  const share = Math.min(1, wanted / labels.length);
  const drawn = [0, 1].flatMap((label) => {
    const rows = Array.from(labels.keys()).filter((r) => labels[r] === label);
    const count = Math.min(rows.length, Math.max(1, Math.round(rows.length * share)));
    for (let i = 0; i < count; i++) {
      const j = i + random.below(rows.length - i);
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
    return rows.slice(0, count);
  });
  return drawn.sort((a, b) => a - b);
}

function median(rows: number[], column: Float64Array): number {
  const known = Float64Array.from(rows, (r) => column[r]!)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return known.length === 0 ? 0 : known[known.length >> 1]!;
}

/** Its `value < threshold` goes left, as ours does; covers are counted on the sample, one row added to each leaf. */
function ownTree(root: CartNode, columns: number[], medians: number[], sample: number[][]): DecisionTree {
  const nodes: CartNode[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const cover: number[] = [];
  const lay = (node: CartNode, rows: number[][]): number => {
    const id = nodes.push(node) - 1;
    left[id] = -1;
    right[id] = -1;
    if (isLeaf(node)) {
      cover[id] = rows.length + 1;
      return id;
    }
    const column = columns[node.splitColumn!]!;
    left[id] = lay(
      node.left!,
      rows.filter((row) => row[column]! < node.splitValue!),
    );
    right[id] = lay(
      node.right!,
      rows.filter((row) => row[column]! >= node.splitValue!),
    );
    cover[id] = cover[left[id]!]! + cover[right[id]!]!;
    return id;
  };
  lay(root, sample);
  const column = (node: CartNode) => columns[node.splitColumn!]!;
  return {
    feature: Int16Array.from(nodes, (node) => (isLeaf(node) ? -1 : column(node))),
    threshold: Float64Array.from(nodes, (node) => (isLeaf(node) ? 0 : node.splitValue!)),
    missingLeft: Uint8Array.from(nodes, (node) =>
      !isLeaf(node) && medians[column(node)]! < node.splitValue! ? 1 : 0,
    ),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    value: Float64Array.from(nodes, (node) => (isLeaf(node) ? shareOfFailures(node) / TREES : 0)),
    cover: Float64Array.from(cover),
  };
}

const isLeaf = (node: CartNode) => node.left === undefined || node.right === undefined;

function shareOfFailures({ distribution }: CartNode): number {
  return distribution === undefined || distribution.columns < 2 ? 0 : distribution.get(0, 1);
}
