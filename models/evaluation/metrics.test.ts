import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision } from './average-precision.ts';
import { brierScore } from './brier-score.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { logLoss } from './log-loss.ts';
import { measureForecast } from './measure-forecast.ts';
import { rocAuc } from './roc-auc.ts';

// Expected values: scikit-learn 1.9.1 average_precision_score, roc_auc_score, brier_score_loss, log_loss.
const labels = Uint8Array.of(0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1);
const scores = Float64Array.of(0.1, 0.8, 0.8, 0.35, 0.6, 0.35, 0.2, 0.9, 0.05, 0.5, 0.5, 0.2);

describe('as scikit-learn, ties included', () => {
  it.each([
    ['averagePrecision', averagePrecision, 0.6833333333333333],
    ['rocAuc', rocAuc, 0.7285714285714286],
    ['brierScore', brierScore, 0.21562500000000004],
    ['logLoss', logLoss, 0.608741856556403],
  ] as const)('%s', (_name, metric, expected) => {
    expect(metric(labels, scores)).toBeCloseTo(expected, 14);
  });

  it('logLoss stays finite when a certain forecast is wrong', () => {
    expect(logLoss(Uint8Array.of(1), Float64Array.of(0))).toBeCloseTo(-Math.log(Number.EPSILON), 10);
  });
});

it('expectedCalibrationError is the gap of each tenth, weighted by its rows', () => {
  // Two rows at .15 of which one failed (gap .35), two at .95 that failed (gap .05).
  const p = Float64Array.of(0.15, 0.15, 0.95, 0.95);
  expect(expectedCalibrationError(Uint8Array.of(0, 1, 1, 1), p)).toBeCloseTo((0.35 + 0.05) / 2, 12);
  expect(expectedCalibrationError(Uint8Array.of(1, 0), Float64Array.of(1, 0))).toBe(0);
});

it('what cannot be known is null, never NaN', () => {
  const none = new Uint8Array(0);
  expect(measureForecast(none, new Float64Array(0))).toEqual({
    rows: 0,
    positives: 0,
    averagePrecision: null,
    rocAuc: null,
    brier: null,
    logLoss: null,
    calibrationError: null,
  });
  const quiet = measureForecast(Uint8Array.of(0, 0), Float64Array.of(0.1, 0.2));
  expect([quiet.averagePrecision, quiet.rocAuc]).toEqual([null, null]);
});

it('refuses scores that are no numbers or too few', () => {
  expect(() => averagePrecision(labels, scores.with(3, Number.NaN))).toThrow('score 3 is not a number');
  expect(() => brierScore(labels, scores.slice(1))).toThrow('expected as many scores as labels (12), got 11');
});

const anyForecast = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 8 })), {
  minLength: 2,
  maxLength: 60,
});

it('rocAuc is the share of pairs in the right order', () => {
  fc.assert(
    fc.property(anyForecast, (rows) => {
      const y = Uint8Array.from(rows, ([label]) => (label ? 1 : 0));
      const s = Float64Array.from(rows, ([, score]) => score);
      const pairs = rows
        .filter(([a]) => a)
        .flatMap(([, a]) => rows.filter(([b]) => !b).map(([, b]) => Math.sign(a - b)));
      const expected =
        pairs.length === 0 ? null : pairs.reduce((sum, sign) => sum + (sign + 1) / 2, 0) / pairs.length;
      if (expected === null) expect(rocAuc(y, s)).toBeNull();
      else expect(rocAuc(y, s)).toBeCloseTo(expected, 12);
    }),
  );
});

it('averagePrecision depends on the order of the scores only', () => {
  fc.assert(
    fc.property(anyForecast, (rows) => {
      const y = Uint8Array.from(rows, ([label]) => (label ? 1 : 0));
      const s = Float64Array.from(rows, ([, score]) => score);
      expect(
        averagePrecision(
          y,
          s.map((score) => Math.exp(score) - 3),
        ),
      ).toEqual(averagePrecision(y, s));
      const backwards = averagePrecision(y.toReversed(), s.toReversed());
      if (backwards !== null) expect(backwards).toBeCloseTo(averagePrecision(y, s)!, 12);
    }),
  );
});
