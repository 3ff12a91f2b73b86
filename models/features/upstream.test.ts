import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';

const DAYS = 100;
const CUTOFF = MADE_UP_START + DAYS * DAY_MS;
const HOUR_MS = 3_600_000;

/** Daily at an hour, ten minutes long. */
const daily = (hour: number, fails: (day: number) => boolean, more: Partial<MadeUpRun> = {}): MadeUpRun[] =>
  Array.from({ length: DAYS }, (_, day) => {
    const startedAt = MADE_UP_START + day * DAY_MS + hour * HOUR_MS;
    const status = fails(day) ? 'failed' : 'succeeded';
    return { startedAt, durationMs: 600_000, knownAt: startedAt + 600_000, status, ...more };
  });
const isBad = (day: number) => [15, 23, 37, 41, 58, 66, 79, 88].includes(day);

const followedIn = (...jobs: MadeUpRun[][]) => {
  const { week, followed } = buildMatrices(
    jobs.map((runs, j) => madeUpJob(j + 1, runs)),
    [],
    [CUTOFF],
  );
  const at = (name: string) => [...columnNamed(week, name)];
  return { followed: [...followed], at };
};

describe('the job that a job follows', () => {
  it('ends before it starts and fails on the same days', () => {
    const { followed, at } = followedIn(
      daily(3, isBad),
      daily(5, isBad),
      daily(6, (day) => day % 12 === 0),
    );
    expect(followed).toEqual([-1, 0, -1]);
    expect(at('upstream_failure_rate_28d')).toEqual([Number.NaN, 2.2 / 29, Number.NaN]);
    expect(at('upstream_last_failed')).toEqual([Number.NaN, 0, Number.NaN]);
    expect(at('upstream_success_streak')).toEqual([Number.NaN, 11, Number.NaN]);
  });

  it('may have run before midnight', () => {
    expect(
      followedIn(
        daily(23, (day) => isBad(day + 1)),
        daily(1, isBad),
      ).followed,
    ).toEqual([-1, 0]);
  });

  it('is none when it ends after the start, or long before, or when its end is not known', () => {
    const job = daily(5, isBad);
    expect(followedIn(daily(4.9, isBad), job).followed).toEqual([-1, -1]);
    expect(followedIn(daily(3, isBad, { durationMs: Number.NaN }), job).followed).toEqual([-1, -1]);
    const weekly = daily(3, isBad).filter((_, day) => day % 7 < 5 || isBad(day));
    expect(followedIn(weekly, job).followed).toEqual([-1, -1]);
  });

  it('needs fewer failures where it is the last to end before the start', () => {
    const rarely = (day: number) => [20, 50, 80].includes(day);
    // Thirty others that fail on days of their own make three failures together too few for a pair far apart.
    const others = Array.from({ length: 30 }, (_, j) => daily(8 + j / 10, (day) => day % 30 === j));
    expect(followedIn(daily(3, rarely), daily(5, rarely), ...others).followed[1]).toBe(0);
    const between = [3.5, 3.7, 3.9, 4.1].map((hour) => daily(hour, (day) => day % 33 === 7));
    expect(followedIn(daily(3, rarely), daily(5, rarely), ...between, ...others).followed[1]).toBe(-1);
  });

  it('is none for two outages that overlap', () => {
    const outage = (from: number, to: number) => (day: number) => day >= from && day < to;
    expect(followedIn(daily(3, outage(40, 60)), daily(5, outage(40, 62))).followed).toEqual([-1, -1]);
  });

  it('is none for two failures together, and one for what failed alone now and then as well', () => {
    const twice = (day: number) => day === 30 || day === 60;
    expect(followedIn(daily(3, twice), daily(5, twice)).followed).toEqual([-1, -1]);
    const { followed } = followedIn(
      daily(3, isBad),
      daily(5, (day) => isBad(day) || day % 25 === 0),
    );
    expect(followed).toEqual([-1, 0]);
  });

  it('is known only when its runs are', () => {
    const late = daily(3, isBad).map((run) => ({ ...run, knownAt: CUTOFF + 1 }));
    expect(followedIn(late, daily(5, isBad)).followed).toEqual([-1]);
  });

  it('is found by chance in fewer than one estate in a hundred', () => {
    let chains = 0;
    for (let seed = 0; seed < 100; seed++) {
      const random = seededRandom(seed);
      const jobs = Array.from({ length: 20 }, (_, j) => daily(j, () => random.uniform() < 0.1));
      chains += followedIn(...jobs).followed.filter((other) => other >= 0).length;
    }
    expect(chains).toBeLessThanOrEqual(1);
  });
});
