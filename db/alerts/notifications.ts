import type { ChannelKind } from '../../models/alerts/alert-settings.ts';
import type { Content } from '../../models/alerts/content.ts';
import type { HoldBack } from '../../models/alerts/hold-back.ts';
import type { IncidentEvent } from '../../models/alerts/incident-story.ts';
import type { ToldNotice } from '../../models/alerts/plan-notices.ts';
import type { Severity } from '../../models/detect/incidents/incident.ts';
import type { Queryable } from '../pool.ts';

export interface Notification {
  /** What it tells, hashed: the same thing is never told twice to a channel. */
  id: string;
  kind:
    | 'incidents-opened'
    | 'incidents-resolved'
    | 'incident-worsened'
    | 'incident-reminder'
    | 'incident-escalated'
    | 'digest'
    | 'forecast-ready'
    | 'score-card'
    | 'schedules-changed'
    | 'champion-changed'
    | 'approval-asked'
    | 'approval-over'
    | 'trial-over'
    | 'report-ready'
    | 'channel-test';
  /** Name of a configured channel. */
  channel: string;
  channelKind: ChannelKind;
  /** null of what is not of an incident, and of a digest. */
  event: IncidentEvent | null;
  subject: string;
  /** Plain text. */
  body: string;
  content: Content;
  /** The instant of the estate it tells of. */
  asOf: Date;
  /** It waits until the estate has come there; null: it does not wait. */
  notBefore: Date | null;
  heldBy: HoldBack['reason'];
}

/** An incident that a message tells of. */
export interface ToldIncident {
  id: number;
  severity: Severity | null;
}

/**
 * Puts a message in the outbox. Belongs in the transaction of the change it tells of.
 * Returns false when the same thing is in the outbox already.
 */
export async function queueNotification(
  client: Queryable,
  notification: Notification,
  incidents: readonly ToldIncident[] = [],
): Promise<boolean> {
  const { id, kind, channel, channelKind, event, subject, body, content, asOf, notBefore, heldBy } =
    notification;
  const { rowCount } = await client.query(
    `insert into notification
       (id, kind, channel, channel_kind, event, subject, body, payload, told_as_of, not_before, held_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do nothing`,
    [id, kind, channel, channelKind, event, subject, body, JSON.stringify(content), asOf, notBefore, heldBy],
  );
  if (rowCount === 0) return false;
  await client.query(
    `insert into notification_incident (notification_id, incident_id, event, severity)
     select $1, incident_id, $2, severity from unnest($3::bigint[], $4::text[]) as told (incident_id, severity)`,
    [id, event, incidents.map((incident) => incident.id), incidents.map(({ severity }) => severity)],
  );
  return true;
}

/**
 * All that was queued about an incident, locked until the transaction ends: nobody begins to send what it decides to
 * withdraw. A message that tells of other incidents as well cannot be withdrawn, so it counts as being tried.
 */
export async function toldOfIncident(client: Queryable, incidentId: number): Promise<ToldNotice[]> {
  const { rows } = await client.query<ToldNotice>(
    `select notification.id, notification.channel, told.event, coalesce(told.severity, 'major') as severity,
       case when state <> 'pending' then state
         when attempts = 0 and kind <> 'digest' and not exists (
           select from notification_incident other
           where other.notification_id = notification.id and other.incident_id <> told.incident_id) then 'waiting'
         else 'trying' end as state,
       extract(epoch from coalesce(not_before, told_as_of, created_at))::float8 * 1000 as "atMs"
     from notification_incident told join notification on notification.id = told.notification_id
     where told.incident_id = $1
     order by notification.id for update of notification`,
    [incidentId],
  );
  return rows;
}

/** Withdraws messages that nobody has tried to send. */
export async function withdrawNotifications(client: Queryable, ids: readonly string[]): Promise<void> {
  await client.query(
    `update notification set state = 'withdrawn' where id = any($1) and state = 'pending' and attempts = 0`,
    [ids],
  );
}

/** Channels that were sent one of these messages, or may be: it was not withdrawn. */
export async function channelsTold(client: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ channel: string }>(
    `select distinct channel from notification where id = any($1) and state <> 'withdrawn' order by channel`,
    [ids],
  );
  return rows.map(({ channel }) => channel);
}
