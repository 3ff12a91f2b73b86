import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import { fitWeights } from './fit-examples.ts';

const grid = (count: number, stepDays: number) =>
  Float64Array.from({ length: count }, (_, i) => 1_000 * DAY_MS + i * stepDays * DAY_MS);

it('halves in half a year, whatever lies between the cutoffs', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.constantFrom(1, 2, 7, 14, 28), (count, step) => {
      const cutoffs = grid(count, step);
      const newest = cutoffs.at(-1)!;
      const expected = cutoffs.map((cutoff) => 0.5 ** ((newest - cutoff) / (182 * DAY_MS)));
      fitWeights(cutoffs).forEach((weight, i) => {
        expect(weight).toBeCloseTo(expected[i]!, 12);
      });
    }),
  ));

it('of seven daily cutoffs is together that of the one a week that they stand for', () => {
  const weekly = grid(10, 7);
  const daily = Float64Array.from({ length: 14 }, (_, day) => weekly[9]! + (day + 1) * DAY_MS);
  const weights = fitWeights(Float64Array.of(...weekly, ...daily));
  const lastWeek = weights.slice(-7).reduce((sum, weight) => sum + weight, 0);
  expect(lastWeek).toBeGreaterThan(0.98);
  expect(lastWeek).toBeLessThanOrEqual(1);
  expect(weights[9]! / weights[8]!).toBeCloseTo(0.5 ** (-7 / 182), 12);
});
