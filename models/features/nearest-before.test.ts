import { describe, expect, it } from 'vitest';
import { DaySpans } from './day-spans.ts';
import { DAY_MS } from './feature.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';
import { nearestBefore } from './nearest-before.ts';

const CUTOFF = MADE_UP_START + 60 * DAY_MS;

/** Every day at these minutes, an hour long unless told otherwise. */
const spansOf = (...jobs: { minute: number; minutes?: number; every?: number; knownAt?: number }[]) => {
  const histories = jobs.map(({ minute, minutes = 60, every = 1, knownAt }, j) => {
    const runs = Array.from({ length: 60 }, (_, day): MadeUpRun => {
      const startedAt = MADE_UP_START + day * DAY_MS + minute * 60_000;
      return { startedAt, durationMs: minutes * 60_000, status: 'succeeded', ...(knownAt && { knownAt }) };
    });
    return madeUpJob(
      j + 1,
      runs.filter((_, day) => day % every === 0),
    );
  });
  const spans = new DaySpans(histories, CUTOFF);
  return { spans, near: nearestBefore([...histories.keys()], spans) };
};

describe('the jobs that end last before a start', () => {
  it('are three, the nearest first', () => {
    const { near } = spansOf({ minute: 0 }, { minute: 300 }, { minute: 60 }, { minute: 120 }, { minute: 90 });
    expect(near.get(1)).toEqual([
      { job: 3, lag: 0 },
      { job: 4, lag: 0 },
      { job: 2, lag: 0 },
    ]);
  });

  it('may be those of the day before, when none of its own day is', () => {
    const { near } = spansOf({ minute: 30 }, { minute: 1300 });
    expect(near.get(0)).toEqual([{ job: 1, lag: 1 }]);
    expect(near.get(1)).toEqual([{ job: 0, lag: 0 }]);
  });

  it('do not hold one that ends later, runs on other days only, has no end or is not known', () => {
    const job = { minute: 300 };
    for (const other of [
      { minute: 270 },
      { minute: 60, every: 2 },
      { minute: 60, minutes: Number.NaN },
      { minute: 60, knownAt: CUTOFF + 1 },
    ]) {
      const near = spansOf(job, other).near.get(0)!;
      expect(near.filter(({ lag }) => lag === 0)).toEqual([]);
    }
  });

  it('are none of a job that is alone, and of no jobs', () => {
    expect(spansOf({ minute: 30 }).near.get(0)).toEqual([]);
    expect(spansOf().near.size).toBe(0);
  });
});

describe('the usual clock of a job', () => {
  it('is the median of its days, and not known without runs', () => {
    const { spans } = spansOf({ minute: 90 });
    expect(spans.clockOf(0)).toEqual({ startMs: 90 * 60_000, endMs: 150 * 60_000 });
    const { startMs, endMs } = new DaySpans([madeUpJob(1, [])], CUTOFF).clockOf(0);
    expect([startMs, endMs]).toEqual([Number.NaN, Number.NaN]);
  });
});
