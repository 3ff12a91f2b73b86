import fc from 'fast-check';
import { expect, test } from 'vitest';
import { thinSeries } from './thin-series.ts';

const series = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 400 });

test('no more points than asked for, in their order, with the lowest and the highest', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 3, max: 60 }), (values, most) => {
      const kept = thinSeries(values, most);
      expect(kept.length).toBeLessThanOrEqual(most);
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      const valuesKept = kept.map((index) => values[index]!);
      if (values.length > 0) {
        expect(Math.min(...valuesKept)).toBe(Math.min(...values));
        expect(Math.max(...valuesKept)).toBe(Math.max(...values));
      }
    }),
  );
});

test('a marked point is seen in every stretch that has one', () => {
  const values = Array.from({ length: 9_000 }, (_, i) => (i % 7) + 1);
  const kept = new Set(thinSeries(values, 300, (index) => index === 4_321));
  expect(kept.has(4_321)).toBe(true);
});

test('a short series stays as it is, and an empty one empty', () => {
  expect(thinSeries([3, 1, 2], 3)).toEqual([0, 1, 2]);
  expect(thinSeries([], 3)).toEqual([]);
});
