/**
 * The record every source ends as: one execution of a job, in OpenLineage's sense.
 *
 * Instants are epoch milliseconds (UTC), durations milliseconds. `null` means "not told", never zero.
 */
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

export const RUN_STATUSES: readonly RunStatus[] = ['running', 'succeeded', 'failed', 'cancelled'];

/** Statuses in columns of numbers: their places in RUN_STATUSES. */
export const RUNNING = RUN_STATUSES.indexOf('running');
export const SUCCEEDED = RUN_STATUSES.indexOf('succeeded');
export const FAILED = RUN_STATUSES.indexOf('failed');
export const CANCELLED = RUN_STATUSES.indexOf('cancelled');

/** The keys of runs that tell no id of their own begin so; their start follows. */
export const DERIVED_KEY = 'start:';

export interface RunRecord {
  namespace: string;
  job: string;
  owner: string | null;
  /** The execution's own id, unique within its job. */
  runKey: string;
  status: RunStatus;
  startedAt: number;
  endedAt: number | null;
  durationMs: number | null;
  /** When this state of the run could first be known; a forecast made earlier may not use it. */
  knownAt: number;
  host: string | null;
  rowsRead: number | null;
  rowsWritten: number | null;
  expectedRows: number | null;
  error: string | null;
  query: string | null;
  /** Columns the contract does not name, kept as they came. */
  extra: Record<string, string>;
  /** Codes of the cleaning rules that changed or doubted a value. */
  anomalies: string[];
}

/** One measurement of a server. */
export interface MetricSample {
  host: string;
  metric: string;
  ts: number;
  value: number;
}
