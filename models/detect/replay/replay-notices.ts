import type { AlertSettings } from '../../alerts/alert-settings.ts';
import type { IncidentEvent, IncidentStory, StoryFinding } from '../../alerts/incident-story.ts';
import { MANY } from '../../alerts/many-content.ts';
import { type Notice, planNotices, type ToldNotice } from '../../alerts/plan-notices.ts';
import { calledOf } from '../finding.ts';
import type { IncidentFinding, Severity } from '../incidents/incident.ts';
import type { OpenIncident } from '../incidents/incident-changes.ts';
import { isWorse } from '../incidents/severity.ts';
import { worseningDueMs } from '../incidents/worsening.ts';
import type { JobFeed } from './feed.ts';
import type { ReplayedEvent } from './replay-incidents.ts';

/** One message to one channel. Instants are epoch milliseconds. */
export interface ReplayedMessage {
  channel: string;
  event: IncidentEvent;
  sentMs: number;
  /** One; several where many began or ended at once, or were gathered over quiet hours. */
  incidentIds: readonly number[];
}

/** What people were told of one incident, and are to be. */
interface Telling {
  /** As it was when something happened to it last. */
  incident: OpenIncident;
  sinceMs: number;
  told: (ToldNotice & Notice & { plannedMs: number })[];
  /** The severity that they know; null: they were told nothing. */
  toldSeverity: Severity | null;
  toldMs: number;
  /** When they were last told that it became worse. */
  worseToldMs: number | null;
}

const NOTHING_TOLD = { toldSeverity: null, toldMs: Number.NEGATIVE_INFINITY, worseToldMs: null };

/**
 * Plays what happened to incidents through the planning of the service: every message is sent the instant it may be,
 * unless it was withdrawn before. Somebody takes on what they are told: nobody is reminded, nothing is escalated.
 *
 * @param events by time
 * @returns what was sent, by when it was
 */
export function replayNotices(
  events: readonly ReplayedEvent[],
  jobs: readonly JobFeed[],
  settings: AlertSettings,
  untilMs: number,
): ReplayedMessage[] {
  const jobOf = new Map(jobs.map((job) => [job.jobId, job]));
  const tellings = new Map<number, Telling>();
  let lastId = 0;
  for (const { incident, event, atMs } of events) {
    const known = tellings.get(incident.id);
    const telling: Telling = known ?? { incident, sinceMs: atMs, told: [], ...NOTHING_TOLD };
    tellings.set(incident.id, telling);
    tellWorse(telling, atMs);
    telling.incident = incident;
    telling.sinceMs = atMs;
    // Who heard nothing of it hears of it when it has become what a route names.
    if (telling.toldSeverity === null && event === 'worsened') tell(telling, 'opened', atMs);
    else if (event !== 'worsened') tell(telling, event, atMs);
  }
  for (const telling of tellings.values()) tellWorse(telling, untilMs);
  const sent = [...tellings.values()]
    .flatMap(({ told }) => told)
    .filter(({ state, atMs }) => state !== 'withdrawn' && atMs <= untilMs);
  return inMessages(sent).sort((a, b) => a.sentMs - b.sentMs || a.incidentIds[0]! - b.incidentIds[0]!);

  /** Tells that an incident is worse than people know, if the time for that comes before an instant. */
  function tellWorse(telling: Telling, beforeMs: number): void {
    const { incident, sinceMs, toldSeverity, toldMs, worseToldMs } = telling;
    if (toldSeverity === null || !isWorse(incident.severity, toldSeverity)) return;
    const dueMs = Math.max(sinceMs, worseningDueMs(toldMs, worseToldMs));
    if (dueMs < beforeMs && incident.state !== 'resolved') tell(telling, 'worsened', dueMs);
  }

  function tell(telling: Telling, event: IncidentEvent, atMs: number): void {
    const { incident, told } = telling;
    for (const one of told) if (one.state === 'waiting' && one.atMs < atMs) one.state = 'sent';
    const { notices, withdraws } = planNotices(storyOf(incident, jobOf), event, settings, atMs, told);
    for (const one of told) if (withdraws.includes(one.id)) one.state = 'withdrawn';
    for (const notice of notices) {
      told.push({
        ...notice,
        id: String(++lastId),
        state: 'waiting',
        atMs: notice.sendAfterMs,
        plannedMs: atMs,
      });
    }
    if (notices.length === 0) return;
    telling.toldSeverity = incident.severity;
    telling.toldMs = atMs;
    if (event === 'worsened') telling.worseToldMs = atMs;
  }
}

type SentNotice = Telling['told'][number];

/** Many that began or ended in one look are one message, and so is what waited through quiet hours. */
function inMessages(notices: readonly SentNotice[]): ReplayedMessage[] {
  const groups = Map.groupBy(notices, ({ heldBy, channel, event, plannedMs, atMs, key }) => {
    if (heldBy === 'quiet-hours') return `${channel} held until ${atMs}`;
    const mayBeMany = heldBy === null && (event === 'opened' || event === 'resolved');
    return mayBeMany ? `${channel} ${event} ${plannedMs}` : key;
  });
  return [...groups.values()].flatMap((group) => {
    const isOne = group[0]!.heldBy === 'quiet-hours' || group.length >= MANY;
    return isOne ? [messageOf(group)] : group.map((one) => messageOf([one]));
  });
}

function messageOf(group: readonly SentNotice[]): ReplayedMessage {
  const { channel, event, atMs } = group[0]!;
  const ids = new Set(group.map(({ incidentId }) => incidentId));
  return { channel, event, sentMs: atMs, incidentIds: [...ids].sort((a, b) => a - b) };
}

function storyOf(incident: OpenIncident, jobOf: ReadonlyMap<number, JobFeed>): IncidentStory {
  const { id, state, severity, openedMs, resolvedMs, causes, findings } = incident;
  const named = (finding: IncidentFinding): StoryFinding => {
    const { subject } = finding;
    const job = subject.type === 'job' ? jobOf.get(subject.jobId) : undefined;
    return {
      ...finding,
      name: subject.type === 'job' ? (job?.job ?? String(subject.jobId)) : calledOf(subject),
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
