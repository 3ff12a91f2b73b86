import { expect, it } from 'vitest';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { logisticLearner } from './logistic-regression.ts';

function matrixOf(columns: number[][]): FeatureMatrix {
  const rows = columns[0]!.length;
  return {
    names: columns.map((_, f) => `x${f}`),
    rows,
    columns: columns.map((column) => Float64Array.from(column)),
    jobIndex: new Int32Array(rows),
    cutoff: new Float64Array(rows),
    horizon: new Uint8Array(rows),
  };
}

const matrix = matrixOf([
  [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5],
  [2, 1, 3, 2.5, 0.5, 4, 1.5, 3.5, 2.2, 0.1],
]);
const labels = Uint8Array.of(0, 0, 1, 0, 1, 0, 1, 1, 0, 1);
const weights = new Float64Array(10).fill(1);

it('gives the probabilities of scikit-learn 1.9 LogisticRegression(C=1/2) on standardised columns', () => {
  const model = logisticLearner.fit(matrix, labels, weights, { seed: 1, settings: { penalty: 2 } });
  const expected = [
    0.34237493147105535, 0.4312132699788075, 0.35797307336767886, 0.42014067302953434, 0.5698718539109021,
    0.4091478748167786, 0.5865895462152633, 0.510652058236616, 0.6193405201929928, 0.7526961986712825,
  ];
  [...model.predict(matrix)].forEach((p, r) => {
    expect(p).toBeCloseTo(expected[r]!, 6);
  });
});

it('stands a missing value by the median and a flag, and ignores columns that never vary or are never known', () => {
  const gap = [1, Number.NaN, 3, 4, Number.NaN, 6, 7, 8, 9, 10];
  const odd = matrixOf([gap, new Array(10).fill(3), new Array(10).fill(Number.NaN)]);
  const model = logisticLearner.fit(odd, labels, weights, { seed: 1 });
  expect(model.predict(odd).every(Number.isFinite)).toBe(true);
  expect(
    model
      .explain(odd, 1)
      .contributions.slice(1)
      .map(({ contribution }) => contribution),
  ).toEqual([0, 0]);
});

it('does not follow a value beyond what training saw', () => {
  const model = logisticLearner.fit(matrix, labels, weights, { seed: 1, settings: { penalty: 2 } });
  const edge = matrixOf([[9.5], [2]]);
  const beyond = matrixOf([[1e9], [2]]);
  expect(model.predict(beyond)).toEqual(model.predict(edge));
});
