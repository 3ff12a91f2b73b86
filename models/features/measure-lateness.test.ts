import { describe, expect, it } from 'vitest';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';

const MINUTE_MS = 60_000;
const CUTOFF = MADE_UP_START + 30 * DAY_MS;

/** Runs at these minutes of the last days, the last list is that of yesterday. */
const at = (days: readonly (readonly number[])[], more: Partial<MadeUpRun> = {}): MadeUpRun[] =>
  days.flatMap((minutes, i) =>
    minutes.map((minute): MadeUpRun => {
      const startedAt = CUTOFF - (days.length - i) * DAY_MS + minute * MINUTE_MS;
      return {
        startedAt,
        durationMs: MINUTE_MS,
        knownAt: startedAt + MINUTE_MS,
        status: 'succeeded',
        ...more,
      };
    }),
  );
const latenessOf = (runs: MadeUpRun[]) => {
  const { week } = buildMatrices([madeUpJob(1, runs)], [], [CUTOFF]);
  return ['start_offset_last', 'start_spread', 'arrival_delay_trend'].map(
    (name) => columnNamed(week, name)[0]!,
  );
};

describe('lateness', () => {
  it('is the distance of the last start from the usual minute of the day', () => {
    expect(latenessOf(at([[360], [350], [370], [360], [405]])).slice(0, 2)).toEqual([45, 5]);
    expect(latenessOf(at([[360], [360], [360], [300]])).slice(0, 2)).toEqual([-60, 0]);
  });

  it('goes round the clock: midnight is five minutes late on 23:55', () => {
    expect(latenessOf(at([[1435], [1435], [1435], [0]]))[0]).toBe(5);
    expect(latenessOf(at([[5], [1435], [1435], [10]]))[0]).toBe(15);
  });

  it('is measured from the slot of the last start where there are several', () => {
    const two = [360, 1080];
    expect(latenessOf(at([two, two, two, two, [360, 1100]])).slice(0, 2)).toEqual([20, 0]);
  });

  it('is not known of one that runs every three hours, nor of one with three runs', () => {
    const often = Array.from({ length: 8 }, (_, k) => k * 180);
    expect(latenessOf(at([often, often, often]))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(latenessOf(at([[360], [360], [360]])).slice(0, 2)).toEqual([Number.NaN, Number.NaN]);
  });

  it('tells when runs are heard of later than they were', () => {
    const days = Array.from({ length: 28 }, () => [360]);
    const arriving = at(days).map((run, i) => ({
      ...run,
      knownAt: run.startedAt + MINUTE_MS + (i < 21 ? 9_000 : 99_000),
    }));
    expect(latenessOf(arriving)[2]).toBeCloseTo(Math.log(10), 12);
    expect(latenessOf(at(days))[2]).toBe(0);
    expect(latenessOf(at(days, { durationMs: Number.NaN }))[2]).toBeNaN();
  });
});
