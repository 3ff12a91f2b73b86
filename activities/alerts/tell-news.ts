import type { PoolClient } from 'pg';
import {
  type Notification,
  queueNotification,
  type ToldIncident,
  toldOfIncident,
  withdrawNotifications,
} from '../../db/alerts/notifications.ts';
import { announceChange } from '../../db/pool.ts';
import type { Content } from '../../models/alerts/content.ts';
import type { IncidentEvent, IncidentStory, StoryLinks } from '../../models/alerts/incident-story.ts';
import { plainText } from '../../models/alerts/mail-body.ts';
import { MANY, manyContent } from '../../models/alerts/many-content.ts';
import { type Notice, planNotices } from '../../models/alerts/plan-notices.ts';
import { runBookOf, storyContent } from '../../models/alerts/story-content.ts';
import type { Dependencies } from '../dependencies.ts';
import { storyLinks } from './action-links.ts';
import { noticeId } from './notice-id.ts';

/** What it takes to tell of incidents. */
export type Teller = Pick<Dependencies, 'alerts' | 'pageUrl' | 'linkKey' | 'workflowUrl' | 'now'>;

/** Something happened to an incident. */
export interface IncidentNews {
  story: IncidentStory;
  event: IncidentEvent;
}

interface Planned {
  notice: Notice;
  story: IncidentStory;
  links: StoryLinks;
}

/**
 * Puts into the outbox what people are to be told of incidents, in the caller's transaction, which must have read the
 * stories. Where a channel would get many messages it gets one. Twice is once.
 *
 * @returns how many messages were queued, and of which incidents they tell.
 */
export async function tellNews(
  client: PoolClient,
  teller: Teller,
  changes: readonly IncidentNews[],
  asOf: Date,
): Promise<{ queued: number; incidentIds: number[] }> {
  const planned: Planned[] = [];
  // Always in the same order: two tellers that lock the messages of several incidents must not wait for each other.
  for (const { story, event } of changes.toSorted((a, b) => a.story.id - b.story.id)) {
    const told = await toldOfIncident(client, story.id);
    const { notices, withdraws } = planNotices(story, event, teller.alerts, asOf.getTime(), told);
    if (withdraws.length > 0) await withdrawNotifications(client, withdraws);
    const known = { ...story, runBook: story.runBook ?? runBookOf(story, teller.alerts) };
    for (const notice of notices) {
      // Links belong to one channel: whoever follows one is known by it.
      const links = storyLinks(teller, story.id, notice.channel);
      planned.push({ notice, story: known, links });
    }
  }
  let queued = 0;
  for (const group of grouped(planned)) {
    const { notification, incidents } = notificationOf(group, teller, asOf);
    if (await queueNotification(client, notification, incidents)) queued += 1;
  }
  if (queued > 0) await announceChange(client, 'notifications');
  return { queued, incidentIds: [...new Set(planned.map(({ story }) => story.id))] };
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
          `${pageUrl}/incidents`,
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
  worsened: 'incident-worsened',
  reminder: 'incident-reminder',
  escalated: 'incident-escalated',
  resolved: 'incidents-resolved',
};
