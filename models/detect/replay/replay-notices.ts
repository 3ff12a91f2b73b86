import type { IncidentEvent, IncidentStory, StoryFinding } from '../../alerts/incident-story.ts';
import type { IncidentFinding, Severity } from '../incidents/incident.ts';
import type { OpenIncident } from '../incidents/incident-changes.ts';
import type { JobFeed } from './feed.ts';
import type { ReplayedEvent } from './replay-incidents.ts';

/** One message about an incident to one channel. Instants are epoch milliseconds. */
export interface PlannedNotice {
  incidentId: number;
  channel: string;
  event: IncidentEvent;
  severity: Severity;
  sendAfterMs: number;
}

/** What a channel was told of an incident, or will be. */
export interface ToldBefore {
  id: string;
  channel: string;
  event: IncidentEvent;
  severity: Severity;
  state: 'waiting' | 'sent' | 'withdrawn';
  /** From when on it may be sent. */
  atMs: number;
}

/** Whom to tell what: the planning of the service, with its settings inside. */
export type PlanNotices = (
  story: IncidentStory,
  event: IncidentEvent,
  asOfMs: number,
  told: readonly ToldBefore[],
) => { notices: readonly PlannedNotice[]; withdraws: readonly string[] };

export interface ReplayedNotice extends PlannedNotice {
  sentMs: number;
}

/**
 * Plays what happened to incidents through routing: every message is sent the instant it may be, unless it was
 * withdrawn before. Nobody acknowledges anything.
 *
 * @param events by time
 * @returns what was sent, by when it was
 */
export function replayNotices(
  events: readonly ReplayedEvent[],
  jobs: readonly JobFeed[],
  plan: PlanNotices,
  untilMs: number,
): ReplayedNotice[] {
  const jobOf = new Map(jobs.map((job) => [job.jobId, job]));
  const toldOf = new Map<number, (ToldBefore & PlannedNotice)[]>();
  let lastId = 0;
  for (const { incident, event, atMs } of events) {
    const told = toldOf.get(incident.id) ?? [];
    toldOf.set(incident.id, told);
    for (const one of told) if (one.state === 'waiting' && one.atMs < atMs) one.state = 'sent';
    const { notices, withdraws } = plan(storyOf(incident, jobOf), event, atMs, told);
    for (const one of told) if (withdraws.includes(one.id)) one.state = 'withdrawn';
    for (const notice of notices) {
      told.push({ ...notice, id: String(++lastId), state: 'waiting', atMs: notice.sendAfterMs });
    }
  }
  return [...toldOf.values()]
    .flat()
    .filter(({ state, atMs }) => state !== 'withdrawn' && atMs <= untilMs)
    .map(({ incidentId, channel, event, severity, sendAfterMs, atMs }) => ({
      ...{ incidentId, channel, event, severity, sendAfterMs, sentMs: atMs },
    }))
    .sort((a, b) => a.sentMs - b.sentMs || a.incidentId - b.incidentId);
}

function storyOf(incident: OpenIncident, jobOf: ReadonlyMap<number, JobFeed>): IncidentStory {
  const { id, state, severity, openedMs, resolvedMs, causes, findings } = incident;
  const named = (finding: IncidentFinding): StoryFinding => {
    const { subject } = finding;
    const job = subject.type === 'job' ? jobOf.get(subject.jobId) : undefined;
    return {
      ...finding,
      name:
        subject.type === 'job'
          ? (job?.job ?? String(subject.jobId))
          : subject.type === 'host'
            ? subject.host
            : subject.source,
      namespace: job?.namespace ?? null,
      owner: job?.owner ?? null,
      host: job?.host ?? (subject.type === 'host' ? subject.host : null),
      criticality: job?.criticality ?? null,
      lastSuccessMs: null,
    };
  };
  return {
    ...{ id, state, severity, openedMs, resolvedMs, causes, findings: findings.map(named) },
    acknowledgedBy: null,
    runBook: null,
  };
}
