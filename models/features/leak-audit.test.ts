import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobHistory } from '../records/job-history.ts';
import { type BuiltMatrices, buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';

const CUTOFFS = [35, 42, 49].map((day) => MADE_UP_START + day * DAY_MS);
const LAST = CUTOFFS.at(-1)!;

const anyRun: fc.Arbitrary<MadeUpRun> = fc.record({
  startedAt: fc.integer({ min: 0, max: 60 * 1440 }).map((minute) => MADE_UP_START + minute * 60_000),
  knownAt: fc.constant(0),
  status: fc.constantFrom('running', 'succeeded', 'succeeded', 'failed', 'cancelled'),
  durationMs: fc.integer({ min: 0, max: 3_600_000 }),
  rowsWritten: fc.integer({ min: 0, max: 1000 }),
  expectedRows: fc.constant(500),
  error: fc.constantFrom('disk full: 17 MB left', 'disk full: 3 MB left', 'timeout', 'exit code 1', ''),
});
const lateRun = fc
  .tuple(anyRun, fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 * 1440 })))
  .map(([run, lagMinutes]): MadeUpRun => ({ ...run, knownAt: run.startedAt + lagMinutes * 60_000 }));
const jobRuns = fc.array(lateRun, { minLength: 1, maxLength: 40 });

const NAMES = { owner: 'o', host: 'h' };
const build = (runs: MadeUpRun[][], cutoffs = CUTOFFS): BuiltMatrices =>
  buildMatrices(
    runs.map((list, j): JobHistory => madeUpJob(j + 1, list, NAMES)),
    [],
    cutoffs,
  );

const visible = (run: MadeUpRun, cutoff: number) => run.startedAt < cutoff && run.knownAt! <= cutoff;

/** Adds what cannot be known at the last cutoff to what can. */
describe('leak audit', () => {
  it('moves no feature when runs that happen or arrive after the cutoff are dropped', () => {
    fc.assert(
      fc.property(fc.array(jobRuns, { minLength: 1, maxLength: 4 }), (jobs) => {
        const known = jobs.map((runs) => runs.filter((run) => visible(run, LAST)));
        expect(build(known, [LAST])).toEqual(build(jobs, [LAST]));
      }),
      { numRuns: 150 },
    );
  });

  it('moves no feature when such runs are added or changed', () => {
    const future = fc.record({ job: fc.nat(3), run: lateRun, worse: fc.boolean() });
    fc.assert(
      fc.property(fc.array(jobRuns, { minLength: 4, maxLength: 4 }), fc.array(future), (jobs, additions) => {
        const changed = jobs.map((runs, j) => [
          ...runs.map((run) =>
            visible(run, LAST) ? run : { ...run, status: 'failed' as const, durationMs: 1, error: 'timeout' },
          ),
          ...additions.filter(({ job, run }) => job === j && !visible(run, LAST)).map(({ run }) => run),
        ]);
        expect(build(changed, [LAST])).toEqual(build(jobs, [LAST]));
      }),
      { numRuns: 150 },
    );
  });

  it('gives at each of several cutoffs what it gives at that cutoff alone', () => {
    fc.assert(
      fc.property(fc.array(jobRuns, { minLength: 1, maxLength: 3 }), (jobs) => {
        const together = build(jobs).week;
        for (const cutoff of CUTOFFS) {
          const alone = build(jobs, [cutoff]).week;
          const rows = Array.from(together.cutoff.keys()).filter((r) => together.cutoff[r] === cutoff);
          expect(rows.length).toBe(alone.rows);
          together.columns.forEach((column, f) => {
            rows.forEach((r, i) => {
              const expected = alone.columns[f]![i]!;
              if (Number.isNaN(expected)) expect(column[r]).toBeNaN();
              else expect(column[r]).toBeCloseTo(expected, 9);
            });
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  /** A job that fails with the one before it, so that one follows the other. */
  const chainRun = (day: number, hour: number, fails: boolean, lateDays: number): MadeUpRun => {
    const startedAt = MADE_UP_START + day * DAY_MS + hour * 3_600_000;
    const knownAt = startedAt + 60_000 + lateDays * DAY_MS;
    return { startedAt, knownAt, durationMs: 60_000, status: fails ? 'failed' : 'succeeded' };
  };
  const chain = fc.record({
    failing: fc.uniqueArray(fc.nat(29), { minLength: 5, maxLength: 8 }),
    lateDays: fc.array(fc.constantFrom(0, 0, 0, 1, 30), { minLength: 60, maxLength: 60 }),
  });

  it('learns which job follows which from what is known at the cutoff', () => {
    let followers = 0;
    fc.assert(
      fc.property(chain, ({ failing, lateDays }) => {
        const jobs = [3, 5].map((hour) =>
          // Every other day: no failure follows upon another.
          lateDays.map((late, day) => chainRun(day, hour, day % 2 === 0 && failing.includes(day / 2), late)),
        );
        // Told of when all is over; by them the second would start before the first.
        for (let day = 0; day < 60; day++) jobs[1]!.push(chainRun(day, 1, false, 100));
        const known = jobs.map((runs) => runs.filter((run) => visible(run, LAST)));
        const built = build(jobs, [LAST]);
        expect(build(known, [LAST])).toEqual(built);
        followers += built.followed.filter((other) => other >= 0).length;
        const together = build(jobs);
        for (const cutoff of CUTOFFS) {
          const rows = [...together.week.cutoff.keys()].filter((r) => together.week.cutoff[r] === cutoff);
          expect(rows.map((r) => together.followed[r])).toEqual([...build(jobs, [cutoff]).followed]);
        }
      }),
      { numRuns: 60 },
    );
    expect(followers).toBeGreaterThan(20);
  });

  it('sees a leak when there is one: a run known in time does move features', () => {
    const run = { startedAt: LAST - DAY_MS, status: 'succeeded' as const };
    const failed = { startedAt: LAST - DAY_MS / 2, status: 'failed' as const };
    expect(build([[run, failed]], [LAST])).not.toEqual(build([[run]], [LAST]));
    expect(build([[run, { ...failed, knownAt: LAST + 1 }]], [LAST])).toEqual(build([[run]], [LAST]));
  });
});
