import { seededRandom } from '../random.ts';
import type { HostSeries, JobHistory } from '../records/job-history.ts';
import { NO_OUTSIDE_FACTS, type OutsideFacts, type SourceFacts } from '../records/outside-facts.ts';
import { RUN_STATUSES, type RunStatus } from '../records/run.ts';
import { DAY_MS } from './feature.ts';

/** Monday 2026-01-05, 00:00 UTC. */
export const MADE_UP_START = Date.UTC(2026, 0, 5);

export interface MadeUpRun {
  startedAt: number;
  status: RunStatus;
  knownAt?: number;
  durationMs?: number;
  rowsWritten?: number;
  expectedRows?: number;
  /** Of a failed run. */
  error?: string;
}

/** A job with these runs, for tests and examples. A run is known when it starts unless told otherwise. */
export function madeUpJob(jobId: number, runs: MadeUpRun[], more: Partial<JobHistory> = {}): JobHistory {
  const sorted = runs.toSorted((a, b) => a.startedAt - b.startedAt);
  const column = (value: (run: MadeUpRun) => number | undefined) =>
    Float64Array.from(sorted, (run) => value(run) ?? Number.NaN);
  return {
    jobId,
    namespace: 'made-up',
    job: `job-${String(jobId).padStart(3, '0')}`,
    owner: null,
    host: null,
    criticality: 3,
    startedAt: column((run) => run.startedAt),
    knownAt: column((run) => run.knownAt ?? run.startedAt),
    durationMs: column((run) => run.durationMs),
    status: Uint8Array.from(sorted, (run) => RUN_STATUSES.indexOf(run.status)),
    rowsWritten: column((run) => run.rowsWritten),
    expectedRows: column((run) => run.expectedRows),
    error: sorted.map((run) => (run.status === 'failed' ? (run.error ?? 'made up') : '')),
    ...more,
  };
}

export interface MadeUpFile {
  ts: number;
  knownAt?: number;
  rowsIn: number;
  rowsRefused: number;
  valuesExpected?: number;
  valuesTold?: number;
  delayMs?: number;
}

/** A source with these files, known at once unless told otherwise, and the jobs it feeds. */
export function madeUpSource(
  source: string,
  files: MadeUpFile[],
  more: {
    contractChanged?: number[];
    feeds?: { jobId: number; startedAt: number; knownAt?: number }[];
  } = {},
): SourceFacts {
  const { contractChanged = [], feeds = [] } = more;
  const sorted = files.toSorted((a, b) => a.ts - b.ts);
  const column = (value: (file: MadeUpFile) => number | undefined) =>
    Float64Array.from(sorted, (file) => value(file) ?? Number.NaN);
  return {
    source,
    files: {
      ts: column((file) => file.ts),
      knownAt: column((file) => file.knownAt ?? file.ts),
      rowsIn: column((file) => file.rowsIn),
      rowsRefused: column((file) => file.rowsRefused),
      valuesExpected: column((file) => file.valuesExpected),
      valuesTold: column((file) => file.valuesTold),
      delayMs: column((file) => file.delayMs),
    },
    contractChangedAt: Float64Array.from(contractChanged).sort(),
    jobs: {
      jobId: Float64Array.from(feeds, (feed) => feed.jobId),
      startedAt: Float64Array.from(feeds, (feed) => feed.startedAt),
      knownAt: Float64Array.from(feeds, (feed) => feed.knownAt ?? feed.startedAt),
    },
  };
}

/**
 * A small estate of daily jobs on three hosts. A job breaks now and then and stays broken for some days, so that
 * the past says something of the future; with `noise` every run fails by the same chance and it says nothing.
 */
export function madeUpEstate(options: { jobs: number; days: number; seed: number; noise?: boolean }): {
  histories: JobHistory[];
  hostSeries: HostSeries[];
  facts: OutsideFacts;
  cutoff: number;
} {
  const random = seededRandom(options.seed);
  const histories = Array.from({ length: options.jobs }, (_, j) => {
    const breaks = options.noise === true ? 0 : 0.04 * random.uniform() ** 2;
    const base = options.noise === true ? 0.05 : 0.002 + 0.05 * random.uniform() ** 3;
    const hour = 24 * random.uniform();
    let broken = false;
    const runs = Array.from({ length: options.days }, (_, day): MadeUpRun => {
      broken = broken ? random.uniform() < 0.9 : random.uniform() < breaks;
      const startedAt = MADE_UP_START + day * DAY_MS + hour * 3_600_000;
      const durationMs = 60_000 * (1 + j) * (0.8 + 0.4 * random.uniform());
      const failed = random.uniform() < (broken ? 0.9 : base);
      const rowsWritten = failed ? 0 : 1000;
      const status = failed ? 'failed' : 'succeeded';
      return {
        startedAt,
        durationMs,
        knownAt: startedAt + durationMs,
        status,
        rowsWritten,
        expectedRows: 1000,
      };
    });
    return madeUpJob(j + 1, runs, { owner: `owner-${j % 4}`, host: `srv-${j % 3}` });
  });
  const hours = Array.from({ length: options.days * 24 }, (_, h) => MADE_UP_START + h * 3_600_000);
  const hostSeries = [0, 1, 2].map((host) => ({
    host: `srv-${host}`,
    metric: 'disk_used_percent',
    ts: Float64Array.from(hours),
    knownAt: Float64Array.from(hours),
    value: Float64Array.from(hours, (_, h) => 40 + host * 10 + (h / 24) * 0.1),
  }));
  return { histories, hostSeries, facts: NO_OUTSIDE_FACTS, cutoff: MADE_UP_START + options.days * DAY_MS };
}
