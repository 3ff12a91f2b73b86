import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { seededRandom } from '../random.ts';
import { BOOSTING_DEFAULTS, boostingLearner, growBoosting } from './gradient-boosting.ts';
import { forestLearner } from './random-forest.ts';

/** Label 1 where exactly one of two columns is high: no single column tells anything. */
function eitherOr(
  rows: number,
  seed: number,
): { matrix: FeatureMatrix; labels: Uint8Array; weights: Float64Array } {
  const random = seededRandom(seed);
  const columns = [0, 1, 2].map(() => Float64Array.from({ length: rows }, () => random.uniform()));
  // One value in ten of the third column is missing, always where the label is 1 for sure.
  const labels = Uint8Array.from({ length: rows }, (_, r) => {
    const hidden = random.uniform() < 0.1;
    if (hidden) columns[2]![r] = Number.NaN;
    return hidden || columns[0]![r]! > 0.5 !== columns[1]![r]! > 0.5 ? 1 : 0;
  });
  const matrix = {
    names: ['a', 'b', 'c'],
    rows,
    columns,
    jobIndex: new Int32Array(rows),
    cutoff: new Float64Array(rows),
    horizon: new Uint8Array(rows),
  };
  return { matrix, labels, weights: new Float64Array(rows).fill(1) };
}

const train = eitherOr(3000, 1);
const test = eitherOr(1000, 2);
const hits = (probabilities: Float64Array) =>
  probabilities.reduce((sum, p, r) => sum + (p > 0.5 === (test.labels[r] === 1) ? 1 : 0), 0) /
  probabilities.length;

describe('histogram trees', () => {
  it('learn an interaction and the meaning of a missing value, boosted', () => {
    const model = boostingLearner.fit(train.matrix, train.labels, train.weights, { seed: 1 });
    expect(hits(model.predict(test.matrix))).toBeGreaterThan(0.97);
  });

  it('learn them as a forest', () => {
    const model = forestLearner.fit(train.matrix, train.labels, train.weights, { seed: 1 });
    expect(hits(model.predict(test.matrix))).toBeGreaterThan(0.95);
  });

  it('stop early when later time is nothing but noise', () => {
    const random = seededRandom(9);
    const noise = test.labels.map(() => (random.uniform() < 0.5 ? 1 : 0));
    const model = boostingLearner.fit(train.matrix, train.labels, train.weights, {
      seed: 1,
      later: { ...test, labels: noise },
    });
    expect(model.settings.rounds).toBeLessThan(20);
  });

  it('put no fewer rows into a leaf than asked', () => {
    const parameters = { ...BOOSTING_DEFAULTS, rounds: 1, rowShare: 1, columnShare: 1, minChildRows: 200 };
    const { trees } = growBoosting(train, parameters, 1);
    const rowsOfLeaves = [...trees[0]!.feature.keys()]
      .filter((node) => trees[0]!.feature[node]! < 0)
      // All hessians are equal in the first round, so covers are proportional to rows.
      .map((node) => (trees[0]!.cover[node]! / trees[0]!.cover[0]!) * train.matrix.rows);
    expect(rowsOfLeaves.length).toBeGreaterThan(2);
    expect(Math.min(...rowsOfLeaves)).toBeGreaterThanOrEqual(200);
    expect(rowsOfLeaves.reduce((sum, rows) => sum + rows, 0)).toBeCloseTo(train.matrix.rows, 6);
  });

  it('heed weights: rows of weight 0.001 hardly teach', () => {
    const weights = train.labels.map((label) => label);
    const faint = Float64Array.from(weights, (label) => (label === 1 ? 0.001 : 1));
    const model = boostingLearner.fit(train.matrix, train.labels, faint, { seed: 1 });
    expect(Math.max(...model.predict(test.matrix))).toBeLessThan(0.1);
  });
});
