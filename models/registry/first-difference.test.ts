import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstDifference } from './first-difference.ts';

it('names the place and what stands there', () => {
  const one = { a: [1, { b: 2 }], c: null };
  expect(firstDifference(one, { a: [1, { b: 3 }], c: null })).toEqual({ path: 'a[1].b', one: 2, other: 3 });
  expect(firstDifference(one, { a: [1, { b: 2 }] })).toEqual({ path: 'c', one: null, other: undefined });
  expect(firstDifference(one, { a: [1], c: null })).toEqual({
    path: 'a[1]',
    one: { b: 2 },
    other: undefined,
  });
  expect(firstDifference({ a: [] }, { a: {} })).toEqual({ path: 'a', one: [], other: {} });
});

it('finds none in equal values, and one in values that are written otherwise', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(firstDifference(one, structuredClone(one))).toBe(null);
      expect(firstDifference(one, other) === null).toBe(
        JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)),
      );
    }),
  );
});

/** Objects with their keys in one order, as their order says nothing; lists and objects stay apart when both are empty. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return { list: value.map(sorted) };
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { entries: entries.map(([key, inner]) => [key, sorted(inner)]) };
}
