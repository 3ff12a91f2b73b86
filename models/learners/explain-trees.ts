import type { DecisionTree } from './decision-tree.ts';

/**
 * Adds to `phi` each feature's Shapley value in the tree's answer for one row, and returns the tree's answer
 * when nothing is known of the row. The values add up to the row's answer minus that.
 *
 * Path-dependent TreeSHAP: Lundberg, Erion & Lee, "Consistent individualized feature attribution for tree
 * ensembles" (2018), algorithm 2; features left out are averaged over the covers of the children.
 * Cost: leaves × depth².
 */
export function addShapleyValues(
  tree: DecisionTree,
  columns: readonly Float64Array[],
  row: number,
  phi: Float64Array,
): number {
  const { paths, width } = pathsFor(tree);
  const { feature: onPath, zero, one } = paths;
  const { feature, threshold, missingLeft, left, right, value, cover } = tree;
  let expected = 0;

  /** `at`: where this node's path starts in the buffers; `length`: features on the parent's path. */
  const visit = (
    node: number,
    at: number,
    length: number,
    zeroShare: number,
    oneShare: number,
    split: number,
    reach: number,
  ): void => {
    extend(paths, at, length, zeroShare, oneShare, split);
    let count = length + 1;
    const column = feature[node]!;
    if (column < 0) {
      const answer = value[node]!;
      expected += reach * answer;
      for (let i = 1; i < count; i++) {
        const share = unwoundSum(paths, at, count, i);
        phi[onPath[at + i]!]! += share * (one[at + i]! - zero[at + i]!) * answer;
      }
      return;
    }
    const told = columns[column]![row]!;
    const goesLeft = Number.isNaN(told) ? missingLeft[node] === 1 : told < threshold[node]!;
    const hot = goesLeft ? left[node]! : right[node]!;
    const cold = goesLeft ? right[node]! : left[node]!;
    let incomingZero = 1;
    let incomingOne = 1;
    for (let i = 1; i < count; i++) {
      if (onPath[at + i] !== column) continue;
      incomingZero = zero[at + i]!;
      incomingOne = one[at + i]!;
      unwind(paths, at, count, i);
      count--;
      break;
    }
    const total = cover[hot]! + cover[cold]!;
    const hotShare = total > 0 ? cover[hot]! / total : 0.5;
    // The child works on a copy: this node's path is needed again for the other child.
    const next = at + width;
    copyPath(paths, at, next, count);
    visit(hot, next, count, incomingZero * hotShare, incomingOne, column, reach * hotShare);
    copyPath(paths, at, next, count);
    visit(cold, next, count, incomingZero * (1 - hotShare), 0, column, reach * (1 - hotShare));
  };

  visit(0, 0, 0, 1, 1, -1, 1);
  return expected;
}

/**
 * The features met on the way down, one stretch of the buffers per level. `zero`: share of the cover that
 * follows the path when the feature is not known; `one`: 1 when the row itself follows; `weight`: sums over
 * subsets of each size.
 */
interface Paths {
  feature: Int32Array;
  zero: Float64Array;
  one: Float64Array;
  weight: Float64Array;
}

const buffers = new WeakMap<DecisionTree, { paths: Paths; width: number }>();

/** Buffers for the deepest path of the tree, made once per tree. */
function pathsFor(tree: DecisionTree): { paths: Paths; width: number } {
  let found = buffers.get(tree);
  if (found === undefined) {
    const width = depthOf(tree, 0) + 2;
    const size = width * width;
    const numbers = () => new Float64Array(size);
    found = {
      width,
      paths: { feature: new Int32Array(size), zero: numbers(), one: numbers(), weight: numbers() },
    };
    buffers.set(tree, found);
  }
  return found;
}

function depthOf(tree: DecisionTree, node: number): number {
  if (tree.feature[node]! < 0) return 0;
  return 1 + Math.max(depthOf(tree, tree.left[node]!), depthOf(tree, tree.right[node]!));
}

function copyPath({ feature, zero, one, weight }: Paths, from: number, to: number, count: number): void {
  // Paths are short: a loop beats four calls of copyWithin.
  for (let i = 0; i < count; i++) {
    feature[to + i] = feature[from + i]!;
    zero[to + i] = zero[from + i]!;
    one[to + i] = one[from + i]!;
    weight[to + i] = weight[from + i]!;
  }
}

function extend(paths: Paths, at: number, length: number, zero: number, one: number, feature: number): void {
  const { weight } = paths;
  paths.feature[at + length] = feature;
  paths.zero[at + length] = zero;
  paths.one[at + length] = one;
  weight[at + length] = length === 0 ? 1 : 0;
  for (let i = length - 1; i >= 0; i--) {
    weight[at + i + 1]! += (one * weight[at + i]! * (i + 1)) / (length + 1);
    weight[at + i] = (zero * weight[at + i]! * (length - i)) / (length + 1);
  }
}

/** Takes the feature at `index` off a path of `count`, as if it had never been met. */
function unwind({ feature, zero, one, weight }: Paths, at: number, count: number, index: number): void {
  const ownOne = one[at + index]!;
  const ownZero = zero[at + index]!;
  let next = weight[at + count - 1]!;
  for (let i = count - 2; i >= 0; i--) {
    if (ownOne !== 0) {
      const before = weight[at + i]!;
      weight[at + i] = (next * count) / ((i + 1) * ownOne);
      next = before - (weight[at + i]! * ownZero * (count - 1 - i)) / count;
    } else {
      weight[at + i] = (weight[at + i]! * count) / (ownZero * (count - 1 - i));
    }
  }
  for (let i = index; i < count - 1; i++) {
    feature[at + i] = feature[at + i + 1]!;
    zero[at + i] = zero[at + i + 1]!;
    one[at + i] = one[at + i + 1]!;
  }
}

/** Sum of the weights that `unwind` would leave, without changing the path. */
function unwoundSum({ zero, one, weight }: Paths, at: number, count: number, index: number): number {
  const ownOne = one[at + index]!;
  const ownZero = zero[at + index]!;
  let next = weight[at + count - 1]!;
  let sum = 0;
  for (let i = count - 2; i >= 0; i--) {
    if (ownOne !== 0) {
      const left = (next * count) / ((i + 1) * ownOne);
      sum += left;
      next = weight[at + i]! - (left * ownZero * (count - 1 - i)) / count;
    } else {
      sum += (weight[at + i]! * count) / (ownZero * (count - 1 - i));
    }
  }
  return sum;
}
