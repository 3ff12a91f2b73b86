import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { binColumns, MISSING_BIN } from './bin-columns.ts';
import { layOutColumns } from './column-layout.ts';
import { emptyHistogram, fillColumns, fillHistogram, SLOTS, subtractHistogram } from './leaf-histogram.ts';

/** A leaf of `rows` rows, split somewhere; every tenth value missing, every third column of few values. */
function leafOf(rows: number, columns: number, seed: number) {
  const random = seededRandom(seed);
  const values = Array.from({ length: columns }, (_, c) =>
    Float64Array.from({ length: rows }, () => {
      if (random.uniform() < 0.1) return Number.NaN;
      return c % 3 === 0 ? random.below(4) : random.normal();
    }),
  );
  const binned = binColumns(values, rows);
  const layout = layOutColumns(binned, Int32Array.from(values.keys()), true, null);
  const gradients = Float64Array.from({ length: rows }, () => random.uint32() - 2 ** 31);
  const order = Int32Array.from({ length: rows }, (_, i) => rows - 1 - i);
  const histogramOf = (start: number, end: number) => {
    const ordered = Float64Array.from(order.subarray(start, end), (row) => gradients[row]!);
    const histogram = emptyHistogram(columns).fill(Number.NaN);
    fillHistogram(histogram, layout, { rows: order, start, end }, ordered);
    return { histogram, ordered };
  };
  return { binned, layout, gradients, order, histogramOf };
}

const sizes = [fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 9 }), fc.nat()] as const;

it('has for every code the sum of the rows with that code', () => {
  fc.assert(
    fc.property(...sizes, (rows, columns, seed) => {
      const { binned, gradients, order, histogramOf } = leafOf(rows, columns, seed);
      const { histogram } = histogramOf(0, rows);
      for (let c = 0; c < columns; c++) {
        const plain = new Float64Array(SLOTS);
        for (const row of order) plain[binned.codes[c]![row]!]! += gradients[row]!;
        expect(histogram.subarray(c * SLOTS, (c + 1) * SLOTS)).toEqual(plain);
      }
    }),
    { numRuns: 40 },
  );
});

it('of one child is that of the parent less that of the other, to the last bit', () => {
  fc.assert(
    fc.property(...sizes, fc.double({ min: 0, max: 1, noNaN: true }), (rows, columns, seed, share) => {
      const { layout, histogramOf } = leafOf(rows, columns, seed);
      const middle = Math.floor(rows * share);
      const { histogram: rest } = histogramOf(0, rows);
      subtractHistogram(rest, histogramOf(0, middle).histogram, layout);
      const { histogram: direct } = histogramOf(middle, rows);
      for (let c = 0; c < columns; c++) {
        const used = [...new Array(layout.bins[c]!).keys(), MISSING_BIN].map((code) => c * SLOTS + code);
        for (const slot of used) expect(rest[slot]).toBe(direct[slot]);
      }
    }),
    { numRuns: 40 },
  );
});

it('is the same for columns chosen one by one, and leaves the others alone', () => {
  const { layout, order, histogramOf } = leafOf(100, 6, 5);
  const { histogram, ordered } = histogramOf(10, 60);
  const some = emptyHistogram(6).fill(7);
  fillColumns(some, layout, Int32Array.of(1, 4), { rows: order, start: 10, end: 60 }, ordered);
  for (const c of [1, 4]) {
    const slots = [c * SLOTS, (c + 1) * SLOTS] as const;
    expect(some.subarray(...slots)).toEqual(histogram.subarray(...slots));
  }
  expect(some[0]).toBe(7);
});
