import { type Finding, subjectKey } from '../finding.ts';
import type { SeenRun } from './incident-changes.ts';

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

const runOf = (jobId: number, runKey: string): string => `${jobId} ${runKey}`;

/**
 * When the trouble struck: a slot at its due, a failed run when it ended. Two runs that die together may have started
 * hours apart.
 */
export function createOnset(seen: readonly SeenRun[]): (finding: Finding) => number {
  const ends = new Map<string, number>();
  for (const { jobId, runKey, endedMs } of seen) {
    if (endedMs !== null) ends.set(runOf(jobId, runKey), endedMs);
  }
  return (finding) => {
    if (isAbsence(finding)) return finding.dueMs ?? finding.sinceMs;
    const { subject, runKey, kind } = finding;
    if (kind !== 'crash' || subject.type !== 'job' || runKey === null) return finding.sinceMs;
    return ends.get(runOf(subject.jobId, runKey)) ?? finding.sinceMs;
  };
}

/** Findings by what they are about. */
export const bySubject = <F extends Finding>(findings: readonly F[]): Map<string, F[]> =>
  Map.groupBy(findings, ({ subject }) => subjectKey(subject));
