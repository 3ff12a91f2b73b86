import type { HostRun } from './host-facts.ts';

const MOST_RUNS = 20;
const MOST_NAMES = 5;
/** What loads a server began to do so before its samples tell of it. */
const BEFORE_MS = 30 * 60_000;

/** The runs that were under way on a host while something lasted, the latest start first, at most 20. */
export const runsOnHost = (runs: readonly HostRun[], sinceMs: number, asOfMs: number): HostRun[] =>
  runs
    .filter(
      ({ startedAtMs, endedAtMs }) => startedAtMs <= asOfMs && (endedAtMs ?? asOfMs) >= sinceMs - BEFORE_MS,
    )
    .sort((a, b) => b.startedAtMs - a.startedAtMs || (a.runKey < b.runKey ? -1 : 1))
    .slice(0, MOST_RUNS);

/**
 * The metric and the jobs that were on the host when it began, which stay the same while it lasts:
 * `cpu_percent: orders, stock +3`. Null without either.
 */
export function aboutHost(metric: string | null, runs: readonly HostRun[], sinceMs: number): string | null {
  const names = [...new Set(runsOnHost(runs, sinceMs, sinceMs).map(({ job }) => job))].sort();
  const more = names.length > MOST_NAMES ? ` +${names.length - MOST_NAMES}` : '';
  const jobs = names.length === 0 ? null : `${names.slice(0, MOST_NAMES).join(', ')}${more}`;
  return metric === null || jobs === null ? (metric ?? jobs) : `${metric}: ${jobs}`;
}
