import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DurationPoint, durationScale, firstFrom, heightOf } from './duration-points.ts';

const pointOf = (durationMs: number | null, mostMs: number | null = null): DurationPoint => ({
  atMs: 0,
  durationMs,
  status: 'succeeded',
  usual: mostMs === null ? null : { leastMs: 1, middleMs: 2, mostMs },
});

test('the axis reaches the longest run, and multiplies where one is far above the others', () => {
  expect(durationScale([10, 20, 30].map((ms) => pointOf(ms)))).toMatchObject({ isLog: false, leastMs: 0 });
  expect(durationScale([10, 20, 30].map((ms) => pointOf(ms))).mostMs).toBeCloseTo(31.8);
  expect(durationScale([10, 20, 20, 20, 3000].map((ms) => pointOf(ms))).isLog).toBe(true);
  expect(durationScale([pointOf(100, 150)]).mostMs).toBeCloseTo(159);
  // What is not known well has a wide band: it does not empty the chart.
  expect(durationScale([pointOf(100, 9_999_999)]).mostMs).toBeCloseTo(212);
});

test('without a duration there is still an axis', () => {
  expect(durationScale([])).toEqual({ isLog: false, leastMs: 0, mostMs: 60_000 });
  expect(durationScale([pointOf(null)])).toEqual({ isLog: false, leastMs: 0, mostMs: 60_000 });
  expect(heightOf(durationScale([pointOf(0)]), 0)).toBe(0);
});

test('longer is never lower, and nothing leaves the plot', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 }), (durations) => {
      const scale = durationScale(durations.map((ms) => pointOf(ms)));
      const heights = durations.toSorted((a, b) => a - b).map((ms) => heightOf(scale, ms));
      for (const [index, height] of heights.entries()) {
        expect(height).toBeGreaterThanOrEqual(heights[index - 1] ?? 0);
        expect(height).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('the first point from an instant on is found', () => {
  const points = [10, 20, 20, 30].map((atMs) => ({ atMs }));
  expect([5, 10, 11, 20, 25, 30, 31].map((atMs) => firstFrom(points, atMs))).toEqual([0, 0, 1, 1, 3, 3, 4]);
  expect(firstFrom([], 5)).toBe(0);
});
