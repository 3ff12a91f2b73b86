import { expect, it } from 'vitest';
import { tailOfT } from './tail-of-t.ts';

it.each([
  // Fisher and Yates, table III: 2.5 % and 0.5 %, one-sided.
  [12.706, 1, 0.025],
  [4.303, 2, 0.025],
  [2.571, 5, 0.025],
  [2.228, 10, 0.025],
  [2.042, 30, 0.025],
  [63.657, 1, 0.005],
  [3.169, 10, 0.005],
  [2.66, 60, 0.005],
])('is that of the tables: more than %d with %d degrees of freedom', (t, freedom, expected) => {
  expect(tailOfT(t, freedom) / expected).toBeCloseTo(1, 2);
});

it('is that of the closed forms for one and two degrees of freedom, and even around zero', () => {
  for (const t of [-30, -2, -0.1, 0, 0.7, 5, 100]) {
    expect(tailOfT(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 12);
    expect(tailOfT(t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 12);
    for (const freedom of [3, 4, 37]) expect(tailOfT(t, freedom) + tailOfT(-t, freedom)).toBeCloseTo(1, 12);
  }
});

it('refuses what has no tail', () => {
  expect(() => tailOfT(1, 0)).toThrow('freedom: expected a whole number from 1, found 0');
  expect(() => tailOfT(Number.NaN, 3)).toThrow('expected a number, found NaN');
});
