import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, orderOfRound, pairedRatios, quantile, rounded, spreadOf } from './statistics.ts';

describe('quantile', () => {
  it('interpolates as NumPy does', () => {
    // numpy.quantile([15, 20, 35, 40, 50], [0.05, 0.4, 0.95])
    const values = [40, 15, 50, 35, 20];
    expect([0.05, 0.4, 0.95].map((share) => quantile(values, share))).toEqual([16, 29, 48]);
  });

  it('of one measurement is that one, of none an error', () => {
    expect(quantile([7], 0.95)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow('no measurement');
    expect(() => quantile([1], 1.5)).toThrow('found 1.5');
  });

  it('has half of the measurements on each side of the median, ties included', () => {
    const measurements = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 });
    fc.assert(
      fc.property(measurements, (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        return below <= values.length / 2 && above <= values.length / 2;
      }),
    );
  });
});

describe('pairedRatios', () => {
  it('is untouched by what slows both of a round', () => {
    const ours = [120, 60, 12];
    const theirs = [100, 50, 10];
    expect(spreadOf(pairedRatios(ours, theirs))).toEqual({ median: 1.2, min: 1.2, max: 1.2 });
  });

  it('says when a round is missing', () => {
    expect(() => pairedRatios([1, 2], [1])).toThrow('found 2 and 1');
  });
});

it('every contestant is first equally often and has changing neighbours', () => {
  const names = ['a', 'b', 'c'];
  const rounds = Array.from({ length: 6 }, (_, round) => orderOfRound(names, round).join(''));
  expect(rounds).toEqual(['abc', 'acb', 'cab', 'cba', 'bca', 'bac']);
});

it('rounds to four digits', () => {
  expect([rounded(1.234567), rounded(123_456), rounded(0)]).toEqual([1.235, 123_500, 0]);
});
