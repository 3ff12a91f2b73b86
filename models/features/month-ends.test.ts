import { describe, expect, it } from 'vitest';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { type MadeUpRun, madeUpJob } from './made-up-jobs.ts';
import { monthEndDays } from './month-ends.ts';

const START = Date.UTC(2026, 0, 5);
const HOUR_MS = 3_600_000;
const dateOf = (instant: number) => new Date(instant).getUTCDate();
const isFirst = (instant: number) => dateOf(instant) === 1;
const isLast = (instant: number) => isFirst(instant + DAY_MS);

const daily = (until: number, fails: (instant: number) => boolean): MadeUpRun[] =>
  Array.from({ length: Math.round((until - START) / DAY_MS) }, (_, day) => {
    const startedAt = START + day * DAY_MS + 6 * HOUR_MS;
    return { startedAt, status: fails(startedAt) ? 'failed' : 'succeeded' };
  });
const weekOf = (runs: MadeUpRun[], cutoff: number) => {
  const { week } = buildMatrices([madeUpJob(1, runs)], [], [cutoff]);
  return (name: string) => columnNamed(week, name)[0]!;
};

describe('month ends', () => {
  const cutoff = Date.UTC(2026, 3, 20);

  it('counts the last two days and the first: three closings have passed', () => {
    const at = weekOf(
      daily(cutoff, (t) => isLast(t) || dateOf(t) === 15),
      cutoff,
    );
    expect(at('month_end_days_active')).toBe(9);
    expect(at('month_end_days_failed')).toBe(3);
    // Three failing days (the 15th of each month) of the other 96.
    expect(at('month_end_failure_rate')).toBeCloseTo((3 + 3 * (4.1 / 97)) / 12, 12);
  });

  it('counts the part of a closing that has passed', () => {
    const inside = Date.UTC(2026, 3, 30);
    const at = weekOf(daily(inside, isFirst), inside);
    expect([at('month_end_days_active'), at('month_end_days_failed')]).toEqual([10, 3]);
    // The 30th and the 1st are ahead.
    expect(monthEndDays(inside)).toBe(2);
    const other = 0.1 / (115 - 10 + 1);
    expect(at('month_end_extra_ahead')).toBeCloseTo(2 * (at('month_end_failure_rate') - other), 12);
  });

  it('is the rate of the other days for a job that has not seen a month end', () => {
    const at = weekOf([{ startedAt: cutoff - DAY_MS, status: 'failed' }], cutoff);
    expect(at('month_end_failure_rate')).toBeCloseTo(1.1 / 2, 12);
  });

  it('looks back twelve months', () => {
    const later = Date.UTC(2028, 0, 20);
    const at = weekOf(
      daily(later, () => false),
      later,
    );
    expect(at('month_end_days_active')).toBe(36);
  });

  it.each([
    ['2026-04-20', 0, 10],
    ['2026-04-22', 0, 8],
    ['2026-04-23', 1, 7],
    ['2026-04-25', 3, 5],
    ['2026-04-29', 3, 1],
    ['2026-05-01', 1, 30],
    ['2026-05-02', 0, 29],
    ['2028-02-24', 3, 5],
    ['2028-02-23', 2, 6],
  ])('from %s on, the week holds %i such days, and the month ends in %i days', (date, ahead, days) => {
    const from = Date.parse(date);
    const runs: MadeUpRun[] = [{ startedAt: from - HOUR_MS, status: 'succeeded' }];
    const at = weekOf(runs, from);
    expect(monthEndDays(from)).toBe(ahead);
    if (ahead === 0) expect(at('month_end_extra_ahead')).toBe(0);
    const { day } = buildMatrices([madeUpJob(1, runs)], [], [from], { days: [1, 2] });
    expect([...columnNamed(day, 'days_to_month_end')]).toEqual([days, days - 1]);
  });

  it('goes by the days between cutoffs, named by their middle', () => {
    const evening = Date.UTC(2026, 3, 20, 18);
    // 18:30 on the 29th lies in the 24 hours whose middle is on the 30th.
    const runs = [28, 29, 30, 31, 32].map((day): MadeUpRun => {
      const startedAt = Date.UTC(2026, 2, day, 18, 30);
      return { startedAt, status: day === 29 ? 'failed' : 'succeeded' };
    });
    const at = weekOf([...runs, { startedAt: evening - DAY_MS, status: 'succeeded' }], evening);
    expect([at('month_end_days_active'), at('month_end_days_failed')]).toEqual([3, 1]);
  });
});
