import { describe, expect, it } from 'vitest';
import { gainBeyondDoubt, lossPerTime } from './compare-losses.ts';

describe('lossPerTime', () => {
  it('adds up the rows of each time, in the order of the times', () => {
    const losses = lossPerTime(
      Uint8Array.from([1, 0, 1, 0]),
      Float64Array.from([0.5, 0.25, 0.8, 0.9]),
      Float64Array.from([20, 10, 20, 10]),
    );
    expect(losses[0]).toBeCloseTo(-Math.log(0.75) - Math.log(0.1), 12);
    expect(losses[1]).toBeCloseTo(-Math.log(0.5) - Math.log(0.8), 12);
    expect(lossPerTime(new Uint8Array(0), new Float64Array(0), new Float64Array(0))).toEqual([]);
  });
});

describe('gainBeyondDoubt', () => {
  it('is the mean gain when that is more than two standard errors', () => {
    // Gains 1, 2, 3: mean 2, standard error 1/√3 ≈ 0.577.
    expect(gainBeyondDoubt([5, 5, 5], [4, 3, 2])).toBe(2);
    // Gains 0, 2, 4: standard error 2/√3 ≈ 1.155, twice that is more than the mean.
    expect(gainBeyondDoubt([5, 5, 5], [5, 3, 1])).toBe(0);
  });

  it('is nothing for a tie, a loss, or a single time', () => {
    expect(gainBeyondDoubt([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(gainBeyondDoubt([1, 2, 3], [2, 3, 4])).toBe(0);
    expect(gainBeyondDoubt([9], [1])).toBe(0);
    expect(gainBeyondDoubt([], [])).toBe(0);
  });
});
