import { describe, expect, it } from 'vitest';
import { GATE_THRESHOLDS } from '../evaluation/gate-thresholds.ts';
import { buildMatrices } from '../features/build-matrices.ts';
import { DAY_MS } from '../features/feature.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { seededRandom } from '../random.ts';
import { auditLeaks } from './audit-leaks.ts';
import { knownBy } from './known-by.ts';
import { type MatrixBuilder, prepareTraining } from './prepare-training.ts';
import type { Snapshot } from './snapshot.ts';

const random = seededRandom(3);
const estate = madeUpEstate({ jobs: 12, days: 80, seed: 3 });
/** Runs and samples are told up to two days late. */
const late = (at: Float64Array) => at.map((known) => known + 2 * DAY_MS * random.uniform());
const snapshot: Snapshot = {
  ...estate,
  histories: estate.histories.map((job) => ({ ...job, knownAt: late(job.knownAt) })),
  hostSeries: estate.hostSeries.map((series) => ({ ...series, knownAt: late(series.knownAt) })),
};
const audit = (build?: MatrixBuilder, known = snapshot) =>
  auditLeaks(prepareTraining(known, build), GATE_THRESHOLDS);

describe('auditLeaks', () => {
  it('finds nothing where nothing looks ahead', () => {
    const [recomputed, columns] = audit();
    expect(recomputed).toMatchObject({ name: 'features-known-in-time', passed: true, value: 0 });
    expect(columns).toMatchObject({ name: 'no-column-tells-all', passed: true });
    expect(columns!.value).toBeGreaterThan(0.5);
  });

  it('names the feature that looks ahead', () => {
    const [recomputed] = audit((histories, hostSeries, cutoffs, options) => {
      const { week, day } = buildMatrices(histories, hostSeries, cutoffs, options);
      const last = (j: number) => histories[j]!.startedAt.at(-1)!;
      const columns = week.columns.map((column, f) =>
        week.names[f] === 'runs_7d' ? column.map((_, r) => last(week.jobIndex[r]!)) : column,
      );
      return { week: { ...week, columns }, day };
    });
    expect(recomputed).toMatchObject({ passed: false, value: 1 });
    expect(recomputed!.explanation.en).toContain('runs_7d');
  });

  it('sees rows that are there because of what came later', () => {
    const [recomputed] = audit((histories, hostSeries, cutoffs, options) =>
      buildMatrices(
        histories.map((job) => ({ ...job, knownAt: job.startedAt })),
        hostSeries,
        cutoffs,
        options,
      ),
    );
    expect(recomputed!.passed).toBe(false);
  });

  it('does not believe a column that tells failures all by itself, missing or not', () => {
    const prepared = prepareTraining(snapshot);
    const { week, day } = prepared.matrices();
    const failing = new Set<string>();
    snapshot.histories.forEach((job, j) => {
      job.startedAt.forEach((at, i) => {
        if (job.status[i] !== 2) return;
        for (const cutoff of prepared.plan.cutoffs) {
          if (at >= cutoff && at < cutoff + 7 * DAY_MS) failing.add(`${j} ${cutoff}`);
        }
      });
    });
    const answer = week.jobIndex.length;
    const column = Float64Array.from({ length: answer }, (_, r) =>
      failing.has(`${week.jobIndex[r]} ${week.cutoff[r]}`) ? Number.NaN : 1,
    );
    const told = { ...week, columns: week.columns.with(0, column) };
    const lied = { ...prepared, matrices: () => ({ week: told, day }) };
    const [, columns] = auditLeaks(lied, GATE_THRESHOLDS);
    expect(columns).toMatchObject({ passed: false, value: 1 });
    expect(columns!.explanation.fr).toContain(week.names[0]);
  });

  it('says that it does not know where there is no past forecast', () => {
    const young = knownBy(snapshot, snapshot.histories[0]!.startedAt[3]!);
    for (const check of audit(undefined, young)) expect(check).toMatchObject({ passed: null, value: null });
  });
});

describe('knownBy', () => {
  it('is what it is however often it is asked, and everything at the end', () => {
    const cutoff = snapshot.cutoff - 20 * DAY_MS;
    const then = knownBy(snapshot, cutoff);
    expect(knownBy(then, cutoff)).toEqual(then);
    expect(knownBy(knownBy(snapshot, cutoff + DAY_MS), cutoff)).toEqual(then);
    expect(knownBy(snapshot, Number.POSITIVE_INFINITY).histories).toEqual(snapshot.histories);
    for (const { startedAt, knownAt } of then.histories) {
      expect(Math.max(...startedAt)).toBeLessThan(cutoff);
      expect(Math.max(...knownAt)).toBeLessThanOrEqual(cutoff);
    }
  });
});
