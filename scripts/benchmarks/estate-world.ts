/** Simulated worlds as a forecaster sees them, with what only their maker knows beside. */
import { advanceDay, createEstate } from '../../models/estate/estate.ts';
import { oracleForecast } from '../../models/estate/oracle.ts';
import type { RunRow } from '../../models/estate/run-row.ts';
import { DAY_MS, WEEK_DAYS } from '../../models/features/feature.ts';
import { madeUpEstate } from '../../models/features/made-up-jobs.ts';
import { type CutoffSplit, splitCutoffs } from '../../models/forecast/split-cutoffs.ts';
import type { HostSeries, JobHistory } from '../../models/records/job-history.ts';
import { RUN_STATUSES } from '../../models/records/run.ts';
import { SeriesCollector } from '../../models/records/series-collector.ts';

export interface World {
  histories: JobHistory[];
  hostSeries: HostSeries[];
  /** Weekly, ascending, epoch milliseconds; every week after one of them has passed. */
  cutoffs: number[];
  split: CutoffSplit;
  /** When the last week has passed and all its runs are known. */
  endsAt: number;
}

/** Probability of a failure in the week after a cutoff of the test, by `job` of the history. */
export type Oracle = ReadonlyMap<number, ReadonlyMap<string, number>>;

export const WORLD_JOBS = 120;
const WORLD_DAYS = 210;
const MIN_HISTORY_DAYS = 28;
const CANDIDATE_DAYS = Array.from({ length: WORLD_DAYS }, (_, day) => day).filter(
  (day) =>
    day >= MIN_HISTORY_DAYS && (day - MIN_HISTORY_DAYS) % WEEK_DAYS === 0 && day + WEEK_DAYS <= WORLD_DAYS,
);

/** @param futures that the oracle plays at each cutoff of the test */
export function simulateWorld({
  seed,
  futures,
}: {
  seed: number;
  futures: number;
}): World & { oracle: Oracle } {
  const estate = createEstate({ seed, jobs: WORLD_JOBS, days: WORLD_DAYS });
  const plan = planOf(estate.nextDayMs);
  const asked = new Set(plan.split.test);
  const oracle = new Map<number, ReadonlyMap<string, number>>();
  const runs = new Map<string, RunRow[]>(estate.jobs.map(({ name }) => [name, []]));
  const samples = new SeriesCollector();
  for (let day = 0; day < WORLD_DAYS; day++) {
    if (asked.has(estate.nextDayMs)) {
      const told = oracleForecast(estate, futures).map(({ job, week }) => [job, week] as const);
      oracle.set(estate.nextDayMs, new Map(told));
    }
    const passed = advanceDay(estate);
    for (const run of passed.runs) runs.get(run.job)!.push(run);
    for (const sample of passed.samples) samples.add(sample);
  }
  const histories = estate.jobs
    .map((job, index) => ({
      ...columnsOf(runs.get(job.name)!.toSorted((a, b) => a.startedAt - b.startedAt)),
      jobId: index + 1,
      namespace: 'simulated',
      job: job.name,
      owner: job.owner,
      host: estate.servers[job.host]!.name,
      criticality: job.criticality,
    }))
    .filter(({ startedAt }) => startedAt.length > 0);
  return { histories, hostSeries: samples.series(), ...plan, oracle };
}

/** Every run of every job fails by the same chance: the past says nothing of the future. */
export function noiseWorld({ seed }: { seed: number }): World {
  const { histories, hostSeries, cutoff } = madeUpEstate({
    jobs: WORLD_JOBS,
    days: WORLD_DAYS,
    seed,
    noise: true,
  });
  return { histories, hostSeries, ...planOf(cutoff - WORLD_DAYS * DAY_MS) };
}

function planOf(startMs: number): Pick<World, 'cutoffs' | 'split' | 'endsAt'> {
  const cutoffs = CANDIDATE_DAYS.map((day) => startMs + day * DAY_MS);
  // A run of the last evening may take until the next day.
  return { cutoffs, split: splitCutoffs(cutoffs), endsAt: startMs + (WORLD_DAYS + 1) * DAY_MS };
}

function columnsOf(runs: readonly RunRow[]) {
  const column = (value: (run: RunRow) => number | null) =>
    Float64Array.from(runs, (run) => value(run) ?? Number.NaN);
  return {
    startedAt: column((run) => run.startedAt),
    knownAt: column((run) => run.knownAt),
    durationMs: column((run) => run.durationMs),
    status: Uint8Array.from(runs, (run) => RUN_STATUSES.indexOf(run.status)),
    rowsWritten: column((run) => run.rowsWritten),
    expectedRows: column((run) => run.expectedRows),
    error: runs.map((run) => run.error),
  };
}
