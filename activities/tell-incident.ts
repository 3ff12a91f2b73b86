import type { PoolClient } from 'pg';
import {
  type Notification,
  queueNotification,
  type ToldIncident,
  toldOfIncident,
  withdrawNotifications,
} from '../db/notifications.ts';
import { announceChange } from '../db/pool.ts';
import type { AlertSettings } from '../models/alerts/alert-settings.ts';
import type { Content } from '../models/alerts/content.ts';
import type { IncidentEvent, IncidentStory, StoryLinks } from '../models/alerts/incident-story.ts';
import { plainText } from '../models/alerts/mail-body.ts';
import { MANY, manyContent } from '../models/alerts/many-content.ts';
import { type NextNotice, nextNotice } from '../models/alerts/next-notice.ts';
import { type Notice, planNotices } from '../models/alerts/plan-notices.ts';
import { runBookOf, storyContent } from '../models/alerts/story-content.ts';
import { noticeId } from './notice-id.ts';

export interface Teller {
  alerts: AlertSettings;
  /** Address of the live page, for what tells of several incidents. */
  pageUrl: string;
}

/** Something happened to an incident. Links belong to one channel: whoever follows one is known by it. */
export interface IncidentNews {
  story: IncidentStory;
  event: IncidentEvent;
  links: (channel: string) => StoryLinks;
}

interface Planned {
  notice: Notice;
  story: IncidentStory;
  links: StoryLinks;
}

/**
 * Puts into the outbox what people are to be told of one incident, in the caller's transaction, which must have read
 * the story. Twice is once.
 *
 * @returns how many messages were queued.
 */
export const tell = (client: PoolClient, teller: Teller, news: IncidentNews, asOf: Date): Promise<number> =>
  tellAll(client, teller, [news], asOf);

/** The same for all incidents that a look has changed; where a channel would get many messages it gets one. */
export async function tellAll(
  client: PoolClient,
  teller: Teller,
  changes: readonly IncidentNews[],
  asOf: Date,
): Promise<number> {
  const planned: Planned[] = [];
  // Always in the same order: two tellers that lock the messages of several incidents must not wait for each other.
  for (const { story, event, links } of changes.toSorted((a, b) => a.story.id - b.story.id)) {
    const told = await toldOfIncident(client, story.id);
    const { notices, withdraws } = planNotices(story, event, teller.alerts, asOf.getTime(), told);
    if (withdraws.length > 0) await withdrawNotifications(client, withdraws);
    const known = { ...story, runBook: story.runBook ?? runBookOf(story, teller.alerts) };
    for (const notice of notices) planned.push({ notice, story: known, links: links(notice.channel) });
  }
  let queued = 0;
  for (const group of grouped(planned)) {
    const { notification, incidents } = notificationOf(group, teller, asOf);
    if (await queueNotification(client, notification, incidents)) queued += 1;
  }
  if (queued > 0) await announceChange(client, 'notifications');
  return queued;
}

/** What is due next for an incident that goes on, and when; null when nothing is. */
export async function nextTelling(
  client: PoolClient,
  { alerts }: Teller,
  story: IncidentStory,
  asOf: Date,
): Promise<NextNotice | null> {
  return nextNotice(story, alerts, asOf.getTime(), await toldOfIncident(client, story.id));
}

/** Beginnings, and ends, that one channel is told at once are together when they are many. */
function grouped(planned: readonly Planned[]): Planned[][] {
  const groups = new Map<string, Planned[]>();
  for (const one of planned) {
    const { channel, event, heldBy, key } = one.notice;
    // What waits comes together in a digest, and must be withdrawn singly until then.
    const isGrouped = heldBy === null && (event === 'opened' || event === 'resolved');
    const name = isGrouped ? `${channel}/${event}` : key;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length >= MANY ? [group] : group.map((one) => [one]),
  );
}

function notificationOf(
  group: readonly Planned[],
  { alerts, pageUrl }: Teller,
  asOf: Date,
): { notification: Notification; incidents: ToldIncident[] } {
  const { notice, story, links } = group[0]!;
  const { channel, event, sendAfterMs, heldBy } = notice;
  const { kind: channelKind, language } = alerts.channels.find(({ name }) => name === channel)!;
  const content: Content =
    group.length === 1
      ? storyContent(story, event, links, language, asOf.getTime())
      : manyContent(
          group.map((one) => one.story),
          event,
          pageUrl,
          language,
        );
  return {
    notification: {
      id: noticeId(group.map((one) => one.notice.key).join('\n')),
      kind: KINDS[event],
      channel,
      channelKind,
      event,
      subject: content.subject,
      body: plainText(content),
      content,
      asOf,
      notBefore: heldBy === null ? null : new Date(sendAfterMs),
      heldBy,
    },
    incidents: group.map((one) => ({ id: one.story.id, severity: one.notice.severity })),
  };
}

const KINDS: Record<IncidentEvent, Notification['kind']> = {
  opened: 'incidents-opened',
  worsened: 'incident-news',
  reminder: 'incident-news',
  escalated: 'incident-news',
  resolved: 'incidents-resolved',
};
