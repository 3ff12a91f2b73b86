import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
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

  it('draws rows of all times, labels in proportion', () => {
    const drawn = stratifiedSample(labels, 40, 1);
    expect(drawn.length).toBe(40);
    expect(drawn.filter((r) => labels[r] === 1).length).toBe(10);
    expect(new Set(drawn).size).toBe(40);
    expect(Math.max(...drawn)).toBeGreaterThan(150);
  });
});
