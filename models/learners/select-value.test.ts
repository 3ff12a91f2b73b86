import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectValue } from './select-value.ts';

const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((whole) => whole + 0),
  fc.double({ noNaN: true }).map((number) => number + 0),
);

describe('selectValue', () => {
  it('is what sorting puts at the place', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), fc.nat(), (values, at) => {
        const place = at % values.length;
        const sorted = Float64Array.from(values).sort();
        expect(selectValue(Float64Array.from(values), place)).toBe(sorted[place]);
      }),
    );
  });

  it('is quick and right where the middle is always the worst pivot', () => {
    const pipe = Float64Array.from({ length: 100_000 }, (_, i) => Math.min(i, 99_999 - i));
    expect(selectValue(pipe.slice(), 50_000)).toBe(pipe.toSorted()[50_000]);
    expect(selectValue(pipe.slice(), 0)).toBe(0);
    expect(selectValue(pipe.slice(), 99_999)).toBe(49_999);
  });
});
