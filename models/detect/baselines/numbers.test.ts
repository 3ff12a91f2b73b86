import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median } from '../../median.ts';
import { quantile } from '../quantile.ts';
import { closesMonth, dayOf, hourOf, weekdayOf } from './calendar-place.ts';
import { movingMedians } from './moving-medians.ts';
import { normalQuantile, studentQuantile } from './normal-quantile.ts';
import { windowMedian } from './window-median.ts';

describe('quantile', () => {
  // numpy.quantile of NumPy 2.4.6.
  it.each([
    [0, 0.3],
    [0.1, 1.02],
    [0.25, 1.75],
    [0.5, 3.7],
    [0.75, 7],
    [0.9, 10.74],
    [0.98, 11.748],
    [1, 12],
  ])('agrees with NumPy at %f', (share, expected) => {
    expect(quantile(Float64Array.of(0.3, 1.5, 2, 3.7, 4.1, 9.9, 12), share)).toBeCloseTo(expected, 12);
  });

  it('is the only value there is', () => {
    expect(quantile(Float64Array.of(7), 0.98)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('normalQuantile', () => {
  // scipy.stats.norm.ppf of SciPy 1.17.1.
  it.each([
    [0.6, 0.2533471031357997],
    [0.75, 0.6744897501960817],
    [0.9, 1.2815515655446004],
    [0.98, 2.0537489106318225],
    [0.9995, 3.2905267314919255],
    [0.99995, 3.8905918864131204],
    [0.0005, -3.2905267314918945],
  ])('agrees with SciPy at %f', (share, expected) => {
    expect(Math.abs(normalQuantile(share) - expected)).toBeLessThan(4.6e-4);
  });
});

describe('studentQuantile', () => {
  // scipy.stats.t.ppf of SciPy 1.17.1.
  it.each([
    [3.2905267, 10, 4.586893858702708],
    [3.8905919, 10, 6.211050891290746],
    [3.2905267, 30, 3.6459586350420627],
    [3.8905919, 30, 4.482417175409786],
    [3.8905919, 200, 3.9704968515029777],
  ])('is near SciPy for z = %f and %i degrees', (normal, degrees, expected) => {
    expect(Math.abs(studentQuantile(normal, degrees) / expected - 1)).toBeLessThan(0.02);
  });
});

describe('medians of windows', () => {
  it('are those of NumPy', () => {
    const values = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5);
    const from = Int32Array.from(values, (_, i) => Math.max(0, i - 2));
    const to = Int32Array.from(values, (_, i) => Math.min(values.length, i + 3));
    expect([...movingMedians(values, from, to)]).toEqual([3, 2, 3, 4, 4, 5, 5, 5, 5, 5, 5]);
  });

  it('are NaN where a window is empty, and none of no window', () => {
    expect(windowMedian(Float64Array.of(1), 0, 0)).toBeNaN();
    expect(movingMedians(Float64Array.of(1), Int32Array.of(0), Int32Array.of(0))[0]).toBeNaN();
    expect(movingMedians(Float64Array.of(), Int32Array.of(), Int32Array.of())).toHaveLength(0);
  });

  it('are the same sorted, inserted or moving, ties and all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 90 }),
        (list, width) => {
          const values = Float64Array.from(list);
          const from = Int32Array.from(values, (_, i) => Math.max(0, i - width));
          const to = Int32Array.from(values, (_, i) => i + 1);
          const moving = movingMedians(values, from, to);
          for (let i = 0; i < values.length; i++) {
            expect(moving[i]).toBe(median(values.subarray(from[i]!, to[i]!)));
            expect(windowMedian(values, from[i]!, to[i]!)).toBe(moving[i]);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the place in the calendar', () => {
  it('is that of UTC', () => {
    const at = Date.UTC(2026, 1, 28, 23, 59, 59, 999);
    expect(hourOf(at)).toBe(23);
    expect(weekdayOf(dayOf(at))).toBe(6);
    expect(weekdayOf(-5)).toBe(new Date(-5 * 86_400_000).getUTCDay());
  });

  it('knows the two last days of a month and the first, of leap years too', () => {
    const closing = (year: number, month: number) =>
      Array.from({ length: 33 }, (_, day) => new Date(Date.UTC(year, month, day)))
        .filter((date) => closesMonth(dayOf(date.getTime())) && date.getUTCMonth() === month)
        .map((date) => date.getUTCDate());
    expect(closing(2026, 1)).toEqual([1, 27, 28]);
    expect(closing(2028, 1)).toEqual([1, 28, 29]);
    expect(closing(2026, 3)).toEqual([1, 29, 30]);
    expect(closing(2026, 4)).toEqual([1, 30, 31]);
  });
});
