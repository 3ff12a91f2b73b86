import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstAtOrAfter } from './first-at-or-after.ts';

it('counts the values that are below, among the first so many', () => {
  const ascending = fc
    .array(fc.integer({ min: 0, max: 20 }))
    .map((values) => Float64Array.from(values).sort());
  fc.assert(
    fc.property(ascending, fc.integer({ min: -1, max: 21 }), fc.nat(), (values, least, any) => {
      const count = any % (values.length + 1);
      const below = (among: Float64Array) => among.filter((value) => value < least).length;
      expect(firstAtOrAfter(values, least)).toBe(below(values));
      expect(firstAtOrAfter(values, least, count)).toBe(below(values.subarray(0, count)));
    }),
  );
});
