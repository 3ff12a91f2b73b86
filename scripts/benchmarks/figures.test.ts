import { describe, expect, it } from 'vitest';
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
