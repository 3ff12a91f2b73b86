import type { GateSlice } from '../evaluation/check-slices.ts';
import { columnNamed } from '../features/feature-matrix.ts';
import { type HostOf, hostWeeks } from './gate-input.ts';
import { matricesAt, type PreparedSnapshot } from './prepare-training.ts';
import type { TestPredictions } from './test-predictions.ts';
import { youngJobs } from './young-jobs.ts';

type Name = GateSlice['name'];

/**
 * The test in slices: by criticality, owner and server of the job, rows after a failed week and rows after a quiet
 * one, young jobs, and the days of the day head. All but the days are of the week rows.
 *
 * @param theirs forecasts of the same rows by the rival
 * @throws Error when the rows are not those of the snapshot's test
 */
export function gateSlices(
  prepared: PreparedSnapshot,
  ours: TestPredictions,
  theirs: TestPredictions,
): GateSlice[] {
  const { histories, split, matrices } = prepared;
  const { week } = matricesAt(matrices(), split.test);
  const jobOf = new Map(histories.map((job) => [job.jobId, job]));
  const hostOf: HostOf = (jobId) => jobOf.get(jobId)?.host ?? null;
  const failedBefore = columnNamed(week, 'last_window_failed');
  const isYoung = youngJobs(week);
  const rowsOf = new Map<string, { name: Name; rows: number[] }>();
  const add = (name: Name, row: number) => {
    const slice = rowsOf.get(name.en) ?? { name, rows: [] };
    rowsOf.set(name.en, slice);
    slice.rows.push(row);
  };
  let weekRow = 0;
  ours.horizon.forEach((horizon, r) => {
    if (horizon > 0) {
      add({ en: `day ${horizon} ahead`, fr: `jour ${horizon}` }, r);
      return;
    }
    const job = jobOf.get(ours.jobId[r]!);
    if (job === undefined || histories[week.jobIndex[weekRow] ?? -1] !== job) {
      throw new Error(`slices: row ${r}: expected the test of the snapshot, found job ${ours.jobId[r]}`);
    }
    add({ en: `criticality ${job.criticality}`, fr: `criticité ${job.criticality}` }, r);
    if (job.owner !== null) add({ en: `owner ${job.owner}`, fr: `propriétaire ${job.owner}` }, r);
    if (job.host !== null) add({ en: `server ${job.host}`, fr: `serveur ${job.host}` }, r);
    add(
      failedBefore[weekRow] === 1
        ? { en: 'jobs that failed the week before', fr: 'jobs en échec la semaine précédente' }
        : { en: 'jobs without a failure the week before', fr: 'jobs sans échec la semaine précédente' },
      r,
    );
    if (isYoung[weekRow] === 1) add({ en: 'young jobs', fr: 'jobs récents' }, r);
    weekRow += 1;
  });
  return [...rowsOf.values()].map(({ name, rows }) => ({
    name,
    labels: Uint8Array.from(rows, (r) => ours.label[r]!),
    ours: Float64Array.from(rows, (r) => ours.probability[r]!),
    theirs: Float64Array.from(rows, (r) => theirs.probability[r]!),
    jobIndex: Int32Array.from(rows, (r) => ours.jobId[r]!),
    hostWeek: hostWeeks(ours, rows, hostOf),
  }));
}
