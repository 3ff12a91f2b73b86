import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleQuiet } from './fit-examples.ts';

/** As many rows, of which the first have a failure; the only column tells the row. */
function examplesOf(rows: number, failures: number, weightOf: (row: number) => number = () => 1) {
  const all = Array.from({ length: rows }, (_, r) => r);
  return {
    matrix: {
      names: ['row'],
      rows,
      columns: [Float64Array.from(all)],
      jobIndex: Int32Array.from(all),
      cutoff: new Float64Array(rows),
      horizon: new Uint8Array(rows),
    },
    labels: Uint8Array.from(all, (r) => Number(r < failures)),
    weights: Float64Array.from(all, weightOf),
  };
}
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe('a sample of what did not fail', () => {
  it('keeps every failure, five times as many others, and the weight of all', () => {
    const all = examplesOf(60_000, 3_000, (r) => 1 + (r % 7) / 10);
    const sample = sampleQuiet(all, 1);
    const failed = sample.labels.filter((label) => label === 1).length;
    expect(failed).toBe(3_000);
    expect(Math.abs((sample.labels.length - failed) / 3_000 - 5)).toBeLessThan(0.2);
    expect(sum(sample.weights) / sum(all.weights)).toBeCloseTo(1, 1);
    sample.matrix.columns[0]!.forEach((row, r) => {
      expect(sample.labels[r]).toBe(all.labels[row]);
      const share = all.weights[row]! / sample.weights[r]!;
      expect(share).toBeCloseTo(all.labels[row] === 1 ? 1 : 15_000 / 57_000, 9);
    });
  });

  it('leaves ten thousand rows, few failures or none', () => {
    for (const failures of [0, 1, 40, 1_600]) {
      const { labels } = sampleQuiet(examplesOf(60_000, failures), 3);
      expect(labels.reduce((total, label) => total + label, 0)).toBe(failures);
      expect(labels.length / 10_000).toBeCloseTo(1, 1);
    }
  });

  it('is everything where that is little, and the same for the same seed', () => {
    fc.assert(
      fc.property(fc.nat({ max: 12_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (rows, share) => {
        const all = examplesOf(rows, Math.floor(rows * share));
        if (rows <= 10_000) expect(sampleQuiet(all, 1)).toBe(all);
        expect(sampleQuiet(all, 1)).toEqual(sampleQuiet(all, 1));
      }),
      { seed: 7, numRuns: 40 },
    );
  });
});
