import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestThreshold,
  type Judged,
  type LabelledSeries,
  nabScore,
  probationRows,
  rawScore,
  STANDARD_PROFILE,
  scaledSigmoid,
} from './nab-score.ts';

const series = (rows: number, windows: [number, number][]): LabelledSeries => ({
  name: 'a',
  ts: Float64Array.from({ length: rows }, (_, row) => row),
  value: new Float64Array(rows),
  windows,
});
const judged = (one: LabelledSeries, ...detections: number[]): Judged => {
  const scores = new Float64Array(one.ts.length);
  for (const row of detections) scores[row] = 1;
  return { series: one, scores };
};
const scoreOf = (...of: Judged[]) => nabScore(of, 1, STANDARD_PROFILE);

describe('the score of the Numenta benchmark', () => {
  it('weighs a place as its paper and its reference implementation say', () => {
    expect(scaledSigmoid(-1)).toBeCloseTo(0.98661, 5);
    expect(scaledSigmoid(-0.5)).toBeCloseTo(0.84828, 5);
    expect(scaledSigmoid(0)).toBe(0);
    expect(scaledSigmoid(1)).toBeCloseTo(-0.98661, 5);
    expect(scaledSigmoid(3)).toBe(-1);
  });

  it('leaves 15 % of a series out, at most 750 rows', () => {
    expect([0, 100, 1243, 5000, 22_000].map(probationRows)).toEqual([0, 15, 186, 750, 750]);
  });

  it('is 100 for the first row of every window and 0 for silence', () => {
    const one = series(1000, [[300, 399]]);
    const other = series(1000, [
      [200, 250],
      [700, 799],
    ]);
    expect(scoreOf(judged(one, 300), judged(other, 200, 700))).toBeCloseTo(100, 10);
    expect(scoreOf(judged(one), judged(other))).toBe(0);
    expect(scoreOf(judged(series(100, []), 50))).toBeNull();
  });

  it('counts the earliest of a window, every one outside, less right behind a window, none in probation', () => {
    const one = series(1000, [[300, 399]]);
    const once = scoreOf(judged(one, 350))!;
    // (1 + (2 / (1 + e^-2.5) - 1) / 0.98661) / 2
    expect(once).toBeCloseTo(92.99, 2);
    expect(scoreOf(judged(one, 350, 360, 399))).toBe(once);
    expect(scoreOf(judged(one, 10, 149))).toBe(0);
    expect(scoreOf(judged(one, 150))).toBeCloseTo(-5.5, 10);
    expect(scoreOf(judged(one, 900))).toBeCloseTo(-5.5, 10);
    expect(scoreOf(judged(one, 400))! / -5.5).toBeCloseTo(0.0252, 3);
  });

  it('finds the best threshold, and none where every detection costs', () => {
    const one = series(100, [[50, 59]]);
    const scores = Float64Array.from({ length: 100 }, (_, row) => (row === 20 ? 3 : row === 50 ? 2 : 0));
    expect(bestThreshold([{ series: one, scores }], STANDARD_PROFILE)).toEqual({
      threshold: 2,
      score: expect.closeTo(0.89, 10),
    });
    expect(bestThreshold([judged(series(100, []), 50)], STANDARD_PROFILE)).toEqual({
      threshold: Number.POSITIVE_INFINITY,
      score: 0,
    });
  });

  it('no threshold is better than the best, and its score is the one that is told', () => {
    const rows = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(rows, rows, fc.integer({ min: 0, max: 50 }), (a, b, from) => {
        const of = [a, b].map((scores) => ({
          series: series(60, [[from, from + 8]]),
          scores: Float64Array.from(scores),
        }));
        const best = bestThreshold(of, STANDARD_PROFILE);
        for (let threshold = 0; threshold <= 6; threshold++) {
          expect(rawScore(of, threshold, STANDARD_PROFILE)).toBeLessThanOrEqual(best.score + 1e-9);
        }
        expect(rawScore(of, best.threshold, STANDARD_PROFILE)).toBeCloseTo(best.score, 9);
      }),
    );
  });
});
