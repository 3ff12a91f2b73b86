import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobHistory } from '../records/job-history.ts';
import { buildMatrices, type Matrices } from './build-matrices.ts';
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
});
const lateRun = fc
  .tuple(anyRun, fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 * 1440 })))
  .map(([run, lagMinutes]): MadeUpRun => ({ ...run, knownAt: run.startedAt + lagMinutes * 60_000 }));
const jobRuns = fc.array(lateRun, { minLength: 1, maxLength: 40 });

const NAMES = { owner: 'o', host: 'h' };
const build = (runs: MadeUpRun[][], cutoffs = CUTOFFS): Matrices =>
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
            visible(run, LAST) ? run : { ...run, status: 'failed' as const, durationMs: 1 },
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

  it('sees a leak when there is one: a run known in time does move features', () => {
    const run = { startedAt: LAST - DAY_MS, status: 'succeeded' as const };
    const failed = { startedAt: LAST - DAY_MS / 2, status: 'failed' as const };
    expect(build([[run, failed]], [LAST])).not.toEqual(build([[run]], [LAST]));
    expect(build([[run, { ...failed, knownAt: LAST + 1 }]], [LAST])).toEqual(build([[run]], [LAST]));
  });
});
