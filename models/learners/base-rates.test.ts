import { expect, it } from 'vitest';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { learnerOf } from './contestants.ts';

const NAMES = [
  'runs_all',
  'failed_all',
  'windows_closed',
  'windows_failed',
  'window_days_failed',
  'last_window_failed',
  'last_day_failed',
];

function matrixOf(rows: number[][], horizon = 0): FeatureMatrix {
  return {
    names: NAMES,
    rows: rows.length,
    columns: NAMES.map((_, f) => Float64Array.from(rows, (row) => row[f]!)),
    jobIndex: Int32Array.from(rows.keys()),
    cutoff: new Float64Array(rows.length),
    horizon: new Uint8Array(rows.length).fill(horizon),
  };
}
const baseRate = (
  kind: 'base-run-rate' | 'base-window-rate' | 'base-persistence',
  matrix: FeatureMatrix,
  labels: number[],
) =>
  learnerOf(kind).fit(matrix, Uint8Array.from(labels), new Float64Array(labels.length).fill(1), { seed: 1 });

const bad = [100, 20, 10, 5, 7, 1, 0];
const good = [90, 0, 10, 0, 0, 0, 0];
const matrix = matrixOf([bad, good]);

it('R is the smoothed share of failed runs', () => {
  const prior = 21 / 200;
  expect([...baseRate('base-run-rate', matrix, [1, 0]).predict(matrix)]).toEqual([
    (20 + 5 * prior) / 105,
    (5 * prior) / 95,
  ]);
});

it('W is the smoothed share of failing weeks, or of failing days for a day', () => {
  const prior = 2 / 12;
  const model = baseRate('base-window-rate', matrix, [1, 0]);
  expect([...model.predict(matrix)]).toEqual([(5 + 3 * prior) / 13, (3 * prior) / 13]);
  expect([...model.predict(matrixOf([bad], 1))]).toEqual([(7 + 3 * prior) / 73]);
});

it('P is the rate seen after a window like the last one', () => {
  const prior = 2 / 12;
  const [after, quiet] = baseRate('base-persistence', matrix, [1, 0]).predict(matrix);
  expect(after).toBeCloseTo((1 + 10 * prior) / 11, 12);
  expect(quiet).toBeCloseTo((10 * prior) / 11, 12);
});

it('all give a probability with no past window at all', () => {
  for (const kind of ['base-run-rate', 'base-window-rate', 'base-persistence'] as const) {
    const model = baseRate(kind, matrixOf([]), []);
    for (const p of model.predict(matrix)) {
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
    }
  }
});
