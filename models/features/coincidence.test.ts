import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coincidenceTail } from './coincidence.ts';

describe('coincidenceTail', () => {
  // 1 / C(90, 5); the others summed up with whole numbers.
  it.each([
    [90, 5, 5, 5, 2.27535075e-8],
    [90, 10, 8, 4, 4.5604978e-3],
    [20, 7, 5, 2, 0.59416925],
  ])('%i days, %i and %i of them, %i in common', (days, one, other, together, expected) => {
    expect(coincidenceTail(days, one, other, together) / expected).toBeCloseTo(1, 5);
  });

  it('is the same the other way round, 1 for nothing in common, falling with more', () => {
    const case_ = fc.nat(90).chain((days) => fc.tuple(fc.constant(days), fc.nat(days), fc.nat(days)));
    fc.assert(
      fc.property(case_, ([days, one, other]) => {
        expect(coincidenceTail(days, one, other, 0)).toBeCloseTo(1, 9);
        let before = Number.POSITIVE_INFINITY;
        for (let k = 0; k <= Math.min(one, other); k++) {
          const tail = coincidenceTail(days, one, other, k);
          expect(tail).toBeLessThanOrEqual(before);
          expect(Math.abs(tail - coincidenceTail(days, other, one, k))).toBeLessThan(1e-9);
          before = tail;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('goes no further than asked', () => {
    expect(coincidenceTail(90, 10, 8, 4, 0.01)).toBe(coincidenceTail(90, 10, 8, 4));
    expect(coincidenceTail(90, 10, 8, 0, 0.01)).toBeGreaterThan(0.01);
  });

  it('is 0 for more in common than there are', () => {
    expect(coincidenceTail(90, 3, 5, 4)).toBe(0);
  });
});
