import fc from 'fast-check';
import { expect, it } from 'vitest';
import { median } from './median.ts';

it('is the middle value, of two middle ones their mean, of none null', () => {
  expect(median([])).toBeNull();
  expect(median([7])).toBe(7);
  expect(median([10, 9, 2])).toBe(9);
  expect(median([10, 1, 2, 9])).toBe(5.5);
});

it('leaves the values as they were, and has as many of them below as above', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1 }), (values) => {
      const before = [...values];
      const middle = median(values)!;
      expect(values).toEqual(before);
      expect(values.filter((value) => value < middle).length * 2).toBeLessThanOrEqual(values.length);
      expect(values.filter((value) => value > middle).length * 2).toBeLessThanOrEqual(values.length);
    }),
  );
});
