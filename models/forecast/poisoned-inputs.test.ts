import { describe, expect, it } from 'vitest';
import { GATE_THRESHOLDS } from '../evaluation/gate-thresholds.ts';
import { DAY_MS } from '../features/feature.ts';
import { madeUpEstate, madeUpJob } from '../features/made-up-jobs.ts';
import { seededRandom } from '../random.ts';
import type { JobHistory } from '../records/job-history.ts';
import { checkInputs } from './poisoned-inputs.ts';
import { type PreparedSnapshot, prepareTraining } from './prepare-training.ts';
import type { Snapshot } from './snapshot.ts';

const FAILED = 2;
const estate = madeUpEstate({ jobs: 15, days: 100, seed: 8, noise: true });
const inLastDays = (at: number, days: number) => at >= estate.cutoff - days * DAY_MS;

const passedOf = (snapshot: Snapshot, change = (prepared: PreparedSnapshot) => prepared) => {
  const checks = checkInputs(change(prepareTraining(snapshot)), GATE_THRESHOLDS);
  for (const { passed, value, explanation } of checks) {
    expect(passed === null).toBe(value === null);
    expect(value).not.toBeNaN();
    expect(explanation.en).not.toMatch(/NaN|Infinity|undefined/);
  }
  return Object.fromEntries(checks.map(({ name, passed }) => [name, passed]));
};
const usual = { 'volume-usual': true, 'failures-usual': true, 'no-flood': true, 'columns-alive': true };
const withHistories = (change: (job: JobHistory, j: number) => JobHistory): Snapshot => ({
  ...estate,
  histories: estate.histories.map(change),
});
/** Runs of the last week fail with this chance. */
const failing = (chance: number): Snapshot => {
  const random = seededRandom(9);
  return withHistories((job) => ({
    ...job,
    status: job.status.map((status, i) =>
      inLastDays(job.startedAt[i]!, 7) ? (random.uniform() < chance ? FAILED : 1) : status,
    ),
  }));
};
const flood = (name: string, runs: number, daysAgo: number): JobHistory =>
  madeUpJob(
    99,
    Array.from({ length: runs }, (_, i) => ({
      startedAt: estate.cutoff - (daysAgo + i / runs) * DAY_MS,
      status: 'succeeded' as const,
    })),
    { job: name },
  );

describe('checkInputs', () => {
  it('finds nothing in estates as they are, noise or not', () => {
    expect(passedOf(estate)).toEqual(usual);
    for (let seed = 1; seed <= 6; seed++) {
      expect(passedOf(madeUpEstate({ jobs: 15, days: 60 + 20 * seed, seed })), `seed ${seed}`).toEqual(usual);
    }
  });

  it('lets drift through that a model is trained anew for, and no labels that were turned', () => {
    expect(passedOf(failing(0.15))).toEqual(usual);
    expect(passedOf(failing(0.6))).toMatchObject({ ...usual, 'failures-usual': false });
  });

  it('refuses a week that is nearly empty, or many times as full', () => {
    const empty = withHistories((job, j) => {
      const kept = [...job.startedAt.keys()].filter((i) => j === 0 || !inLastDays(job.startedAt[i]!, 7));
      const column = (values: Float64Array) => Float64Array.from(kept, (i) => values[i]!);
      return {
        ...job,
        startedAt: column(job.startedAt),
        knownAt: column(job.knownAt),
        durationMs: column(job.durationMs),
        rowsWritten: column(job.rowsWritten),
        expectedRows: column(job.expectedRows),
        status: Uint8Array.from(kept, (i) => job.status[i]!),
        error: kept.map((i) => job.error[i]!),
      };
    });
    expect(passedOf(empty)['volume-usual']).toBe(false);
    const full = { ...estate, histories: [...estate.histories, flood('new', 1_000, 2)] };
    expect(passedOf(full)).toMatchObject({ 'volume-usual': false, 'no-flood': false });
  });

  it('names who tells more than half of the runs of a week beyond its usual', () => {
    const flooded = { ...estate, histories: [...estate.histories, flood('chatty', 150, 9)] };
    expect(passedOf(flooded)).toEqual({ ...usual, 'no-flood': false });
    const [, , check] = checkInputs(prepareTraining(flooded), GATE_THRESHOLDS);
    expect(check!.explanation.en).toContain('chatty');
  });

  it('refuses columns that stand still, or repeat another, since the test began', () => {
    const broken =
      (copy: boolean) =>
      (prepared: PreparedSnapshot): PreparedSnapshot => {
        const { week, day } = prepared.matrices();
        const isTest = (r: number) => week.cutoff[r]! >= prepared.split.firstTest!;
        const columns = week.columns.map((column, f) =>
          f % 2 === 0 || f > 60
            ? column
            : column.map((value, r) => (isTest(r) ? (copy ? week.columns[0]![r]! : 7) : value)),
        );
        return { ...prepared, matrices: () => ({ week: { ...week, columns }, day }) };
      };
    expect(passedOf(estate, broken(false))).toEqual({ ...usual, 'columns-alive': false });
    expect(passedOf(estate, broken(true))).toEqual({ ...usual, 'columns-alive': false });
  });

  it('says that it does not know what is usual after a month, or of nothing', () => {
    const unknown = { 'volume-usual': null, 'failures-usual': null, 'no-flood': null };
    expect(passedOf(madeUpEstate({ jobs: 15, days: 30, seed: 1 }))).toMatchObject(unknown);
    const nothing = { ...estate, histories: [], hostSeries: [] };
    expect(passedOf(nothing)).toEqual({ ...unknown, 'columns-alive': null });
  });

  it('does not take the first failures ever for poison', () => {
    const never = withHistories((job) => ({ ...job, status: job.status.map(() => 1) }));
    never.histories[0]!.status[99] = FAILED;
    expect(passedOf(never)).toMatchObject({ 'failures-usual': true });
  });
});
