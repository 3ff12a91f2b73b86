import type { PoolClient } from 'pg';
import { type Notification, queueNotification } from '../../db/alerts/notifications.ts';
import { announceChange } from '../../db/pool.ts';
import type { AlertChannel, AlertSettings, Topic } from '../../models/alerts/alert-settings.ts';
import { type Content, contentOfMessage } from '../../models/alerts/content.ts';
import { holdBackMessage } from '../../models/alerts/hold-back.ts';
import type { IncidentEvent } from '../../models/alerts/incident-story.ts';
import { plainText } from '../../models/alerts/mail-body.ts';
import type { Language, Message } from '../../models/alerts/message.ts';
import { routeTopic } from '../../models/alerts/route-story.ts';
import type { FindingKind } from '../../models/detect/finding.ts';
import { noticeId } from './notice-id.ts';

export interface ToldMessage {
  kind: Notification['kind'];
  /** By what it is routed. */
  topic: Topic | FindingKind;
  /** What it tells of, in words that are the same whenever the same thing is told: nobody is told twice. */
  told: string;
  message: (language: Language) => Message;
  asOf: Date;
  /** Of the incidents that it tells of. */
  event?: IncidentEvent;
  incidentIds?: readonly number[];
  /** Instead of those of the routes. */
  channels?: readonly string[];
}

/** Puts a message that has no incident's story into the outbox of every channel it is routed to. */
export async function tellMessage(
  client: PoolClient,
  alerts: AlertSettings,
  { kind, topic, told, message, asOf, event, incidentIds = [], channels }: ToldMessage,
): Promise<void> {
  const names = channels ?? routeTopic(topic, alerts, asOf.getTime());
  const { untilMs, reason } = holdBackMessage(alerts, asOf.getTime());
  const incidents = incidentIds.map((id) => ({ id, severity: null }));
  for (const channel of alerts.channels.filter(({ name }) => names.includes(name))) {
    const tone = event === 'resolved' ? 'good' : event === undefined ? 'info' : 'bad';
    const content = contentOfMessage(message(channel.language), kind, channel.language, tone);
    const wait = { notBefore: reason === null ? null : new Date(untilMs), heldBy: reason };
    const notification = {
      ...notificationTo(channel, kind, told, content, asOf),
      ...wait,
      event: event ?? null,
    };
    await queueNotification(client, notification, incidents);
  }
  await announceChange(client, 'notifications');
}

/** A message to one channel, to be sent at once. */
export const notificationTo = (
  { name, kind: channelKind }: AlertChannel,
  kind: Notification['kind'],
  told: string,
  content: Content,
  asOf: Date,
): Notification => ({
  id: noticeId(`${kind}/${name}/${told}`),
  kind,
  channel: name,
  channelKind,
  event: null,
  subject: content.subject,
  body: plainText(content),
  content,
  asOf,
  notBefore: null,
  heldBy: null,
});
