import type { Finding, FindingKind } from '../finding.ts';
import { SEVERITIES, type Severity } from './incident.ts';
import type { GroupingContext } from './incident-changes.ts';
import { isForeseen, isTrouble } from './onset.ts';

/** Places in SEVERITIES by criticality 1 to 4. Work that was not done, work in danger, and what is only odd. */
const NOT_DONE = [0, 1, 2, 2];
const IN_DANGER = [1, 2, 2, 3];
const ODD = [2, 3, 3, 3];

const OF_JOBS: Record<FindingKind, readonly number[]> = {
  crash: NOT_DONE,
  missing: NOT_DONE,
  zombie: NOT_DONE,
  transmission: NOT_DONE,
  late: IN_DANGER,
  slow: IN_DANGER,
  incomplete: IN_DANGER,
  overlap: IN_DANGER,
  host: IN_DANGER,
  freshness: IN_DANGER,
  quality: IN_DANGER,
  fast: ODD,
  extra: ODD,
  risk: ODD,
  drift: ODD,
};

/** A server or a source carries many jobs: major, also where nobody wrote down how critical these are. */
const OF_MANY = 1;
/** A forecast that says less than it did puts no work in danger. */
const OF_DRIFT = 2;
/** The criticality that a job has by default. */
const USUAL = 3;
/** So many jobs in trouble make it one step worse. */
const BROAD = 5;
const LIGHTEST = SEVERITIES.length - 1;

function rankOf(finding: Finding, { jobs }: GroupingContext): number {
  const { subject, kind, course } = finding;
  const criticality = subject.type === 'job' ? (jobs.get(subject.jobId)?.criticality ?? USUAL) : null;
  const ofMany = kind === 'drift' ? OF_DRIFT : OF_MANY + (isForeseen(finding) ? 1 : 0);
  const rank = criticality === null ? ofMany : OF_JOBS[kind][criticality - 1]!;
  // What has been so for long is known, and people live with it.
  return Math.min(rank + (course === 'chronic' ? 1 : 0), LIGHTEST);
}

/**
 * How bad an incident is: its worst finding, by what it is and how critical the job is; worse when many jobs are in
 * trouble.
 *
 * @param findings those that last, at least one
 */
export function severityOf(findings: readonly Finding[], context: GroupingContext): Severity {
  let worst = LIGHTEST;
  const jobs = new Set<number>();
  for (const finding of findings) {
    worst = Math.min(worst, rankOf(finding, context));
    if (isTrouble(finding) && finding.subject.type === 'job') jobs.add(finding.subject.jobId);
  }
  return SEVERITIES[Math.max(worst - (jobs.size >= BROAD ? 1 : 0), 0)]!;
}

/** Whether it is worse than what was told; null: nothing was. */
export const isWorse = (severity: Severity, told: Severity | null): boolean =>
  told === null || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(told);

export const worseOf = (one: Severity, other: Severity): Severity => (isWorse(one, other) ? one : other);
