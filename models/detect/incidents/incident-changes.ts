import type { RunStatus } from '../../records/run.ts';
import type { Finding } from '../finding.ts';
import type { Cause, Incident, IncidentFinding, Role, Severity } from './incident.ts';

/** A finding of an incident that has not been resolved. */
export interface OpenFinding extends IncidentFinding {
  /** Of one that comes and goes: since when it is not found, while it is not taken for ended. */
  quietMs: number | null;
}

/** An incident that has not been resolved. Findings that ended long ago may be left out. */
export interface OpenIncident extends Incident {
  findings: readonly OpenFinding[];
}

/** Where a job stands among the others. */
export interface JobPlace {
  name: string;
  namespace: string;
  /** null: not told. */
  owner: string | null;
  /** null: not told. */
  host: string | null;
  /** The source that tells its runs. */
  source: string | null;
  /** 1 (a truck waits for it) to 4 (nobody notices). */
  criticality: number;
  /** Jobs it follows, declared or learned. */
  upstream: readonly number[];
  /** Usual time from one start to the next; null: not known. */
  usualGapMs: number | null;
}

/** A run that was seen lately. Instants are epoch milliseconds. */
export interface SeenRun {
  jobId: number;
  runKey: string;
  status: RunStatus;
  startedMs: number;
  /** null: not told. */
  endedMs: number | null;
}

/** What tells which findings share a cause. */
export interface GroupingContext {
  /** At least those that findings are about; their names too where they are upstream. */
  jobs: ReadonlyMap<number, JobPlace>;
  /**
   * Runs that started or ended in the hours around the onset of what is found now, of all jobs: that others ran well
   * tells against a common cause.
   */
  seen: readonly SeenRun[];
}

export interface Look {
  open: readonly OpenIncident[];
  /** Everything that is wrong now with the subjects that were looked at. */
  found: readonly Finding[];
  /** `subjectKey` of what was looked at: a finding about it that is not found any more has ended. */
  looked: ReadonlySet<string>;
  context: GroupingContext;
  asOfMs: number;
}

export interface PlacedFinding {
  finding: Finding;
  role: Role;
}

export interface NewIncident {
  severity: Severity;
  causes: readonly Cause[];
  findings: readonly PlacedFinding[];
}

/** What a look changes. Findings of open incidents are named by their keys. */
export interface IncidentChanges {
  opened: NewIncident[];
  joined: (PlacedFinding & { incidentId: number })[];
  /** The same thing, found in another state than it was kept in. */
  changed: { incidentId: number; finding: Finding }[];
  /** Comes and goes: not found since `quietMs`, or (null) found again. */
  quieted: { incidentId: number; key: string; quietMs: number | null }[];
  ended: { incidentId: number; key: string }[];
  /** All their findings have ended. */
  resolved: number[];
  /** What is now thought of incidents that stay open, where it is thought otherwise than before. */
  regraded: {
    incidentId: number;
    severity: Severity;
    causes: readonly Cause[];
    roles: ReadonlyMap<string, Role>;
  }[];
}

/** Whether nothing changes. */
export const isQuiet = (changes: IncidentChanges): boolean =>
  Object.values(changes).every((part: readonly unknown[]) => part.length === 0);
