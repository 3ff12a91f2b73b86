import type { Finding } from '../finding.ts';

/** A slot without its run. */
export const isAbsence = ({ kind }: Finding): boolean => kind === 'late' || kind === 'missing';

/** Something went wrong with a job, as opposed to: something is odd, or feared. */
export const isTrouble = ({ kind, subject }: Finding): boolean =>
  subject.type === 'job' && kind !== 'risk' && kind !== 'extra' && kind !== 'fast';

/** A disk that will be full is trouble to come: it explains no failure of today. */
export const isForeseen = ({ kind, evidence }: Finding): boolean =>
  kind === 'risk' || evidence.unit === 'days';

/** The order of findings in everything that is decided about them: by time, then by key. */
export const byOnset = (one: Finding, other: Finding): number =>
  one.sinceMs - other.sinceMs || (one.key < other.key ? -1 : one.key > other.key ? 1 : 0);

/** When the trouble struck: a slot at its due, a slow run when it had taken as long as it may. */
export function onsetOf({ kind, sinceMs, dueMs, evidence }: Finding): number {
  if (dueMs !== null) return dueMs;
  return kind === 'slow' && evidence.unit === 'ms' ? sinceMs + (evidence.limit ?? 0) : sinceMs;
}
