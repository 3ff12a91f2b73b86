import { describe, expect, it } from 'vitest';
import { extrapolated, figuresOf as forecastFigures } from './forecast.ts';
import { figuresOf } from './ingest.ts';
import { lastOverFirstThird } from './large-inputs.ts';
import { growthMb, type MemorySample } from './small-files.ts';

describe('figures of ingest', () => {
  const round = (ours: number, copy: number, peakMb: number | null) => ({
    ours: { seconds: 1, rowsPerSecond: ours, peakMb, sessionPeakMb: null },
    copy: { seconds: 1, rowsPerSecond: copy, peakMb: 40, sessionPeakMb: null },
  });
  const figureNamed = (figures: ReturnType<typeof figuresOf>, name: string) =>
    figures.find((one) => one.name === name);

  it('pairs by round and takes the worst memory', () => {
    const figures = figuresOf(
      ['ours', 'copy'],
      [round(90, 100, 200), round(50, 50, 300), round(30, 20, 250)],
    );
    expect(figureNamed(figures, 'share_of_copy')).toMatchObject({ value: 1, min: 0.9, max: 1.5 });
    expect(figureNamed(figures, 'peak_rss_mb')).toMatchObject({ value: 300, better: 'lower' });
    expect(figureNamed(figures, 'rows_per_s_copy')).toMatchObject({ value: 50, min: 20, max: 100 });
  });

  it('says null for memory that the system does not tell', () => {
    expect(figureNamed(figuresOf(['ours', 'copy'], [round(1, 1, null)]), 'peak_rss_mb')?.value).toBeNull();
  });
});

it('a row costs the same when the last files are as fast as the first', () => {
  expect(lastOverFirstThird([100, 100, 90, 90, 50, 50])).toBe(0.5);
  expect(lastOverFirstThird([100, 50])).toBeNull();
});

it('growth is between a warm worker and the end', () => {
  const samples = (...memory: number[]): MemorySample[] =>
    memory.map((workerMb, seconds) => ({ seconds, filesLoaded: 0, workerMb }));
  expect(growthMb(samples(100, 200, 300, 300, 310, 320, 330, 330))).toBe(30);
  expect(growthMb(samples(100, 200, 300))).toBeNull();
});

describe('figures of forecast', () => {
  const fitted = (fitSeconds: number, averagePrecision: number, peakMb: number | null) => ({
    fitSeconds,
    fitCpuSeconds: 2 * fitSeconds,
    scoreSeconds: 0.5,
    averagePrecision,
    peakMb,
  });
  const rounds = [
    { ours: fitted(1, 0.5, 90), 'sklearn-hgb': fitted(2, 0.4, null) },
    { ours: fitted(3, 0.6, 80), 'sklearn-hgb': fitted(1, 0.7, null) },
    { ours: fitted(1, 0.5, 70), 'sklearn-hgb': fitted(1, 0.5, null) },
  ];
  const figures = forecastFigures(['ours', 'sklearn-hgb'], rounds);
  const named = (name: string) => figures.find((one) => one.name === name);

  it('pair time and precision by round', () => {
    expect(named('fit_vs_sklearn_hgb')).toMatchObject({ value: 1, min: 0.5, max: 3, better: 'lower' });
    expect(named('ap_minus_sklearn_hgb')).toMatchObject({ value: 0, min: -0.1, max: 0.1 });
    expect(named('rows_per_s')).toMatchObject({ value: 96_000 });
  });

  it('take the worst memory, null where the system does not tell', () => {
    expect(named('peak_rss_mb')?.value).toBe(90);
    expect(named('peak_rss_mb_sklearn_hgb')?.value).toBeNull();
  });

  it('extrapolate by the power between the first and the last sample', () => {
    const samples = [
      { rows: 250, seconds: 0.5 },
      { rows: 500, seconds: 7 },
      { rows: 1000, seconds: 8 },
    ];
    expect(extrapolated(samples, 10_000)).toEqual({ power: 2, extrapolatedSeconds: 800 });
  });
});
