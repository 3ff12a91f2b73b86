/** Findings, jobs and looks of tests about incidents. */
import { type Finding, type FindingKind, findingKey, type Subject, subjectKey } from '../finding.ts';
import { applyChanges } from './apply-changes.ts';
import { groupFindings } from './group-findings.ts';
import type { GroupingContext, JobPlace, OpenIncident, SeenRun } from './incident-changes.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NOW = Date.UTC(2026, 2, 1, 6);
export const NO_EVIDENCE = { observed: null, expected: null, limit: null, unit: null, text: null };
export const job = (jobId: number): Subject => ({ type: 'job', jobId });

export function finding(kind: FindingKind, subject: Subject, more: Partial<Finding> = {}): Finding {
  const dueMs = kind === 'late' || kind === 'missing' ? (more.sinceMs ?? NOW) : null;
  return {
    ...{ key: findingKey(kind, subject, dueMs ?? undefined), kind, variant: null, subject, sinceMs: NOW },
    ...{ runKey: null, dueMs, evidence: NO_EVIDENCE, family: null, course: 'new' as const },
    ...more,
  };
}

export const place = (jobId: number, more: Partial<JobPlace> = {}): [number, JobPlace] => [
  jobId,
  {
    ...{
      name: `job_${jobId}`,
      host: null,
      source: 'runs',
      criticality: 3,
      upstream: [],
      usualGapMs: 24 * HOUR,
      ...{ namespace: 'etl', owner: null },
    },
    ...more,
  },
];
export const world = (places: [number, JobPlace][], seen: SeenRun[] = []): GroupingContext => ({
  jobs: new Map(places),
  seen,
});
export const ranWell = (jobId: number, startedMs: number): SeenRun => ({
  ...{ jobId, runKey: `${jobId}/${startedMs}`, status: 'succeeded' as const, startedMs },
  endedMs: startedMs + 5 * MINUTE,
});

/** Looks one after the other. */
export function stage(context: GroupingContext) {
  let ids = 0;
  let open: OpenIncident[] = [];
  const over: OpenIncident[] = [];
  const everything = [...context.jobs.keys()].map((jobId) => subjectKey(job(jobId)));
  return {
    look(found: Finding[], asOfMs = NOW, also: string[] = [], seen = context.seen) {
      const looked = new Set([...everything, ...found.map(({ subject }) => subjectKey(subject)), ...also]);
      const changes = groupFindings({ open, found, looked, context: { ...context, seen }, asOfMs });
      const after = applyChanges(open, changes, asOfMs, () => ++ids);
      open = after.open;
      over.push(...after.resolved);
      return changes;
    },
    get open() {
      return open;
    },
    over,
  };
}
export const topCause = ({ causes: [first] }: { causes: readonly { kind: string; name: string }[] }) =>
  `${first!.kind} ${first!.name}`;
export const rolesIn = ({ findings }: { findings: readonly { role: string }[] }) =>
  findings.map(({ role }) => role);
