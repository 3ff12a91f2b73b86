import type { QueryRow } from './figures.ts';
import { normalizeSql, sqlFingerprint, withoutNumbers } from './normalize-sql.ts';

/** Queries that differ in values only. Their time is that of the runs they were told with. */
export interface QueryCost {
  fingerprint: string;
  normalized: string;
  runs: number;
  hours: number;
  leastMs: number;
  mostMs: number;
  jobIds: number[];
}

/** Most hours first. */
export function queryCosts(rows: readonly QueryRow[]): QueryCost[] {
  const costs = new Map<string, QueryCost & { jobs: Set<number> }>();
  // Logs tell thousands of queries that differ in numbers and dates only: each is normalized once.
  const lines = new Map<string, string>();
  for (const { query, jobId, runs, hours, leastMs, mostMs } of rows) {
    const alike = withoutNumbers(query);
    const normalized = lines.get(alike) ?? normalizeSql(alike);
    lines.set(alike, normalized);
    const known = costs.get(normalized);
    if (known === undefined) {
      const fingerprint = sqlFingerprint(normalized);
      costs.set(normalized, {
        fingerprint,
        normalized,
        runs,
        hours,
        leastMs,
        mostMs,
        jobIds: [],
        jobs: new Set([jobId]),
      });
      continue;
    }
    known.runs += runs;
    known.hours += hours;
    known.leastMs = Math.min(known.leastMs, leastMs);
    known.mostMs = Math.max(known.mostMs, mostMs);
    known.jobs.add(jobId);
  }
  return [...costs.values()]
    .map(({ jobs, ...cost }) => ({ ...cost, jobIds: [...jobs].toSorted((a, b) => a - b) }))
    .toSorted((a, b) => b.hours - a.hours || (a.normalized < b.normalized ? -1 : 1));
}
