import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { type Chain, dayProbabilities, weekProbability } from './forecast-chain.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';

const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const chains: fc.Arbitrary<Chain> = fc.record({
  afterGood: share,
  afterFailed: share,
  stepsPerDay: fc.integer({ min: 1, max: 2 }),
  lastFailed: fc.boolean(),
});
const week = fc.array(fc.oneof(share, fc.constantFrom(0, 1)), { minLength: 7, maxLength: 7 });

/** Adds up all that can happen, step by step: probability that a step fails on each day, and on any. */
function enumerate(chain: Chain, active: number[]): { days: number[]; any: number } {
  const days = new Array<number>(7).fill(0);
  let any = 0;
  const walk = (
    day: number,
    step: number,
    failed: boolean,
    today: boolean,
    ever: boolean,
    weight: number,
  ) => {
    if (day === 7) {
      if (ever) any += weight;
      return;
    }
    if (step === 0) {
      walk(day + 1, 0, failed, false, ever, weight * (1 - active[day]!));
      if (active[day] === 0) return;
    }
    const fails = failed ? chain.afterFailed : chain.afterGood;
    const reach = step === 0 ? weight * active[day]! : weight;
    for (const [next, probability] of [
      [true, fails],
      [false, 1 - fails],
    ] as const) {
      const failedToday = today || next;
      if (step + 1 < chain.stepsPerDay)
        walk(day, step + 1, next, failedToday, ever || next, reach * probability);
      else {
        if (failedToday) days[day]! += reach * probability;
        walk(day + 1, 0, next, false, ever || next, reach * probability);
      }
    }
  };
  walk(0, 0, chain.lastFailed, false, false, 1);
  return { days, any };
}

describe('a chain of runs or days', () => {
  it('gives a week the probability that adding up all cases gives', () => {
    fc.assert(
      fc.property(chains, week, (chain, active) => {
        expect(weekProbability(chain, active)).toBeCloseTo(enumerate(chain, active).any, 10);
      }),
      { numRuns: 30 },
    );
  });

  it('gives each day the probability that adding up all cases gives', () => {
    fc.assert(
      fc.property(chains, week, (chain, active) => {
        const { days } = enumerate(chain, active);
        dayProbabilities(chain, active).forEach((probability, d) => {
          expect(probability).toBeCloseTo(days[d]!, 10);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('stays a number when a chain swings and days have no whole number of runs', () => {
    const chain = { afterGood: 0.9, afterFailed: 0.1, stepsPerDay: 2.4, lastFailed: false };
    const probabilities = dayProbabilities(chain, new Array(7).fill(0.7));
    expect(probabilities.every((p) => p > 0 && p < 1)).toBe(true);
  });

  it('does not fail when it does not run', () => {
    const chain = { afterGood: 0.5, afterFailed: 0.9, stepsPerDay: 3, lastFailed: true };
    const never = new Array(7).fill(0);
    expect(weekProbability(chain, never)).toBe(0);
    expect(dayProbabilities(chain, never)).toEqual(never);
  });
});

describe('the odds of a window', () => {
  const daily = (failsOn: (day: number) => boolean, days = 42): MadeUpRun[] =>
    Array.from({ length: days }, (_, day) => ({
      startedAt: MADE_UP_START + day * DAY_MS + 6 * 3_600_000,
      status: failsOn(day) ? 'failed' : 'succeeded',
    }));
  const cutoff = MADE_UP_START + 42 * DAY_MS;
  const oddsOf = (jobs: MadeUpRun[][]) => {
    const { week, day } = buildMatrices(
      jobs.map((runs, j) => madeUpJob(j + 1, runs)),
      [],
      [cutoff],
    );
    return (name: string, job: number, horizonDay = 0) =>
      horizonDay === 0 ? columnNamed(week, name)[job]! : columnNamed(day, name)[job * 7 + horizonDay - 1]!;
  };

  it('are higher for a job that broke last week and stays broken than for one that failed once long ago', () => {
    const odds = oddsOf([daily((day) => day >= 37), daily((day) => day === 10), daily(() => false)]);
    for (const name of ['week_odds_days', 'week_odds_days_recent', 'week_odds_runs', 'week_odds_runs_28d']) {
      expect(odds(name, 0)).toBeGreaterThan(odds(name, 1));
      expect(odds(name, 1)).toBeGreaterThanOrEqual(odds(name, 2));
    }
  });

  it('fall from day to day while a failure is mended with time', () => {
    const odds = oddsOf([daily((day) => day % 14 >= 12), daily(() => false)]);
    const days = [1, 2, 3, 4, 5, 6, 7].map((day) => odds('day_odds_days', 0, day));
    expect(days).toEqual(days.toSorted((a, b) => b - a));
  });

  it('know on which weekdays a job runs', () => {
    const mondays = daily(() => false).filter((_, day) => day % 7 === 0);
    const odds = oddsOf([mondays, daily(() => false)]);
    // The cutoff is a Monday: day 1 is one, day 2 is none.
    expect(odds('day_odds_active', 0, 1)).toBeGreaterThan(0);
    expect(odds('day_odds_active', 0, 2)).toBeLessThan(-1);
  });

  it('that it runs in a week are those that it runs on any of its days', () => {
    const mondays = daily((day) => day % 21 === 0).filter((_, day) => day % 7 === 0);
    const odds = oddsOf([mondays, daily(() => false)]);
    const never = [1, 2, 3, 4, 5, 6, 7].reduce(
      (product, day) => product / (1 + Math.exp(odds('day_odds_active', 0, day))),
      1,
    );
    expect(odds('week_odds_active', 0)).toBeCloseTo(Math.log((1 - never) / never), 9);
  });

  it('of a job of which nothing is known are those of all jobs', () => {
    const once: MadeUpRun[] = [{ startedAt: cutoff - DAY_MS, status: 'succeeded' }];
    const many = Array.from({ length: 20 }, () => daily((day) => day % 5 === 0));
    const odds = oddsOf([...many, once]);
    expect(1 / (1 + Math.exp(-odds('odds_run_failure', 20)))).toBeCloseTo(0.2, 1);
  });
});

describe('at month ends', () => {
  const dayOfMonth = (day: number) => new Date(MADE_UP_START + day * DAY_MS).getUTCDate();
  const isMonthEnd = (day: number) =>
    dayOfMonth(day) === 1 || dayOfMonth(day + 1) === 1 || dayOfMonth(day + 2) === 1;
  const days = Array.from({ length: 210 }, (_, day) => day);
  const runs = (of: number[], fails: (day: number) => boolean): MadeUpRun[] =>
    of.map((day) => ({
      startedAt: MADE_UP_START + day * DAY_MS + 3_600_000,
      status: fails(day) ? ('failed' as const) : ('succeeded' as const),
    }));
  const everyDay = (fails: (day: number) => boolean) => runs(days, fails);
  // The last day of a month, then three weeks without an end of one.
  const last = days.findLast((day) => day < 200 && dayOfMonth(day + 1) === 1)!;
  const cutoffs = [last - 3, last + 4].map((day) => MADE_UP_START + day * DAY_MS);
  const oddsOf = (jobs: MadeUpRun[][], name: string) => {
    const { week } = buildMatrices(
      jobs.map((list, j) => madeUpJob(j + 1, list)),
      [],
      cutoffs,
    );
    const column = columnNamed(week, name);
    return (job: number) =>
      cutoffs.map((cutoff) => {
        const row = week.jobIndex.findIndex((index, r) => index === job && week.cutoff[r] === cutoff);
        return row < 0 ? Number.NaN : column[row]!;
      });
  };

  it('a job that fails then is likelier to fail in a week that holds one', () => {
    const quiet = Array.from({ length: 20 }, (_, j) => everyDay((day) => day % 70 === j));
    const level = oddsOf(
      [everyDay((day) => isMonthEnd(day) && day % 2 === 0), ...quiet],
      'week_odds_level',
    )(0);
    expect(level[0]! - level[1]!).toBeGreaterThan(1);
    const usual = oddsOf([everyDay((day) => day % 20 === 0), ...quiet], 'week_odds_level')(0);
    expect(Math.abs(usual[0]! - usual[1]!)).toBeLessThan(0.5);
  });

  it('a job that runs only then is not expected after them', () => {
    const active = oddsOf(
      [runs(days.filter(isMonthEnd), () => false), everyDay(() => false)],
      'week_odds_active',
    );
    expect(active(0)[1]).toBeLessThan(-2);
    expect(active(1)[1]).toBeGreaterThan(4);
  });
});
