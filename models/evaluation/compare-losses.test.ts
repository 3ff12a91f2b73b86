import { describe, expect, it } from 'vitest';
import { gainBeyondDoubt, lossPerWeek, meanBeyondDoubt } from './compare-losses.ts';

describe('lossPerWeek', () => {
  it('adds up the rows of each week since the first, in the order of time', () => {
    const day = (number: number) => 1_700_000_000_000 + number * 86_400_000;
    const losses = lossPerWeek(
      Uint8Array.from([1, 0, 1, 0]),
      Float64Array.from([0.5, 0.25, 0.8, 0.9]),
      Float64Array.from([day(20), day(0), day(14), day(6)]),
    );
    expect(losses).toHaveLength(2);
    expect(losses[0]).toBeCloseTo(-Math.log(0.75) - Math.log(0.1), 12);
    expect(losses[1]).toBeCloseTo(-Math.log(0.5) - Math.log(0.8), 12);
    expect(lossPerWeek(new Uint8Array(0), new Float64Array(0), new Float64Array(0))).toEqual([]);
  });
});

describe('gainBeyondDoubt', () => {
  it('is the mean gain when a t test tells it from nothing', () => {
    // Gains 1, 1.1, 1.2: mean 1.1, standard error 0.1/√3 ≈ 0.0577, times 4.303 is 0.248.
    expect(gainBeyondDoubt([5, 5, 5], [4, 3.9, 3.8])).toBeCloseTo(1.1, 12);
    // Gains 1, 2, 3: mean 2, standard error 1/√3 ≈ 0.577, times 4.303 is 2.48.
    expect(gainBeyondDoubt([5, 5, 5], [4, 3, 2])).toBe(0);
  });

  it('is nothing for a tie, a loss, or a single time', () => {
    expect(gainBeyondDoubt([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(gainBeyondDoubt([1, 2, 3], [2, 3, 4])).toBe(0);
    expect(gainBeyondDoubt([9], [1])).toBe(0);
    expect(gainBeyondDoubt([], [])).toBe(0);
  });
});

describe('meanBeyondDoubt', () => {
  it('decides as scipy.stats.ttest_1samp does at 5 %', () => {
    // p = 0.0507 and 0.0487.
    expect(meanBeyondDoubt([-0.02, 1.4, 0.9, 1.6, 0.35])).toBe(0);
    expect(meanBeyondDoubt([0, 1.4, 0.9, 1.6, 0.35])).toBeCloseTo(0.85, 12);
    expect(meanBeyondDoubt([0, -1.4, -0.9, -1.6, -0.35])).toBeCloseTo(-0.85, 12);
  });
});
