import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binCodes, binEdges, MISSING_BIN } from './bin-columns.ts';

describe('binEdges', () => {
  it('parts few distinct values in their middles', () => {
    expect([...binEdges(Float64Array.of(3, 1, 1, Number.NaN, 7))]).toEqual([2, 5]);
  });

  it('makes at most 254 edges of many values, each bin about as full as the next', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => Math.sqrt(i));
    const edges = binEdges(values);
    const counts = new Array(edges.length + 1).fill(0);
    for (const code of binCodes(values, edges)) counts[code]++;
    expect(edges.length).toBe(254);
    expect(counts.length).toBe(255);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  });

  it('keeps a frequent value apart from its neighbours', () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? 0 : i));
    const codes = binCodes(values, binEdges(values));
    expect(codes[0]).toBe(0);
    expect(codes[1]).toBeGreaterThan(0);
  });

  it('has no edges where nothing varies or nothing is known', () => {
    expect(binEdges(Float64Array.of(5, 5)).length).toBe(0);
    expect(binEdges(Float64Array.of(Number.NaN)).length).toBe(0);
  });
});

it('codes keep the order of the values, and missing ones are set apart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN)), {
        maxLength: 400,
      }),
      (list) => {
        const values = Float64Array.from(list);
        const edges = binEdges(values);
        const codes = binCodes(values, edges);
        for (let i = 0; i < list.length; i++) {
          if (Number.isNaN(list[i])) expect(codes[i]).toBe(MISSING_BIN);
          else {
            const code = codes[i]!;
            expect(code === 0 || edges[code - 1]! <= list[i]!).toBe(true);
            expect(code === edges.length || list[i]! < edges[code]!).toBe(true);
          }
        }
      },
    ),
  );
});
