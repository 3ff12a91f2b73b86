import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { fitVennAbers, vennAbersAt } from './venn-abers.ts';

const labels = Uint8Array.of(0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1);
const scores = Float64Array.of(0.1, 0.8, 0.8, 0.35, 0.6, 0.35, 0.2, 0.9, 0.05, 0.5, 0.5, 0.2);

describe('Venn-Abers prediction', () => {
  it('is that of the Python package venn-abers 1.5.4, between and beyond the scores too', () => {
    const steps = fitVennAbers(labels, scores);
    const expected: [score: number, low: number, high: number][] = [
      [0.02, 0, 1 / 3],
      [0.05, 0, 1 / 3],
      [0.1, 0, 3 / 8],
      [0.15, 0, 3 / 7],
      [0.2, 2 / 7, 3 / 7],
      [0.35, 2 / 7, 3 / 7],
      [0.4, 2 / 7, 3 / 7],
      [0.5, 2 / 7, 3 / 7],
      [0.6, 0.5, 0.75],
      [0.7, 0.5, 0.75],
      [0.8, 0.5, 0.75],
      [0.85, 0.5, 1],
      [0.9, 0.6, 1],
      [0.97, 0.6, 1],
    ];
    for (const [score, low, high] of expected) {
      const found = vennAbersAt(steps, score);
      expect(found[0], `low at ${score}`).toBeCloseTo(low, 12);
      expect(found[1], `high at ${score}`).toBeCloseTo(high, 12);
    }
  });

  it('knows nothing without rows', () => {
    const steps = fitVennAbers(new Uint8Array(0), new Float64Array(0));
    expect(vennAbersAt(steps, 0.3)).toEqual([0, 1]);
  });

  it('keeps low below high, and neither falls with the score', () => {
    const row = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 80 }), (rows) => {
        const steps = fitVennAbers(
          Uint8Array.from(rows, ([label]) => (label ? 1 : 0)),
          Float64Array.from(rows, ([, score]) => score / 30),
        );
        let before: [number, number] = [0, 0];
        for (let i = 0; i <= 60; i++) {
          const [low, high] = vennAbersAt(steps, i / 60);
          expect(low).toBeLessThanOrEqual(high);
          expect(low).toBeGreaterThanOrEqual(before[0] - 1e-12);
          expect(high).toBeGreaterThanOrEqual(before[1] - 1e-12);
          before = [low, high];
        }
      }),
    );
  });

  const drawn = (rows: number, seed: number) => {
    const random = seededRandom(seed);
    const truths = Float64Array.from({ length: rows }, () => random.uniform());
    return { truths, labels: Uint8Array.from(truths, (p) => (random.uniform() < p ? 1 : 0)) };
  };
  const width = (rows: number) => {
    const { truths, labels } = drawn(rows, 5);
    const steps = fitVennAbers(labels, truths);
    expect(steps.from.length).toBeLessThanOrEqual(100);
    const widths = Array.from({ length: 99 }, (_, i) => {
      const [low, high] = vennAbersAt(steps, (i + 1) / 100);
      return high - low;
    });
    return widths.reduce((sum, one) => sum + one, 0) / widths.length;
  };

  it('is narrower the more rows there are, and of bounded size', () => {
    const widths = [30, 300, 3000, 30_000].map(width);
    for (let i = 1; i < widths.length; i++) expect(widths[i]).toBeLessThan(widths[i - 1]!);
  });

  it('holds the share of failures on fresh rows, in tenths of the score', () => {
    const known = drawn(4000, 7);
    const steps = fitVennAbers(known.labels, known.truths);
    const fresh = drawn(20_000, 8);
    const sums = Array.from({ length: 10 }, () => ({ rows: 0, failed: 0, low: 0, high: 0 }));
    fresh.truths.forEach((score, r) => {
      const tenth = sums[Math.min(9, Math.floor(10 * score))]!;
      const [low, high] = vennAbersAt(steps, score);
      tenth.rows++;
      tenth.failed += fresh.labels[r]!;
      tenth.low += low;
      tenth.high += high;
    });
    for (const { rows, failed, low, high } of sums) {
      // Twice the standard error of both samples: 2 × √(0.25 / 400 + 0.25 / 2000).
      expect(failed / rows).toBeGreaterThan(low / rows - 0.055);
      expect(failed / rows).toBeLessThan(high / rows + 0.055);
    }
  });
});
