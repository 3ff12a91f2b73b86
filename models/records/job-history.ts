/**
 * Everything known of one job's runs, in columns, for features and learners.
 *
 * All arrays have one entry per run and share the order: by `startedAt`, ties by run key. Instants are
 * epoch milliseconds, durations milliseconds. A value that was not told is NaN.
 */
export interface JobHistory {
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  /** 1 (a truck waits for it) to 4 (nobody notices). */
  criticality: number;
  startedAt: Float64Array;
  /** When the run's final state could be known: features as of a cutoff use only runs with `knownAt <= cutoff`. */
  knownAt: Float64Array;
  /** When the run was first told as under way; NaN where only its end was told. */
  startKnownAt?: Float64Array;
  durationMs: Float64Array;
  /** Index into RUN_STATUSES: 0 running, 1 succeeded, 2 failed, 3 cancelled. */
  status: Uint8Array;
  rowsWritten: Float64Array;
  expectedRows: Float64Array;
  /** Error text of each failed run, '' otherwise. */
  error: string[];
}

/** One server metric over time, `ts` ascending (epoch milliseconds). */
export interface HostSeries {
  host: string;
  metric: string;
  ts: Float64Array;
  /** When each sample could be known, never before its `ts`: features as of a cutoff use only those known by then. */
  knownAt: Float64Array;
  value: Float64Array;
}
