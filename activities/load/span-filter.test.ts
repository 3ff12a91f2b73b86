import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInside } from './span-filter.ts';

describe('isInside', () => {
  it('knows the edges: the first byte is inside, the one behind the last is not', () => {
    const spans = [
      { from: 5, to: 10 },
      { from: 10, to: 11 },
      { from: 20, to: 25 },
    ];
    const inside = Array.from({ length: 30 }, (_, at) => at).filter((at) => isInside(spans, at));
    expect(inside).toEqual([5, 6, 7, 8, 9, 10, 20, 21, 22, 23, 24]);
    expect(isInside([], 0)).toBe(false);
  });

  it('agrees with looking at every span', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { maxLength: 40 }), fc.nat(220), (edges, at) => {
        const sorted = edges.sort((a, b) => a - b);
        const spans = sorted.flatMap((from, i) => (i % 2 === 1 ? [{ from: sorted[i - 1]!, to: from }] : []));
        expect(isInside(spans, at)).toBe(spans.some(({ from, to }) => from <= at && at < to));
      }),
    );
  });
});
