import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { answerOf, type DecisionTree, treeFromJson, treeToJson } from './decision-tree.ts';
import { addAnswers, flattenTrees } from './score-trees.ts';

const COLUMNS = 3;
/** Few values, so that thresholds are met exactly; and all that a column may hold besides. */
const VALUES = [
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  -1,
  0,
  1,
  2,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
];
const THRESHOLDS = [-1, 0, 1, 2, Number.MAX_VALUE];

/** Any shape: nodes are laid as they come, left before right, so that siblings are seldom neighbours. */
function anyTree(seed: number): DecisionTree {
  const random = seededRandom(seed);
  const tree: Record<string, number[]> = treeToJson(
    treeFromJson({ feature: [], threshold: [], missingLeft: [], left: [], right: [], value: [], cover: [] }),
  );
  const lay = (depth: number): number => {
    const node = tree.feature!.push(-1) - 1;
    for (const name of ['threshold', 'missingLeft', 'value', 'cover']) tree[name]!.push(0);
    tree.left!.push(-1);
    tree.right!.push(-1);
    if (depth === 6 || random.uniform() < 0.3) {
      tree.value![node] = random.normal();
      return node;
    }
    tree.feature![node] = random.below(COLUMNS);
    tree.threshold![node] = THRESHOLDS[random.below(THRESHOLDS.length)]!;
    tree.missingLeft![node] = random.below(2);
    tree.left![node] = lay(depth + 1);
    tree.right![node] = lay(depth + 1);
    return node;
  };
  lay(0);
  return treeFromJson(tree as Parameters<typeof treeFromJson>[0]);
}

it('answers of flat trees are those of walking down each tree, to the last bit', () => {
  const size = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(0, 1, 63, 64, 65, 128));
  fc.assert(
    fc.property(size, fc.integer({ min: 0, max: 5 }), fc.nat(), (rows, trees, seed) => {
      const random = seededRandom(seed);
      const columns = Array.from({ length: COLUMNS }, () =>
        Float64Array.from({ length: rows }, () => VALUES[random.below(VALUES.length)]!),
      );
      const ensemble = Array.from({ length: trees }, (_, t) => anyTree(seed + t));
      const margin = new Float64Array(rows).fill(0.5);
      addAnswers(flattenTrees(ensemble), columns, margin);
      const walked = Array.from({ length: rows }, (_, row) =>
        ensemble.reduce((sum, tree) => sum + answerOf(tree, columns, row), 0.5),
      );
      expect([...margin]).toEqual(walked);
    }),
  );
});
