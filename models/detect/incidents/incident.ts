import type { Finding } from '../finding.ts';

/** After ITU-T X.733, https://www.itu.int/rec/T-REC-X.733 (perceived severity), the worst first. */
export const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const INCIDENT_STATES = ['open', 'notified', 'acknowledged', 'escalated', 'resolved'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** What a finding is in its incident: people are told of the cause, consequences are listed below it. */
export type Role = 'cause' | 'symptom' | 'consequence';

/** Why findings belong together, or what may have caused them. */
export const CAUSE_KINDS = ['itself', 'host', 'upstream', 'source', 'error-family', 'schedule'] as const;
export type CauseKind = (typeof CAUSE_KINDS)[number];

export interface Cause {
  kind: CauseKind;
  /** The host, the job, the source, the template of the error; the job itself for `itself`. */
  name: string;
  /** From 0 to 1; the causes of an incident, ranked, sum to at most 1. */
  weight: number;
}

/** A finding in its incident. */
export interface IncidentFinding extends Finding {
  role: Role;
  /** When it was found. */
  foundMs: number;
  /** When it was over; null while it lasts. */
  endedMs: number | null;
}

/** One cause that people are told about, however many runs it touches. */
export interface Incident {
  id: number;
  state: IncidentState;
  severity: Severity;
  openedMs: number;
  resolvedMs: number | null;
  /** The likeliest first; never empty. */
  causes: readonly Cause[];
  findings: readonly IncidentFinding[];
}
