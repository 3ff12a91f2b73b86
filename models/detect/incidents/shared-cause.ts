import { type Finding, subjectKey } from '../finding.ts';
import type { CauseKind } from './incident.ts';

/** Something that may be part of an incident: a finding, news or of an open incident, and when it struck. */
export interface Suspect {
  finding: Finding;
  onsetMs: number;
  /** It lasts; otherwise it ended a short time ago. */
  isLasting: boolean;
  /** null: it is news. */
  incidentId: number | null;
}

/** Suspects that share a cause. */
export interface Common {
  kind: CauseKind;
  /** Of the cause, as in `Cause`. */
  name: string;
  /** The first that is in an incident says which one the others join. */
  suspects: readonly Suspect[];
}

/** `subjectKey` of what they are about. */
export const subjectsOf = (suspects: readonly Suspect[]): Set<string> =>
  new Set(suspects.map(({ finding }) => subjectKey(finding.subject)));

/** The incident that most of the jobs are in, the latest of equals; null: none is in any. */
export function homeOf(suspects: readonly Suspect[]): number | null {
  let home: { incidentId: number; jobs: number } | null = null;
  for (const [incidentId, own] of Map.groupBy(suspects, (suspect) => suspect.incidentId)) {
    if (incidentId === null) continue;
    const jobs = subjectsOf(own).size;
    if (home === null || jobs > home.jobs || (jobs === home.jobs && incidentId > home.incidentId)) {
      home = { incidentId, jobs };
    }
  }
  return home?.incidentId ?? null;
}
