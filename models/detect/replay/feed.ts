import type { HostSeries } from '../../records/job-history.ts';
import { RUN_STATUSES, RUNNING } from '../../records/run.ts';
import type { RunFact } from '../job-facts.ts';
import type { SourceFacts, SourceTrouble } from '../sources/source-facts.ts';

/**
 * All runs of a job and when each thing about them was known, in columns that share the order: by start. Instants are
 * epoch milliseconds, durations milliseconds; what was not told is NaN.
 */
export interface JobFeed {
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  /** 1 (a truck waits for it) to 4 (nobody notices). */
  criticality: number;
  runKey: readonly string[];
  startedAt: Float64Array;
  /** When it was known to have started; NaN where that was told with its end. */
  startKnownAt: Float64Array;
  /** When its end was known; NaN of a run of which no end was ever told. */
  knownAt: Float64Array;
  endedAt: Float64Array;
  durationMs: Float64Array;
  /** Places in RUN_STATUSES; running where no end was told. */
  status: Uint8Array;
  rowsRead: Float64Array;
  rowsWritten: Float64Array;
  expectedRows: Float64Array;
  /** '' unless failed. */
  error: string[];
}

/** All that a source told; `troubles` with their ends. By arrival. */
export interface SourceFeed extends Omit<SourceFacts, 'toldMs' | 'troubles'> {
  troubles: readonly (SourceTrouble & { untilMs: number })[];
}

/** The past as it became known. */
export interface Feed {
  jobs: readonly JobFeed[];
  hosts: readonly HostSeries[];
  sources: readonly SourceFeed[];
}

/** Columns of a job without what began after an instant: for learning, which looks at `knownAt` itself. */
export function begunBy(job: JobFeed, asOfMs: number): JobFeed {
  const count = countUntil(job.startedAt, asOfMs);
  return {
    ...job,
    startedAt: job.startedAt.subarray(0, count),
    startKnownAt: job.startKnownAt.subarray(0, count),
    knownAt: job.knownAt.subarray(0, count),
    endedAt: job.endedAt.subarray(0, count),
    durationMs: job.durationMs.subarray(0, count),
    status: job.status.subarray(0, count),
    rowsRead: job.rowsRead.subarray(0, count),
    rowsWritten: job.rowsWritten.subarray(0, count),
    expectedRows: job.expectedRows.subarray(0, count),
  };
}

/** How many of ascending numbers are at most a limit. */
export function countUntil(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NOTHING_ODD: readonly string[] = [];
const told = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** A run as it is known once its end is, or while only its start is. */
export function runFactAt(job: JobFeed, at: number, isEnded: boolean): RunFact {
  const status = RUN_STATUSES[isEnded ? job.status[at]! : RUNNING]!;
  const startedAtMs = job.startedAt[at]!;
  return {
    runKey: job.runKey[at]!,
    status,
    startedAtMs,
    endedAtMs: isEnded ? told(job.endedAt[at]!) : null,
    durationMs: isEnded ? told(job.durationMs[at]!) : null,
    knownAtMs: isEnded ? job.knownAt[at]! : job.startKnownAt[at]!,
    host: job.host,
    rowsRead: isEnded ? told(job.rowsRead[at]!) : null,
    rowsWritten: isEnded ? told(job.rowsWritten[at]!) : null,
    expectedRows: isEnded ? told(job.expectedRows[at]!) : null,
    error: isEnded && job.error[at] !== '' ? job.error[at]! : null,
    anomalies: NOTHING_ODD,
  };
}
