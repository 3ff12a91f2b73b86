import type { Finding } from '../finding.ts';
import type { MetricWatch } from './metric-watch.ts';

/** One metric of one host, as known at an instant. */
export interface MetricFacts {
  metric: string;
  /** What was learned from the samples before those below; null: nothing yet. */
  watch: MetricWatch | null;
  /** The samples since, `ts` ascending, epoch milliseconds; the newest ones where there are many. */
  ts: readonly number[];
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
  /** Those under way in the last day, by start; at most 1000. */
  runs: readonly HostRun[];
}

/** A finding about a host, with the runs that were on it when it began, the latest start first. */
export interface HostFinding extends Finding {
  runsOn: readonly HostRun[];
}
