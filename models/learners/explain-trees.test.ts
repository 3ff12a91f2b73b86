import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answerOf, type DecisionTree } from './decision-tree.ts';
import { addShapleyValues } from './explain-trees.ts';

const FEATURES = 4;

type Shape =
  | { feature: number; threshold: number; left: Shape; right: Shape }
  | { value: number; cover: number };

const shapes: fc.Arbitrary<Shape> = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ value: fc.integer({ min: -9, max: 9 }), cover: fc.integer({ min: 1, max: 20 }) }),
    fc.record({
      feature: fc.nat(FEATURES - 1),
      threshold: fc.integer({ min: 0, max: 4 }),
      left: tie('shape'),
      right: tie('shape'),
    }),
  ),
})).shape;

function treeOf(shape: Shape): DecisionTree {
  const rows: {
    feature: number;
    threshold: number;
    left: number;
    right: number;
    value: number;
    cover: number;
  }[] = [];
  const lay = (node: Shape): number => {
    const id = rows.push({ feature: -1, threshold: 0, left: -1, right: -1, value: 0, cover: 0 }) - 1;
    if ('value' in node) Object.assign(rows[id]!, node);
    else {
      const left = lay(node.left);
      const right = lay(node.right);
      const cover = rows[left]!.cover + rows[right]!.cover;
      Object.assign(rows[id]!, { feature: node.feature, threshold: node.threshold, left, right, cover });
    }
    return id;
  };
  lay(shape);
  return {
    feature: Int16Array.from(rows, (row) => row.feature),
    threshold: Float64Array.from(rows, (row) => row.threshold),
    missingLeft: new Uint8Array(rows.length),
    left: Int32Array.from(rows, (row) => row.left),
    right: Int32Array.from(rows, (row) => row.right),
    value: Float64Array.from(rows, (row) => row.value),
    cover: Float64Array.from(rows, (row) => row.cover),
  };
}

/** The tree's answer when only the features in `known` (a bit set) are known. */
function expectation(tree: DecisionTree, x: number[], known: number, node = 0): number {
  const feature = tree.feature[node]!;
  if (feature < 0) return tree.value[node]!;
  const left = tree.left[node]!;
  const right = tree.right[node]!;
  if (known & (1 << feature))
    return expectation(tree, x, known, x[feature]! < tree.threshold[node]! ? left : right);
  const share = tree.cover[left]! / (tree.cover[left]! + tree.cover[right]!);
  return share * expectation(tree, x, known, left) + (1 - share) * expectation(tree, x, known, right);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** Shapley's definition, over all subsets of the features. */
function shapley(tree: DecisionTree, x: number[], feature: number): number {
  let sum = 0;
  for (let known = 0; known < 1 << FEATURES; known++) {
    if (known & (1 << feature)) continue;
    const size = [0, 1, 2, 3].filter((f) => known & (1 << f)).length;
    const weight = (factorial(size) * factorial(FEATURES - size - 1)) / factorial(FEATURES);
    sum += weight * (expectation(tree, x, known | (1 << feature)) - expectation(tree, x, known));
  }
  return sum;
}

it("equals Shapley's definition over all subsets, and adds up to the answer", () => {
  const rows = fc.array(fc.integer({ min: -1, max: 5 }), { minLength: FEATURES, maxLength: FEATURES });
  fc.assert(
    fc.property(shapes, rows, (shape, x) => {
      const tree = treeOf(shape);
      const columns = x.map((value) => Float64Array.of(value));
      const phi = new Float64Array(FEATURES);
      const base = addShapleyValues(tree, columns, 0, phi);
      expect(base).toBeCloseTo(expectation(tree, x, 0), 9);
      for (let f = 0; f < FEATURES; f++) expect(phi[f]).toBeCloseTo(shapley(tree, x, f), 9);
      expect(base + phi.reduce((sum, value) => sum + value, 0)).toBeCloseTo(answerOf(tree, columns, 0), 9);
    }),
    { numRuns: 300 },
  );
});
