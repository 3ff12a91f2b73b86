import type { Cause, IncidentFinding, IncidentState, Severity } from '../detect/incidents/incident.ts';

/** A finding with the names people know. */
export interface StoryFinding extends IncidentFinding {
  /** Of the job, the host or the source. */
  name: string;
  namespace: string | null;
  owner: string | null;
  host: string | null;
  /** 1 (a truck waits for it) to 4 (nobody notices); null of hosts and sources. */
  criticality: number | null;
  /** End of the last success of the job; null when none is known. */
  lastSuccessMs: number | null;
}

/** Everything a message or a page tells of an incident. */
export interface IncidentStory {
  id: number;
  state: IncidentState;
  severity: Severity;
  openedMs: number;
  resolvedMs: number | null;
  /** The likeliest first; never empty. */
  causes: readonly Cause[];
  /** Causes first, then symptoms, then consequences; the most critical first among equals. */
  findings: readonly StoryFinding[];
  acknowledgedBy: string | null;
  /** Address of what to do, configured for the job or the kind of finding. */
  runBook: string | null;
}

/** What happens to an incident that people may be told of. */
export const INCIDENT_EVENTS = ['opened', 'worsened', 'reminder', 'escalated', 'resolved'] as const;
export type IncidentEvent = (typeof INCIDENT_EVENTS)[number];

/** Where a reader can go; all are addresses, null where the action cannot be offered. */
export interface StoryLinks {
  page: string;
  /** The workflow of the incident in the Temporal UI. */
  workflow: string | null;
  acknowledge: string | null;
  silence: string | null;
  rerun: string | null;
  useful: string | null;
  notUseful: string | null;
}
