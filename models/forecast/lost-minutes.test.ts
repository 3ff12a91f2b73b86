import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from '../features/made-up-jobs.ts';
import { expectedLostMinutes, minutesPerFailure } from './lost-minutes.ts';
import { readPastRuns } from './past-runs.ts';

const HOUR_MS = 3_600_000;
const hourly = (word: string): MadeUpRun[] =>
  [...word].map((letter, i) => ({
    startedAt: MADE_UP_START + i * HOUR_MS,
    status: ({ s: 'succeeded', f: 'failed', c: 'cancelled', r: 'running' } as const)[letter as 's']!,
  }));
const cutoff = MADE_UP_START + 7 * DAY_MS;

describe('readPastRuns', () => {
  it('counts what followed what, and what each failure cost until the next run', () => {
    expect(readPastRuns(madeUpJob(1, hourly('ssffsfs')), cutoff)).toEqual({
      afterGood: 3,
      failedAfterGood: 2,
      afterFailed: 3,
      failedAfterFailed: 1,
      lastFailed: false,
      runsPerDay: 7,
      lossesMs: [HOUR_MS, HOUR_MS, HOUR_MS],
    });
  });

  it('adds up to the time from the first failure to the success, cancelled and unfinished runs left out', () => {
    const { lossesMs } = readPastRuns(madeUpJob(1, hourly('sfcfrsss')), cutoff);
    expect(lossesMs).toEqual([2 * HOUR_MS, 2 * HOUR_MS]);
  });

  it('does not see what started or became known later than the cutoff', () => {
    const runs = hourly('sfsfs');
    const at = runs[2]!.startedAt + 1;
    const before = readPastRuns(madeUpJob(1, runs.slice(0, 3)), at);
    expect(readPastRuns(madeUpJob(1, runs), at)).toEqual(before);
    const late = runs.map((run, i) => (i === 1 ? { ...run, knownAt: cutoff + 1 } : run));
    expect(readPastRuns(madeUpJob(1, late), cutoff).afterFailed).toBe(1);
  });

  it('holds a failure before a long rest to a week, and the last failure open', () => {
    const rest = [
      { startedAt: MADE_UP_START, status: 'failed' as const },
      { startedAt: MADE_UP_START + 90 * DAY_MS, status: 'failed' as const },
    ];
    const past = readPastRuns(madeUpJob(1, rest), MADE_UP_START + 100 * DAY_MS);
    expect(past).toMatchObject({ lossesMs: [7 * DAY_MS], lastFailed: true });
    expect(readPastRuns(madeUpJob(1, []), cutoff)).toMatchObject({ runsPerDay: 1, lossesMs: [] });
  });
});

describe('minutesPerFailure', () => {
  const minutes = (...list: number[]) => list.map((minute) => minute * 60_000);

  it('is the median of the job, drawn towards its group the more the less it failed', () => {
    const jobs = [
      { owner: 'ann', lossesMs: minutes(...new Array(997).fill(10)) },
      { owner: 'ann', lossesMs: minutes(1000) },
      { owner: 'ann', lossesMs: minutes(100, 100, 100) },
      { owner: 'ann', lossesMs: [] },
      { owner: 'bob', lossesMs: [] },
    ];
    const [often, once, thrice, never, other] = minutesPerFailure(jobs);
    expect(often).toBeCloseTo(10 * 10 ** (3 / 1000), 9);
    expect(once).toBeCloseTo(1000 ** 0.25 * 100 ** 0.75, 9);
    expect(thrice).toBeCloseTo(100, 9);
    expect(never).toBe(100);
    expect(other).toBe(100);
  });

  it('is not moved by one failure that took very long', () => {
    const [found] = minutesPerFailure([{ owner: null, lossesMs: minutes(5, 5, 5, 5, 10_000) }]);
    expect(found).toBeCloseTo(5, 9);
  });

  it('is not known where nobody failed', () => {
    expect(minutesPerFailure([{ owner: null, lossesMs: [] }])).toEqual([null]);
    expect(minutesPerFailure([])).toEqual([]);
    expect(expectedLostMinutes(2, null)).toBeNull();
    expect(expectedLostMinutes(2, 30)).toBe(60);
    expect(expectedLostMinutes(500, 60)).toBe(10_080);
  });
});
