import { logit } from '../log-odds.ts';
import { type Random, seededRandom } from '../random.ts';
import { type BinnedColumns, binCodes, binColumns, MISSING_BIN } from './bin-columns.ts';
import { answerOf, type DecisionTree } from './decision-tree.ts';
import { TreeGrower } from './grow-tree.ts';
import { type Examples, type Learner, meanLabel, requireBothLabels } from './learner.ts';
import { treeEnsembleModel } from './tree-ensemble.ts';

export interface BoostingParameters {
  rounds: number;
  learningRate: number;
  maxLeaves: number;
  minChildRows: number;
  l2: number;
  rowShare: number;
  columnShare: number;
}

/** Chosen beforehand for a few thousand noisy rows; the rounds are chosen on later time when there is some. */
export const BOOSTING_DEFAULTS: BoostingParameters = {
  rounds: 80,
  learningRate: 0.05,
  maxLeaves: 15,
  minChildRows: 30,
  l2: 5,
  rowShare: 0.8,
  columnShare: 0.7,
};
const MAX_ROUNDS = 300;
/** Rounds without a better loss on later time before it gives up. */
const PATIENCE = 30;

/** Gradient boosting of the log loss on histograms: Friedman (2001), with the tree growth of `TreeGrower`. */
export const boostingLearner: Learner = {
  kind: 'boosting',
  fit(matrix, labels, weights, { seed, later, settings }) {
    const examples = { matrix, labels, weights };
    requireBothLabels('boosting', examples);
    const chosen = settings?.rounds;
    const parameters = { ...BOOSTING_DEFAULTS, rounds: chosen ?? BOOSTING_DEFAULTS.rounds };
    const stop = chosen === undefined && later !== undefined && later.labels.length > 0 ? later : undefined;
    if (stop !== undefined) parameters.rounds = MAX_ROUNDS;
    const { offset, trees } = growBoosting(examples, parameters, seed, stop);
    return treeEnsembleModel({
      kind: 'boosting',
      names: matrix.names,
      settings: { rounds: trees.length },
      link: 'logit',
      offset,
      trees,
    });
  },
};

/**
 * The engine: `rounds` trees, or as many as lower the loss on `later`.
 *
 * @returns log-odds of the mean label, and the trees whose answers are added to it
 */
export function growBoosting(
  { matrix, labels, weights }: Examples,
  parameters: BoostingParameters,
  seed: number,
  later?: Examples,
): { offset: number; trees: DecisionTree[] } {
  const random = seededRandom(seed);
  const binned = binColumns(matrix.columns, matrix.rows);
  const grower = new TreeGrower(binned, {
    maxLeaves: parameters.maxLeaves,
    maxDepth: 32,
    minChildHessian: 1e-3,
    minChildRows: parameters.minChildRows,
    l2: parameters.l2,
    minGain: 1e-9,
  });
  const offset = logit(meanLabel({ matrix, labels, weights }));
  // exp(-margin): adding an answer to a margin multiplies this, so that a round needs an exponential for each leaf
  // and not for each row. It never leaves [0, Infinity], and 1 / (1 + it) is a probability even there.
  const inverseOdds = new Float64Array(matrix.rows).fill(Math.exp(-offset));
  const gradient = new Float64Array(matrix.rows);
  const hessian = new Float64Array(matrix.rows);
  const everyRow = drawRows(matrix.rows, 1, random);
  const watch = later === undefined ? null : watchLaterLoss(later, offset);
  const trees: DecisionTree[] = [];
  for (let round = 0; round < parameters.rounds; round++) {
    for (let r = 0; r < matrix.rows; r++) {
      const p = 1 / (1 + inverseOdds[r]!);
      gradient[r] = weights[r]! * (p - labels[r]!);
      hessian[r] = weights[r]! * Math.max(p * (1 - p), 1e-16);
    }
    const inBag = parameters.rowShare < 1 ? drawRows(matrix.rows, parameters.rowShare, random) : everyRow;
    const tree = grower.grow({
      gradient,
      hessian,
      rows: inBag.rows,
      columns: drawShare(matrix.columns.length, parameters.columnShare, random),
      shrinkage: parameters.learningRate,
      assign: (answer, rows) => {
        const factor = Math.exp(-answer);
        for (let i = 0; i < rows.length; i++) inverseOdds[rows[i]!]! *= factor;
      },
    });
    multiplyByTree(inverseOdds, tree, binned, inBag.left);
    trees.push(tree);
    if (watch?.add(tree) === 'give up') break;
  }
  return { offset, trees: watch === null ? trees : trees.slice(0, watch.best()) };
}

function watchLaterLoss({ matrix, labels, weights }: Examples, offset: number) {
  const margin = new Float64Array(matrix.rows).fill(offset);
  const loss = () => {
    let total = 0;
    for (let r = 0; r < matrix.rows; r++) {
      const signed = labels[r] === 1 ? -margin[r]! : margin[r]!;
      total +=
        weights[r]! * (signed > 0 ? signed + Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)));
    }
    return total;
  };
  let lowest = Number.POSITIVE_INFINITY;
  let bestRounds = 1;
  let rounds = 0;
  return {
    add(tree: DecisionTree): 'go on' | 'give up' {
      for (let r = 0; r < matrix.rows; r++) margin[r]! += answerOf(tree, matrix.columns, r);
      rounds++;
      const now = loss();
      if (now < lowest) {
        lowest = now;
        bestRounds = rounds;
      }
      return rounds - bestRounds >= PATIENCE ? 'give up' : 'go on';
    },
    best: () => bestRounds,
  };
}

function drawRows(count: number, share: number, random: Random): { rows: Int32Array; left: Int32Array } {
  const rows = new Int32Array(count);
  const left = new Int32Array(count);
  let taken = 0;
  let out = 0;
  for (let r = 0; r < count; r++) {
    if (share >= 1 || random.uniform() < share) rows[taken++] = r;
    else left[out++] = r;
  }
  return { rows: rows.subarray(0, taken), left: left.subarray(0, out) };
}

function drawShare(count: number, share: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const wanted = Math.max(1, Math.round(count * share));
  for (let i = 0; i < wanted; i++) {
    const j = i + random.below(count - i);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.subarray(0, wanted).sort();
}

/** What the tree answers for rows it did not learn from, by codes instead of floats. */
function multiplyByTree(
  inverseOdds: Float64Array,
  tree: DecisionTree,
  { codes, edges }: BinnedColumns,
  rows: Int32Array,
): void {
  if (rows.length === 0) return;
  const byCode = thresholdsAsCodes(tree, edges);
  const factors = tree.value.map((answer) => Math.exp(-answer));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    inverseOdds[row]! *= factors[leafByCode(tree, byCode, codes, row)]!;
  }
}

/** For every inner node the code below which rows go left. */
function thresholdsAsCodes(tree: DecisionTree, edges: Float64Array[]): Uint8Array {
  return Uint8Array.from(tree.feature, (column, node) => {
    if (column < 0) return 0;
    // The split of known from missing: every known code is below the missing one.
    if (tree.threshold[node] === Number.MAX_VALUE) return MISSING_BIN;
    return binCodes(tree.threshold.subarray(node, node + 1), edges[column]!)[0]!;
  });
}

function leafByCode(tree: DecisionTree, byCode: Uint8Array, codes: Uint8Array[], row: number): number {
  const { feature, missingLeft, left, right } = tree;
  let node = 0;
  for (let column = feature[0]!; column >= 0; column = feature[node]!) {
    const code = codes[column]![row]!;
    const goesLeft = code === MISSING_BIN ? missingLeft[node] === 1 : code < byCode[node]!;
    node = goesLeft ? left[node]! : right[node]!;
  }
  return node;
}
