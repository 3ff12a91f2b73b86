import type { ChannelKind } from '../../models/alerts/alert-settings.ts';
import type { Content } from '../../models/alerts/content.ts';
import type { Queryable } from '../pool.ts';

/** A message that somebody is about to send. */
export interface ClaimedMessage {
  id: string;
  kind: string;
  channel: string;
  channelKind: ChannelKind;
  subject: string;
  body: string;
  /** null of messages written before contents were kept. */
  content: Content | null;
  /** This try counted. */
  attempts: number;
  createdAt: Date;
}

interface Limits {
  /** In all. */
  messages: number;
  /** Of one channel, so that its messages do not take all places. */
  perChannel: number;
}

/**
 * Ids of messages to be sent now, the oldest first, those of every channel side by side.
 *
 * A message waits until those before it, about the same incident to the same channel, are sent or given up: nobody
 * hears of an end before its beginning. Of a channel whose last try failed one message is named: it finds out whether
 * the channel answers again.
 *
 * @param asOf now, for the estate.
 */
export async function dueNotifications(client: Queryable, asOf: Date, limits: Limits): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `with due as (
       select id, channel, created_at, row_number() over (partition by channel order by created_at, id) as place
       from notification
       where state = 'pending' and (not_before is null or not_before <= $1)
         and (next_attempt_at is null or next_attempt_at <= now())
         and (claimed_until is null or claimed_until <= now())
         and not exists (
           select from notification_incident mine
           join notification_incident other on other.incident_id = mine.incident_id
             and other.notification_id <> mine.notification_id
           join notification earlier on earlier.id = other.notification_id
           where mine.notification_id = notification.id and earlier.channel = notification.channel
             and earlier.state = 'pending'
             and (earlier.created_at, earlier.id) < (notification.created_at, notification.id))),
     failing as (
       select channel from notification tried where state = 'pending' and last_error is not null
       group by channel
       having max(tried_at) > coalesce(
         (select max(sent_at) from notification sent where sent.channel = tried.channel), '-infinity'))
     select id from due
     where place <= case when channel in (select channel from failing) then 1 else $3 end
     order by place, created_at, id limit $2`,
    [asOf, limits.messages, limits.perChannel],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes a message for sending: nobody else takes it for `leaseMs`, after which whoever took it is dead. Null when it is
 * not to be sent, not yet, or somebody sends it.
 */
export async function claimNotification(
  client: Queryable,
  id: string,
  { leaseMs, giveUpMs }: { leaseMs: number; giveUpMs: number },
): Promise<ClaimedMessage | null> {
  const { rows } = await client.query<ClaimedMessage>(
    `update notification set attempts = attempts + 1, tried_at = now(),
       claimed_until = now() + $2 * interval '1 ms',
       give_up_at = coalesce(give_up_at, now() + $3 * interval '1 ms')
     where id = $1 and state = 'pending'
       and (claimed_until is null or claimed_until <= now())
       and (next_attempt_at is null or next_attempt_at <= now())
     returning id, kind, channel, channel_kind as "channelKind", subject, body, payload as content, attempts,
       created_at as "createdAt"`,
    [id, leaseMs, giveUpMs],
  );
  return rows[0] ?? null;
}

/** Whether a message still has to be sent. */
export async function isPending(client: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await client.query(`select from notification where id = $1 and state = 'pending'`, [
    id,
  ]);
  return rowCount === 1;
}

/**
 * Records that the receiver accepted it, whoever sent it and however late. Messages of the channel that wait for their
 * next try need not wait any longer.
 */
export async function markSent(
  client: Queryable,
  { id, channel }: ClaimedMessage,
  answer: string,
): Promise<void> {
  await client.query(
    `update notification set state = 'sent', last_error = null, answer = $2, sent_at = now(), claimed_until = null,
       next_attempt_at = null
     where id = $1 and state in ('pending', 'dead')`,
    [id, answer],
  );
  await client.query(
    `update notification set next_attempt_at = null
     where channel = $1 and state = 'pending' and next_attempt_at > now()`,
    [channel],
  );
}

/**
 * Records a try that failed. With `retryAfterMs` null trying again cannot help: the message is dead, and so it is when
 * it was tried in vain for too long. A try that another one overtook changes nothing.
 */
export async function markFailed(
  client: Queryable,
  { id, attempts }: ClaimedMessage,
  error: string,
  retryAfterMs: number | null,
): Promise<'pending' | 'dead'> {
  const { rows } = await client.query<{ state: 'pending' | 'dead' }>(
    `update notification set last_error = $3, claimed_until = null,
       state = case when $4::float8 is null or give_up_at <= now() then 'dead' else 'pending' end,
       next_attempt_at = now() + $4 * interval '1 ms'
     where id = $1 and attempts = $2 and state = 'pending' returning state`,
    [id, attempts, error, retryAfterMs],
  );
  return rows[0]?.state ?? 'pending';
}
