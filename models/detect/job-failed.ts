import { NEWS_DAYS } from './news.ts';

export { NEWS_DAYS };

/** The last finished run of a job, as far as known. */
export interface FinishedRun {
  jobId: number;
  runKey: string;
  status: 'succeeded' | 'failed';
  startedAtMs: number;
}

export interface OpenJobIncident {
  id: number;
  jobId: number;
}

export interface IncidentChanges<Run extends FinishedRun, Incident extends OpenJobIncident> {
  open: Run[];
  resolve: { incident: Incident; run: Run }[];
}

const DAY_MS = 86_400_000;

/**
 * Which incidents of failed jobs begin and which end.
 *
 * A job is failing when its last finished run failed, no longer ago than NEWS_DAYS before `asOfMs`. A job that has
 * an open incident gets no second one when it fails again; the first success ends it, however old it is.
 */
export function decideJobFailedIncidents<Run extends FinishedRun, Incident extends OpenJobIncident>(
  lastRuns: readonly Run[],
  openIncidents: readonly Incident[],
  asOfMs: number,
): IncidentChanges<Run, Incident> {
  const incidentOfJob = new Map(openIncidents.map((incident) => [incident.jobId, incident]));
  const changes: IncidentChanges<Run, Incident> = { open: [], resolve: [] };
  for (const run of lastRuns) {
    const incident = incidentOfJob.get(run.jobId);
    if (run.status === 'succeeded' && incident) changes.resolve.push({ incident, run });
    if (run.status === 'failed' && !incident && asOfMs - run.startedAtMs <= NEWS_DAYS * DAY_MS) {
      changes.open.push(run);
    }
  }
  return changes;
}
