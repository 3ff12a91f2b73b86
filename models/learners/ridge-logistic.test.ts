import { describe, expect, it } from 'vitest';
import type { Examples } from './learner.ts';
import { fitRidgeLogistic } from './ridge-logistic.ts';

const first = Float64Array.from([-1.2, 0.4, 0.9, -0.3, 1.5, -0.8, 0.1, -0.6]);
const second = Float64Array.from([0.5, -1.1, 0.3, 1.4, -0.9, 0.2, -0.7, 0.3]);
const ones = new Float64Array(8).fill(1);
const examples = {
  labels: Uint8Array.from([0, 1, 1, 1, 0, 0, 1, 0]),
  weights: Float64Array.from([1, 1, 2, 1, 1, 1, 0.5, 1]),
} as Examples;
const NONE = Number.NEGATIVE_INFINITY;
const fitted = (other: Float64Array, floors?: number[]) =>
  fitRidgeLogistic(
    [ones, first, other],
    examples,
    0.7,
    new Float64Array(3),
    floors && Float64Array.from([NONE, ...floors]),
  );

/** What scipy.optimize.minimize (L-BFGS-B with bounds) finds for the same loss. */
describe('fitRidgeLogistic', () => {
  it.each([
    ['without floors', second, undefined, [0.021684, 0.779296, 0.384798]],
    ['with floors that do not matter', second, [0, 0], [0.021684, 0.779296, 0.384798]],
    ['with a floor that lifts', second, [0.9, NONE], [0.010494, 0.9, 0.424976]],
    ['with a floor that holds at zero', second.map((x) => -x), [0, 0], [0.061996, 0.670025, 0]],
    ['free to be negative', second.map((x) => -x), undefined, [0.021684, 0.779296, -0.384798]],
  ])('%s', (_, other, floors, expected) => {
    const coefficients = fitted(other, floors);
    expected.forEach((value, c) => {
      expect(coefficients[c]).toBeCloseTo(value, 4);
    });
  });
});
