import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';

describe('seededRandom', () => {
  it('gives the numbers of the reference C code of xoshiro128** with the state of seed 42', () => {
    const random = seededRandom(42);
    const numbers = Array.from({ length: 5 }, () => random.uint32());
    expect(numbers).toEqual([2837322924, 544945897, 479756282, 3500138142, 339756180]);
  });

  it('differs between seeds, also beyond 32 bits and below zero', () => {
    const firsts = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map((seed) => seededRandom(seed).uint32());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('spreads uniform numbers over [0, 1) and normal ones around 0', () => {
    const random = seededRandom(7);
    const uniform = Array.from({ length: 20_000 }, () => random.uniform());
    const normal = Array.from({ length: 20_000 }, () => random.normal());
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  it('draws every whole number below a bound and none beyond', () => {
    const random = seededRandom(3);
    expect(new Set(Array.from({ length: 200 }, () => random.below(4)))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('refuses a seed that is no whole number', () => {
    expect(() => seededRandom(0.5)).toThrow('a seed must be a safe whole number, got 0.5');
  });
});
