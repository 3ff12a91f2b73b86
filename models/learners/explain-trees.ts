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
  let expected = 0;

  const visit = (
    node: number,
    parent: Path,
    zeroShare: number,
    oneShare: number,
    feature: number,
    weight: number,
  ) => {
    let path = extend(parent, zeroShare, oneShare, feature);
    const split = tree.feature[node]!;
    if (split < 0) {
      const value = tree.value[node]!;
      expected += weight * value;
      for (let i = 1; i < path.feature.length; i++) {
        const share = sum(unwind(path, i).weight);
        phi[path.feature[i]!]! += share * (path.one[i]! - path.zero[i]!) * value;
      }
      return;
    }
    const value = columns[split]![row]!;
    const goesLeft = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value < tree.threshold[node]!;
    const hot = goesLeft ? tree.left[node]! : tree.right[node]!;
    const cold = goesLeft ? tree.right[node]! : tree.left[node]!;
    let incomingZero = 1;
    let incomingOne = 1;
    const known = path.feature.indexOf(split, 1);
    if (known > 0) {
      incomingZero = path.zero[known]!;
      incomingOne = path.one[known]!;
      path = unwind(path, known);
    }
    const cover = tree.cover[hot]! + tree.cover[cold]!;
    for (const [child, one] of [
      [hot, incomingOne],
      [cold, 0],
    ] as const) {
      const share = cover > 0 ? tree.cover[child]! / cover : 0.5;
      visit(child, path, incomingZero * share, one, split, weight * share);
    }
  };

  visit(0, { feature: [], zero: [], one: [], weight: [] }, 1, 1, -1, 1);
  return expected;
}

/**
 * The features met on the way down. `zero`: share of the cover that follows the path when the feature is not
 * known; `one`: 1 when the row itself follows; `weight`: sums over subsets of each size.
 */
interface Path {
  feature: number[];
  zero: number[];
  one: number[];
  weight: number[];
}

function extend(path: Path, zero: number, one: number, feature: number): Path {
  const depth = path.feature.length;
  const weight = [...path.weight, depth === 0 ? 1 : 0];
  for (let i = depth - 1; i >= 0; i--) {
    weight[i + 1]! += (one * weight[i]! * (i + 1)) / (depth + 1);
    weight[i] = (zero * weight[i]! * (depth - i)) / (depth + 1);
  }
  return { feature: [...path.feature, feature], zero: [...path.zero, zero], one: [...path.one, one], weight };
}

function unwind(path: Path, index: number): Path {
  const depth = path.feature.length - 1;
  const one = path.one[index]!;
  const zero = path.zero[index]!;
  const weight = path.weight.slice();
  let next = weight[depth]!;
  for (let i = depth - 1; i >= 0; i--) {
    if (one !== 0) {
      const before = weight[i]!;
      weight[i] = (next * (depth + 1)) / ((i + 1) * one);
      next = before - (weight[i]! * zero * (depth - i)) / (depth + 1);
    } else {
      weight[i] = (weight[i]! * (depth + 1)) / (zero * (depth - i));
    }
  }
  const without = (values: number[]) => [...values.slice(0, index), ...values.slice(index + 1)];
  return {
    feature: without(path.feature),
    zero: without(path.zero),
    one: without(path.one),
    weight: weight.slice(0, depth),
  };
}

function sum(values: number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
