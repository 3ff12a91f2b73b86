import type { Finding } from '../finding.ts';
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
