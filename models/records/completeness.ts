import { DERIVED_KEY, type RunRecord } from './run.ts';

/** How many values a run should tell, and how many of these were told. */
export interface ValueCounts {
  expected: number;
  told: number;
}

/**
 * Adds the values of a run to a count. A run should tell an id of its own, its host and the rows it wrote; once it has
 * ended its end and its duration; when it failed its error. What cleaning derived counts as told.
 */
export function addValues(run: RunRecord, counts: ValueCounts): void {
  counts.expected += 3;
  if (!run.runKey.startsWith(DERIVED_KEY)) counts.told++;
  if (run.host !== null) counts.told++;
  if (run.rowsWritten !== null) counts.told++;
  if (run.status !== 'running') {
    counts.expected += 2;
    if (run.endedAt !== null) counts.told++;
    if (run.durationMs !== null) counts.told++;
  }
  if (run.status === 'failed') {
    counts.expected++;
    if (run.error !== null) counts.told++;
  }
}
