import { describe, expect, it } from 'vitest';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed, selectRows } from './feature-matrix.ts';
import { calendarNamed } from './holiday-calendar.ts';
import { labelWindows } from './label-windows.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';
import { dayFeatures, featureNamed, weekFeatures } from './registry.ts';

/** Daily at 06:00 for 28 days; fails on every Monday (days 0, 7, 14, 21) and on day 27. */
const mondays: MadeUpRun[] = Array.from({ length: 28 }, (_, day) => ({
  startedAt: MADE_UP_START + day * DAY_MS + 6 * 3_600_000,
  status: day % 7 === 0 || day === 27 ? 'failed' : 'succeeded',
  durationMs: day === 27 ? 20_000 : 10_000,
  rowsWritten: day === 27 ? 50 : 100,
  expectedRows: 100,
}));
const cutoff = MADE_UP_START + 28 * DAY_MS;
const job = madeUpJob(1, mondays, { owner: 'anna', host: 'srv-1' });
const quiet = madeUpJob(2, [{ startedAt: cutoff - 10 * DAY_MS, status: 'succeeded' }], {
  owner: 'anna',
  host: 'srv-1',
});
const { week, day } = buildMatrices([job, quiet], [], [cutoff]);
const at = (name: string, row = 0, matrix = week) => columnNamed(matrix, name)[row]!;

describe('buildMatrices', () => {
  it('has one week row and seven day rows per candidate, and no row for a job that did not run for a week', () => {
    expect([week.rows, day.rows]).toEqual([1, 7]);
    expect([...day.horizon]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(week.names).toEqual(weekFeatures.map(({ name }) => name));
    expect(day.names).toEqual(dayFeatures.map(({ name }) => name));
  });

  it.each([
    ['runs_1d', 1],
    ['failed_1d', 1],
    ['runs_7d', 7],
    ['failed_7d', 2],
    ['failure_rate_7d', 2.2 / 8],
    ['runs_28d', 28],
    ['failed_28d', 5],
    ['failed_all', 5],
    ['cancelled_28d', 0],
    ['days_since_run', 0.75],
    ['days_since_failure', 0.75],
    ['age_days', 27.75],
    ['last_run_failed', 1],
    ['failure_streak', 1],
    ['success_streak', 0],
    ['duration_last', Math.log(21 / (290 / 28 + 1))],
    ['weekend_share', 8 / 28],
    ['active_days_28d', 28],
    ['failed_days_28d', 5],
    ['windows_closed', 3],
    ['windows_failed', 3],
    ['window_days_failed', 4],
    ['last_window_failed', 1],
    ['last_day_failed', 1],
    ['rows_ratio_last', 0.5],
    ['rows_ratio_7d', 6.5 / 7],
    ['owner_failure_rate_28d', 6 / 39],
    ['host_neighbours_failure_rate_7d', 1 / 10],
  ])('%s', (name, expected) => {
    expect(at(name)).toBeCloseTo(expected, 12);
  });

  it('knows the weekday of each day ahead: the first is a Monday, on which the job fails', () => {
    const rows = [0, 1, 2, 3, 4, 5, 6];
    expect(rows.map((r) => at('weekday_failed_56d', r, day))).toEqual([4, 0, 0, 0, 0, 0, 1]);
    expect(rows.map((r) => at('expected_runs', r, day))).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(rows.map((r) => at('weekend', r, day))).toEqual([0, 0, 0, 0, 0, 1, 1]);
  });

  it('marks French holidays and month ends among the days ahead', () => {
    const cutoffBeforeMay = Date.UTC(2026, 3, 29);
    const runs = [{ startedAt: cutoffBeforeMay - DAY_MS, status: 'succeeded' as const }];
    const { day: ahead } = buildMatrices([madeUpJob(1, runs)], [], [cutoffBeforeMay]);
    expect([...columnNamed(ahead, 'holiday')]).toEqual([0, 0, 1, 0, 0, 0, 0]);
    expect([...columnNamed(ahead, 'month_end')]).toEqual([1, 1, 1, 1, 0, 0, 0]);
    const holidaysBy = (name: string) => {
      const { day } = buildMatrices([madeUpJob(1, runs)], [], [cutoffBeforeMay], {
        holidays: calendarNamed(name),
      });
      return [...columnNamed(day, 'holiday')];
    };
    expect(holidaysBy('none')).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(holidaysBy('JP')).toEqual([1, 0, 0, 0, 1, 1, 1]);
  });

  it('reads the host: mean, peak and trend of the disk', () => {
    const hours = Array.from({ length: 24 * 30 }, (_, h) => MADE_UP_START + h * 3_600_000);
    const disk = {
      host: 'srv-1',
      metric: 'disk_used_percent',
      ts: Float64Array.from(hours),
      knownAt: Float64Array.from(hours),
      value: Float64Array.from(hours, (_, h) => 50 + h / 24),
    };
    const { week: withHost } = buildMatrices([job], [disk], [cutoff]);
    expect(at('host_disk_peak', 0, withHost)).toBeCloseTo(50 + 28 - 1 / 24, 9);
    expect(at('host_disk_mean', 0, withHost)).toBeCloseTo(50 + 27.5 - 0.5 / 24, 9);
    expect(at('host_disk_trend', 0, withHost)).toBeCloseTo(1, 9);
    expect(at('host_disk_peak_7d', 0, withHost)).toBeCloseTo(50 + 28 - 1 / 24, 9);
    expect(at('host_disk_days_to_full', 0, withHost)).toBeCloseTo(100 - 78, 9);
    expect(at('host_cpu_mean', 0, withHost)).toBeNaN();
  });

  it('reads the metric of the host that is told lately, not one that ended or is yet to come', () => {
    const series = (metric: string, day: number, value: number) => {
      const ts = Float64Array.of(MADE_UP_START + day * DAY_MS);
      return { host: 'srv-1', metric, ts, knownAt: ts, value: Float64Array.of(value) };
    };
    const told = [
      series('a_cpu_percent', 3, 1),
      series('b_cpu_percent', 30, 2),
      series('c_cpu_percent', 27.5, 3),
    ];
    expect(at('host_cpu_mean', 0, buildMatrices([job], told, [cutoff]).week)).toBe(3);
  });

  it('of no jobs, or no cutoffs, is empty', () => {
    expect(buildMatrices([], [], [cutoff]).week.rows).toBe(0);
    expect(buildMatrices([job], [], []).day.rows).toBe(0);
  });

  it('refuses cutoffs that are not whole days apart', () => {
    expect(() => buildMatrices([job], [], [0, 1000])).toThrow(
      'cutoffs must ascend by whole days, got 0 then 1000',
    );
  });

  it('has unique names with both languages', () => {
    expect(new Set(dayFeatures.map(({ name }) => name)).size).toBe(dayFeatures.length);
    expect(featureNamed('runs_7d').meaning.fr).toBe('passages des 7 derniers jours');
    expect(() => featureNamed('nothing')).toThrow('no feature is called "nothing"');
  });
});

describe('labelWindows', () => {
  const earlier = buildMatrices([job], [], [cutoff - 7 * DAY_MS]);

  it('is 1 where a failed run starts in the window', () => {
    expect([...labelWindows(earlier.week, [job], cutoff)]).toEqual([1]);
    expect([...labelWindows(earlier.day, [job], cutoff)]).toEqual([1, 0, 0, 0, 0, 0, 1]);
  });

  it('leaves out a failure that is known too late', () => {
    const late = { ...job, knownAt: job.knownAt.map((at, i) => (i === 27 ? cutoff + 1 : at)) };
    expect([...labelWindows(earlier.day, [late], cutoff)]).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });

  it('refuses a window that is still open', () => {
    expect(() => labelWindows(week, [job], cutoff)).toThrow('its window ends at');
  });
});

describe('on request', () => {
  it('the day matrix holds some days only, with the values they have among all', () => {
    const cutoffs = [cutoff - 7 * DAY_MS, cutoff];
    const whole = buildMatrices([job, quiet], [], cutoffs);
    const some = buildMatrices([job, quiet], [], cutoffs, { days: [1, 3] });
    expect(some.week).toEqual(whole.week);
    const wanted = [...whole.day.horizon.keys()].filter((r) => [1, 3].includes(whole.day.horizon[r]!));
    expect(some.day).toEqual(selectRows(whole.day, wanted));
    expect([...some.day.horizon.subarray(0, 4)]).toEqual([1, 3, 1, 3]);
    expect(buildMatrices([job, quiet], [], cutoffs, { days: [] })).toMatchObject({
      week: { rows: whole.week.rows },
      day: { rows: 0 },
    });
  });

  it('a job that ran longer ago, or only lately, is a candidate', () => {
    const rowsOf = (activeDays: number) => [
      ...buildMatrices([job, quiet], [], [cutoff], { activeDays }).week.jobIndex,
    ];
    expect(rowsOf(10)).toEqual([0, 1]);
    expect(rowsOf(9)).toEqual([0]);
    expect(rowsOf(0.5)).toEqual([]);
  });
});
