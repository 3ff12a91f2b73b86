import type { JobBaselines } from './baselines/job-baselines.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { JobFacts } from './job-facts.ts';
import type { JobOverrides } from './job-overrides.ts';

/** Nothing has been told yet. */
const NOTHING: ReadonlySet<string> = new Set();

/**
 * Everything that is wrong with a job now, and what was wrong with runs and slots known since `newsSinceMs`.
 *
 * @param open keys of the job's findings that are open: they last longer than news does
 */
export function detectJob(
  _facts: JobFacts,
  _baselines: JobBaselines | null,
  _overrides: JobOverrides,
  _asOfMs: number,
  _newsSinceMs: number,
  _open: ReadonlySet<string> = NOTHING,
): Finding[] {
  return [];
}
