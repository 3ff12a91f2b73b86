import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { advanceDay, createEstate, type Estate, type EstateDay } from './estate.ts';
import { DAY_MS, type EstateOptions } from './options.ts';
import { plannedMinutes } from './schedule.ts';

function simulate(given: Partial<EstateOptions>): { estate: Estate; days: EstateDay[] } {
  const estate = createEstate(given);
  const days = Array.from({ length: estate.options.days }, () => advanceDay(estate));
  return { estate, days };
}

const hashOf = (given: Partial<EstateOptions>) =>
  createHash('sha256')
    .update(JSON.stringify(simulate({ days: 20, ...given }).days))
    .digest('hex');

test('the same options give the same world, another seed another', () => {
  expect(hashOf({ seed: 5 })).toBe(hashOf({ seed: 5 }));
  expect(hashOf({ seed: 6 })).not.toBe(hashOf({ seed: 5 }));
});

test('a world of one job on one server runs', () => {
  const { days } = simulate({ jobs: 1, hosts: 1, days: 10 });
  expect(days.flatMap((day) => day.truth)).toHaveLength(10);
  expect(days.flatMap((day) => day.samples)).toHaveLength(10 * 72 * 4);
});

describe('the default estate', () => {
  let estate: Estate;
  let days: EstateDay[];
  beforeAll(() => {
    ({ estate, days } = simulate({}));
  }, 60_000);

  test('has the promised size, share of failed runs and share of job-weeks with a failure', () => {
    const runs = days.flatMap((day) => day.runs);
    expect(runs.length).toBeGreaterThan(60_000);
    expect(runs.length).toBeLessThan(120_000);
    expect(days.reduce((sum, day) => sum + day.samples.length, 0)).toBe(414_720);
    const failed = runs.filter((run) => run.status === 'failed').length;
    expect(failed / runs.length).toBeGreaterThan(0.03);
    expect(failed / runs.length).toBeLessThan(0.06);

    const weeks = new Map<string, boolean>();
    for (const { day, truth, runs: ofDay } of days) {
      const week = Math.floor(day.index / 7);
      for (const { job, plannedRuns } of truth) {
        if (plannedRuns > 0 && !weeks.has(`${job}/${week}`)) weeks.set(`${job}/${week}`, false);
      }
      for (const run of ofDay) if (run.status === 'failed') weeks.set(`${run.job}/${week}`, true);
    }
    const share = [...weeks.values()].filter(Boolean).length / weeks.size;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.3);
  });

  test('runs exactly what the schedules plan, holidays included, each within its day', () => {
    let holidays = 0;
    for (const { day, runs, truth } of days) {
      if (day.isHoliday) holidays++;
      const firstAttempts = new Map<string, number>();
      for (const run of runs) {
        if (run.attempt === 1) firstAttempts.set(run.job, (firstAttempts.get(run.job) ?? 0) + 1);
        expect(run.startedAt >= day.startMs && run.startedAt < day.startMs + DAY_MS).toBe(true);
      }
      for (const job of estate.jobs) {
        const exists = day.index >= job.firstDay && day.index <= (job.lastDay ?? day.index);
        const planned = exists ? plannedMinutes(job.schedule, day).length : 0;
        expect(firstAttempts.get(job.name) ?? 0, `${job.name} on ${day.date}`).toBe(planned);
        expect(truth[job.index]!.plannedRuns).toBe(planned);
      }
    }
    // Toussaint, Armistice, Noël, Nouvel An.
    expect(holidays).toBe(4);
  });

  test('no run starts before the run it waits for has ended', () => {
    const broken: string[] = [];
    let checked = 0;
    for (const { runs } of days) {
      const ofJob = Map.groupBy(runs, (run) => run.job);
      for (const job of estate.jobs) {
        const own = ofJob.get(job.name) ?? [];
        if (job.upstream === null || own.length === 0) continue;
        const slot = own[0]!.runId.split('.')[1]!;
        const before = (ofJob.get(estate.jobs[job.upstream]!.name) ?? []).filter(
          (run) => run.runId.split('.')[1]! <= slot,
        );
        const last = before.at(-1);
        if (last === undefined) continue;
        checked++;
        if (own[0]!.startedAt < last.endedAt!) broken.push(own[0]!.runId);
      }
    }
    expect(checked).toBeGreaterThan(3000);
    expect(broken).toEqual([]);
  });

  test('a failed upstream makes failures and called-off runs more likely', () => {
    const after = { good: { runs: 0, bad: 0 }, bad: { runs: 0, bad: 0 } };
    for (const { runs } of days) {
      const lastOf = new Map(runs.map((run) => [run.job, run]));
      for (const job of estate.jobs) {
        const upstream = job.upstream === null ? undefined : estate.jobs[job.upstream];
        if (upstream?.schedule.kind !== 'daily' || !lastOf.has(job.name)) continue;
        const side = lastOf.get(upstream.name)!.status === 'succeeded' ? after.good : after.bad;
        side.runs++;
        if (lastOf.get(job.name)!.status !== 'succeeded') side.bad++;
      }
    }
    expect(after.bad.runs).toBeGreaterThan(50);
    expect(after.bad.bad / after.bad.runs).toBeGreaterThan(5 * (after.good.bad / after.good.runs));
  });

  test('every failed run has an error, and no other run has one', () => {
    for (const { runs } of days)
      for (const run of runs) expect(run.error !== '').toBe(run.status === 'failed');
  });

  test('failures for want of disk happen on full disks', () => {
    const diskOf = new Map<string, number>();
    for (const { samples } of days) {
      for (const sample of samples) {
        if (sample.metric === 'disk_used_percent') diskOf.set(`${sample.host}/${sample.ts}`, sample.value);
      }
    }
    const levels = days
      .flatMap((day) => day.runs)
      .filter((run) => run.error.includes('No space left on device') && run.attempt === 1)
      // A frequent job may carry the failure on for hours after somebody made space.
      .filter((run) => estate.jobs.find((job) => job.name === run.job)!.schedule.kind !== 'every')
      .map((run) => diskOf.get(`${run.host}/${Math.ceil(run.startedAt / 1_200_000) * 1_200_000}`)!);
    expect(levels.length).toBeGreaterThan(30);
    const full = levels.filter((level) => level > 94).length;
    expect(full / levels.length).toBeGreaterThan(0.7);
  });
});

describe('the true hazards', () => {
  const rows: { hazard: number; failed: number; rate: number; cause: string }[] = [];
  beforeAll(() => {
    for (const seed of [1, 2, 3]) {
      const { days } = simulate({ seed });
      const ofJob = new Map<string, { failed: number; days: number }>();
      const own: { job: string; hazard: number; failed: number; cause: string }[] = [];
      for (const { runs, truth } of days) {
        const failed = new Set(runs.filter((run) => run.status === 'failed').map((run) => run.job));
        for (const { job, hazard, plannedRuns, cause } of truth) {
          if (plannedRuns === 0) continue;
          const label = failed.has(job) ? 1 : 0;
          const sums = ofJob.get(job) ?? { failed: 0, days: 0 };
          ofJob.set(job, { failed: sums.failed + label, days: sums.days + 1 });
          own.push({ job, hazard, failed: label, cause: cause! });
        }
      }
      for (const { job, ...row } of own) {
        rows.push({ ...row, rate: ofJob.get(job)!.failed / ofJob.get(job)!.days });
      }
    }
  }, 60_000);

  /** Standard normal when the hazards are true: each day's failures have exactly these means and variances. */
  const deviation = (part: typeof rows, hazardOf = (row: (typeof rows)[number]) => row.hazard) => {
    const sum = (value: (row: (typeof rows)[number]) => number) =>
      part.reduce((total, row) => total + value(row), 0);
    return (
      sum((row) => row.failed - hazardOf(row)) / Math.sqrt(sum((row) => hazardOf(row) * (1 - hazardOf(row))))
    );
  };
  const deciles = () => {
    const sorted = rows.toSorted((a, b) => a.hazard - b.hazard);
    return Array.from({ length: 10 }, (_, k) =>
      sorted.slice(Math.floor((k * rows.length) / 10), Math.floor(((k + 1) * rows.length) / 10)),
    );
  };

  test('match the observed frequency in every decile, and together', () => {
    expect(rows.length).toBeGreaterThan(50_000);
    const deviations = deciles().map((part) => deviation(part));
    for (const found of deviations) expect(Math.abs(found)).toBeLessThan(3.5);
    // The 0.999 quantile of chi-square with 10 degrees of freedom is 29.6.
    expect(deviations.reduce((sum, found) => sum + found * found, 0)).toBeLessThan(29.6);
  });

  test('match for every cause', () => {
    const byCause = Map.groupBy(rows, (row) => row.cause);
    expect(byCause.size).toBe(9);
    for (const [cause, part] of byCause) expect(Math.abs(deviation(part)), cause).toBeLessThan(3.5);
  });

  test('would be caught if they were a tenth too high', () => {
    const wrong = deciles().map((part) => deviation(part, (row) => Math.min(0.99, row.hazard * 1.1)));
    expect(wrong.reduce((sum, found) => sum + found * found, 0)).toBeGreaterThan(29.6);
  });

  test('tell much more than how often a job fails', () => {
    const brier = (forecast: (row: (typeof rows)[number]) => number) =>
      rows.reduce((sum, row) => sum + (forecast(row) - row.failed) ** 2, 0) / rows.length;
    expect(brier((row) => row.hazard)).toBeLessThan(0.9 * brier((row) => row.rate));
  });
});
