import { describe, expect, it } from 'vitest';
import { scoreForecasts } from './score-forecasts.ts';

const pair = (day: number, probability: number, failed: boolean) => ({
  ...{ cutoff: new Date(day * 86_400_000), modelVersion: day, probability, failed },
});

describe('scoreForecasts', () => {
  it('has nothing to say without a forecast', () => {
    expect(scoreForecasts([])).toEqual({ items: [], calibration: [], calibrationError: null });
  });

  it('scores each forecast for itself and all by probability', () => {
    const { items, calibration, calibrationError } = scoreForecasts([
      ...[pair(14, 0.8, true), pair(14, 0.2, false)],
      ...[pair(7, 0.8, false), pair(7, 0.2, false)],
    ]);
    expect(items.map(({ modelVersion, jobs, failed, hits }) => [modelVersion, jobs, failed, hits])).toEqual([
      [14, 2, 1, 1],
      [7, 2, 0, 0],
    ]);
    expect(items[0]!.expected).toBeCloseTo(1, 12);
    expect(items[0]!.brier).toBeCloseTo(0.04, 12);
    expect(items[1]!.brier).toBeCloseTo(0.34, 12);
    expect(items[1]!.brierOfShare).toBe(0);
    expect(calibration.map(({ from, rows, failed }) => [from, rows, failed])).toEqual([
      [0.2, 2, 0],
      [0.8, 2, 0.5],
    ]);
    expect(calibrationError).toBeCloseTo(0.25, 12);
  });
});
