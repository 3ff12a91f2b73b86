import type { HostRun } from './host-facts.ts';

const MOST_RUNS = 20;
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
