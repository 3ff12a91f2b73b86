import { SEVERITIES, type Severity } from '../detect/incidents/incident.ts';
import type { AlertSettings } from './alert-settings.ts';
import { type HoldBack, holdBack } from './hold-back.ts';
import type { IncidentEvent, IncidentStory } from './incident-story.ts';
import { type Routing, routeStory } from './route-story.ts';

/** What one channel was told of an incident, or will be. Instants are those of the estate, epoch milliseconds. */
export interface ToldNotice {
  id: string;
  channel: string;
  event: IncidentEvent;
  /** Of the incident when it was written. */
  severity: Severity;
  /**
   * `waiting`: nobody has tried to send it and it tells of nothing else, so it can be withdrawn. `trying`: it may have
   * been received. `dead`: given up, and it may have been received all the same.
   */
  state: 'waiting' | 'trying' | 'sent' | 'dead' | 'withdrawn';
  /** From when on it may be sent. */
  atMs: number;
}

/** One message about an incident to one channel. */
export interface Notice {
  incidentId: number;
  channel: string;
  event: IncidentEvent;
  severity: Severity;
  /** The same for the same thing told to the same channel, whoever plans it and however often. */
  key: string;
  sendAfterMs: number;
  /** Why it waits. */
  heldBy: HoldBack['reason'];
}

export interface NoticePlan {
  notices: readonly Notice[];
  /** Ids of messages that nobody has tried to send and that are wrong or useless now. */
  withdraws: readonly string[];
}

interface Situation {
  story: IncidentStory;
  asOfMs: number;
  routing: Routing;
  held: HoldBack;
  told: readonly ToldNotice[];
  notices: Notice[];
  withdraws: string[];
}

/**
 * Whom to tell what, after something happened to an incident.
 *
 * Whatever the order of events and however often one is told: a channel is told of a thing once, and of the end
 * exactly when it was, or may have been, told of anything else. An incident that ended is only ever told to be over,
 * whatever `event` says. When it is time to remind or to escalate is for the caller to know, see `patienceOf`.
 *
 * @param told everything of this incident that was queued before.
 */
export function planNotices(
  story: IncidentStory,
  event: IncidentEvent,
  settings: AlertSettings,
  asOfMs: number,
  told: readonly ToldNotice[],
): NoticePlan {
  const situation: Situation = {
    story,
    asOfMs,
    routing: routeStory(story, settings, asOfMs),
    held: holdBack(story, settings, asOfMs),
    told,
    notices: [],
    withdraws: [],
  };
  const isOver =
    event === 'resolved' ||
    story.state === 'resolved' ||
    told.some((notice) => notice.event === 'resolved' && notice.state !== 'withdrawn');
  if (isOver) planEnd(situation, settings);
  else if (event === 'opened' || event === 'worsened') planNews(situation, event);
  else if (story.state !== 'acknowledged') {
    if (event === 'reminder') planReminders(situation);
    else planEscalation(situation);
  }
  return { notices: situation.notices, withdraws: situation.withdraws };
}

const isNews = ({ event }: ToldNotice): boolean => event !== 'resolved';

/** What a channel has of the incident, without what was withdrawn. */
const liveOf = ({ told }: Situation, channel: string): readonly ToldNotice[] =>
  told.filter((notice) => notice.channel === channel && notice.state !== 'withdrawn');

const channelsOf = ({ told }: Situation): string[] => [
  ...new Set(told.filter(({ state }) => state !== 'withdrawn').map(({ channel }) => channel)),
];

function planEnd(situation: Situation, settings: AlertSettings): void {
  const configured = new Set(settings.channels.map(({ name }) => name));
  for (const channel of channelsOf(situation)) {
    const live = liveOf(situation, channel);
    situation.withdraws.push(...idsOf(live.filter((notice) => notice.state === 'waiting' && isNews(notice))));
    const mayKnow = live.some((notice) => notice.state !== 'waiting' && isNews(notice));
    const endsTold = live.some((notice) => !isNews(notice));
    if (mayKnow && !endsTold && configured.has(channel)) add(situation, channel, 'resolved');
  }
}

function planNews(situation: Situation, event: 'opened' | 'worsened'): void {
  const routed = situation.routing.channels.map(({ channel }) => channel);
  const told = event === 'worsened' ? channelsOf(situation) : [];
  for (const channel of new Set([...routed, ...told])) {
    const live = liveOf(situation, channel);
    if (live.length === 0) add(situation, channel, 'opened');
    else if (event === 'worsened' && isWorse(situation.story.severity, live)) {
      // What waits tells of a smaller trouble: it is told at its true size, and at the hour that this has.
      const waiting = live.filter(({ state }) => state === 'waiting');
      situation.withdraws.push(...idsOf(waiting));
      add(situation, channel, waiting.length === live.length ? 'opened' : 'worsened');
    }
  }
}

/** Of what they have received: who has not, or has a message on its way, is not sent another one. */
function planReminders(situation: Situation): void {
  if (situation.held.reason !== null) return;
  for (const { channel, isReminded } of situation.routing.channels) {
    const live = liveOf(situation, channel);
    const isOnItsWay = live.some(({ state }) => state === 'waiting' || state === 'trying');
    const hasReceived = live.some(({ state }) => state === 'sent');
    if (isReminded && hasReceived && !isOnItsWay) add(situation, channel, 'reminder');
  }
}

function planEscalation(situation: Situation): void {
  if (!situation.told.some(({ state }) => ['trying', 'sent', 'dead'].includes(state))) return;
  for (const channel of situation.routing.escalateTo) {
    const escalated = liveOf(situation, channel).some(({ event }) => event === 'escalated');
    if (!escalated) add(situation, channel, 'escalated');
  }
}

const isWorse = (severity: Severity, live: readonly ToldNotice[]): boolean =>
  live.every((notice) => SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(notice.severity));

const idsOf = (notices: readonly ToldNotice[]): string[] => notices.map(({ id }) => id);

function add({ story, told, held, notices }: Situation, channel: string, event: IncidentEvent): void {
  // What was withdrawn is counted too: the message in its place has another id.
  const before = told.filter((notice) => notice.channel === channel && notice.event === event).length;
  notices.push({
    incidentId: story.id,
    channel,
    event,
    severity: story.severity,
    key: `incident ${story.id}/${channel}/${event}/${before}`,
    sendAfterMs: held.untilMs,
    heldBy: held.reason,
  });
}
