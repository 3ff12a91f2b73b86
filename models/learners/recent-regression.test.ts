import { expect, it } from 'vitest';
import { rocAuc } from '../evaluation/roc-auc.ts';
import { DAY_MS } from '../features/feature.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { seededRandom } from '../random.ts';
import { logisticLearner } from './logistic-regression.ts';
import { recentLearner } from './recent-regression.ts';

const WEEKS = 20;
const JOBS = 60;

/** Rows of some weeks; failures follow the first column until the week `turns`, the second from then on. */
function rowsOf(turns: number, weeks: number, seed: number) {
  const random = seededRandom(seed);
  const rows = weeks * JOBS;
  const columns = [0, 1].map(() => Float64Array.from({ length: rows }, () => random.normal()));
  const week = (row: number) => Math.floor(row / JOBS);
  const matrix: FeatureMatrix = {
    names: ['first', 'second'],
    columns,
    rows,
    jobIndex: Int32Array.from({ length: rows }, (_, row) => row % JOBS),
    cutoff: Float64Array.from({ length: rows }, (_, row) => week(row) * 7 * DAY_MS),
    horizon: new Uint8Array(rows),
  };
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const cause = columns[week(row) < turns ? 0 : 1]![row]!;
    return random.uniform() < 1 / (1 + Math.exp(2 - 2 * cause)) ? 1 : 0;
  });
  return { matrix, labels, weights: new Float64Array(rows).fill(1) };
}

const aucOf = (learner: typeof recentLearner, turns: number) => {
  const { matrix, labels, weights } = rowsOf(turns, WEEKS, 1);
  const next = rowsOf(turns === WEEKS ? WEEKS : 0, WEEKS, 2);
  return rocAuc(next.labels, learner.fit(matrix, labels, weights, { seed: 1 }).predict(next.matrix))!;
};

it('follows the new cause four weeks after it came, when the others still believe in the old one', () => {
  expect(aucOf(recentLearner, WEEKS - 4)).toBeGreaterThan(0.75);
  expect(aucOf(logisticLearner, WEEKS - 4)).toBeLessThan(0.65);
});

it('knows about as much as the others where nothing changed', () => {
  expect(aucOf(recentLearner, WEEKS)).toBeGreaterThan(aucOf(logisticLearner, WEEKS) - 0.05);
});
