import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { applyCalibrator, atLevel } from './calibrate.ts';
import { chooseShape } from './choose-shape.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { fitPlatt, poolViolators } from './fit-shapes.ts';

const labels = Uint8Array.of(0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1);
const scores = Float64Array.of(0.1, 0.8, 0.8, 0.35, 0.6, 0.35, 0.2, 0.9, 0.05, 0.5, 0.5, 0.2);

/** Forecasts whose log-odds are off by a factor and a shift; the outcome follows the true ones. */
function distorted(rows: number, seed: number, factor: number, shift: number) {
  const random = seededRandom(seed);
  const margins = Float64Array.from({ length: rows }, () => random.normal() * 1.5 - 1);
  const truth = margins.map((margin) => 1 / (1 + Math.exp(-margin)));
  return {
    labels: Uint8Array.from(truth, (p) => (random.uniform() < p ? 1 : 0)),
    told: margins.map((margin) => 1 / (1 + Math.exp(-(margin * factor + shift)))),
    times: Float64Array.from({ length: rows }, (_, r) => Math.floor(r / 100) * 7 * 86_400_000),
  };
}

describe('isotonic steps', () => {
  it('are those of scikit-learn 1.9.1 IsotonicRegression, between and beyond the points too', () => {
    const at = Float64Array.of(0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 0.85, 0.9, 1);
    const third = 1 / 3;
    const expected = [0, 0, third, third, third, third, third, 0.5, 2 / 3, 2 / 3, 2 / 3, 5 / 6, 1, 1];
    const found = applyCalibrator({ shape: poolViolators(labels, scores), shift: 0 }, at);
    // Held off 0 and 1 by 0.0001.
    found.forEach((p, i) => {
      expect(Math.abs(p - expected[i]!)).toBeLessThan(1.01e-4);
    });
  });

  it('never fall', () => {
    const point = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 50 }), (rows) => {
        const shape = poolViolators(
          Uint8Array.from(rows, ([label]) => (label ? 1 : 0)),
          Float64Array.from(rows, ([, score]) => score / 20),
        );
        const grid = applyCalibrator(
          { shape, shift: 0 },
          Float64Array.from({ length: 50 }, (_, i) => i / 49),
        );
        for (let i = 1; i < grid.length; i++) expect(grid[i]).toBeGreaterThanOrEqual(grid[i - 1]! - 1e-12);
      }),
    );
  });
});

it("Platt's line finds the factor and the shift again", () => {
  const { labels: y, told } = distorted(20_000, 1, 2, 0.5);
  const shape = fitPlatt(y, told);
  expect(shape).toMatchObject({ kind: 'platt' });
  if (shape?.kind !== 'platt') return;
  expect(shape.slope).toBeCloseTo(1 / 2, 1);
  expect(shape.intercept).toBeCloseTo(-0.25, 1);
});

it('too few outcomes, or scores that run the wrong way, give no line', () => {
  expect(fitPlatt(labels.slice(0, 4), scores.slice(0, 4))).toBeNull();
  const { labels: y, told } = distorted(2000, 1, -1, 0);
  expect(fitPlatt(y, told)).toBeNull();
});

describe('chooseShape', () => {
  it('bends what is bent, and the error falls', () => {
    const { labels: y, told, times } = distorted(4000, 3, 2.5, 0);
    const shape = chooseShape(y, told, times);
    expect(shape.kind).not.toBe('identity');
    const fresh = distorted(4000, 4, 2.5, 0);
    const before = expectedCalibrationError(fresh.labels, fresh.told)!;
    const after = expectedCalibrationError(
      fresh.labels,
      applyCalibrator(atLevel(shape, y, told), fresh.told),
    )!;
    expect(after).toBeLessThan(before / 3);
  });

  it('leaves few rows as they are', () => {
    expect(chooseShape(labels, scores, Float64Array.from(labels.keys()))).toEqual({ kind: 'identity' });
    expect(chooseShape(new Uint8Array(0), new Float64Array(0), new Float64Array(0))).toEqual({
      kind: 'identity',
    });
  });
});

it('atLevel makes the mean forecast the share of failures', () => {
  const { labels: y, told } = distorted(5000, 5, 1, 2);
  const level = applyCalibrator(atLevel({ kind: 'identity' }, y, told), told);
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(level)).toBeCloseTo(mean(y), 4);
});
