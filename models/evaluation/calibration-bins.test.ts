import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationBins, withIntervals } from './calibration-bins.ts';

describe('calibrationBins', () => {
  it('has none without forecasts', () => {
    expect(calibrationBins(new Uint8Array(), new Float64Array())).toEqual([]);
  });

  it('gives the Wilson interval of each share', () => {
    const labels = Uint8Array.from({ length: 20 }, (_, i) => Number(i < 5));
    const [bin, ...others] = calibrationBins(labels, new Float64Array(20).fill(0.25));
    expect(others).toEqual([]);
    expect(bin).toMatchObject({ from: 0.2, rows: 20, forecast: 0.25, failed: 0.25 });
    // scipy 1.17.1: binomtest(5, 20).proportion_ci(method="wilson")
    expect(bin!.low).toBeCloseTo(0.1118617, 6);
    expect(bin!.high).toBeCloseTo(0.4687009, 6);
  });

  it('keeps certain forecasts in the last bin', () => {
    expect(calibrationBins(Uint8Array.of(1), Float64Array.of(1))).toMatchObject([
      { from: 0.9, rows: 1, forecast: 1, failed: 1, high: 1 },
    ]);
  });

  it('loses no row, and its intervals hold the shares', () => {
    const row = fc.tuple(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
        const labels = Uint8Array.from(rows, ([label]) => Number(label));
        const bins = calibrationBins(
          labels,
          Float64Array.from(rows, ([, p]) => p),
        );
        expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length);
        // What was kept without them gets the same intervals.
        expect(withIntervals(bins.map(({ low: _, high: _high, ...bin }) => bin))).toEqual(bins);
        for (const { from, forecast, failed, low, high } of bins) {
          expect(forecast).toBeGreaterThanOrEqual(from - 1e-9);
          expect(forecast).toBeLessThanOrEqual(from + 0.1 + 1e-9);
          expect(low).toBeLessThanOrEqual(failed);
          expect(high).toBeGreaterThanOrEqual(failed);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
