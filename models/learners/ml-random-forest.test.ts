import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import type { TreeJson } from './decision-tree.ts';
import { mlRandomForestLearner, stratifiedSample } from './ml-random-forest.ts';

const rows = 200;
const matrix: FeatureMatrix = {
  names: ['a', 'b'],
  rows,
  columns: [
    Float64Array.from({ length: rows }, (_, r) => r),
    Float64Array.from({ length: rows }, (_, r) => (r % 7 === 0 ? Number.NaN : r % 5)),
  ],
  jobIndex: new Int32Array(rows),
  cutoff: new Float64Array(rows),
  horizon: new Uint8Array(rows),
};
const labels = Uint8Array.from({ length: rows }, (_, r) => (r >= 150 ? 1 : 0));

describe('ml-random-forest', () => {
  it('counts every tree: unanimous trees give 0 and 1, not 1 less the first vote', () => {
    const oneColumn = { ...matrix, names: ['a'], columns: [matrix.columns[0]!] };
    const model = mlRandomForestLearner.fit(oneColumn, labels, new Float64Array(rows).fill(1), { seed: 3 });
    const probabilities = model.predict(oneColumn);
    expect(probabilities[199]).toBeCloseTo(1, 12);
    expect(probabilities[0]).toBe(0);
  });

  it('is bounded in rows, trees and depth, however much there is to learn from', () => {
    const many = 60_000;
    const wide: FeatureMatrix = {
      names: Array.from({ length: 30 }, (_, f) => `f${f}`),
      rows: many,
      columns: Array.from({ length: 30 }, (_, f) =>
        Float64Array.from({ length: many }, (_, r) => Math.sin(r * (f + 1))),
      ),
      jobIndex: new Int32Array(many),
      cutoff: new Float64Array(many),
      horizon: new Uint8Array(many),
    };
    const outcome = Uint8Array.from({ length: many }, (_, r) =>
      wide.columns[0]![r]! + wide.columns[1]![r]! > 0.9 ? 1 : 0,
    );
    const model = mlRandomForestLearner.fit(wide, outcome, new Float64Array(many).fill(1), { seed: 1 });
    const { trees } = model.toJSON() as unknown as { trees: TreeJson[] };
    expect(trees.length).toBe(15);
    for (const { feature, left, right, cover } of trees) {
      const leaves = feature.filter((column) => column < 0).length;
      // A leaf counts one row more than it has seen.
      expect(cover[0]! - leaves).toBe(600);
      const depth = (node: number): number =>
        feature[node]! < 0 ? 0 : 1 + Math.max(depth(left[node]!), depth(right[node]!));
      expect(depth(0)).toBeLessThanOrEqual(8);
      expect(leaves).toBeGreaterThan(1);
    }
  });

  it('draws rows of all times, labels in proportion', () => {
    const drawn = stratifiedSample(labels, 40, 1);
    expect(drawn.length).toBe(40);
    expect(drawn.filter((r) => labels[r] === 1).length).toBe(10);
    expect(new Set(drawn).size).toBe(40);
    expect(Math.max(...drawn)).toBeGreaterThan(150);
  });
});
