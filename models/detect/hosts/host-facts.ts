import type { Finding } from '../finding.ts';
import type { MetricWatch } from './metric-watch.ts';

/** One metric of one host, as known at an instant. */
export interface MetricFacts {
  metric: string;
  /** What was learned from the samples before those below; null: nothing yet. */
  watch: MetricWatch | null;
  /** The samples since, ascending, epoch milliseconds; the newest ones where there are many. */
  ts: readonly number[];
  /** When each could be known, never before its `ts`. */
  knownAtMs: readonly number[];
  value: readonly number[];
}

/** A run that was on the host. */
export interface HostRun {
  jobId: number;
  namespace: string;
  job: string;
  runKey: string;
  startedAtMs: number;
  /** null: under way. */
  endedAtMs: number | null;
}

/** What the rules of one host look at, as known at an instant. */
export interface HostFacts {
  host: string;
  metrics: readonly MetricFacts[];
  /** Those that were under way in the last day or are, by start. */
  runs: readonly HostRun[];
}

/** A finding about a host, with the runs that were on it while it lasted, the latest start first, at most 20. */
export interface HostFinding extends Finding {
  runsOn: readonly HostRun[];
}
