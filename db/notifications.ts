import type { Queryable } from './pool.ts';

export interface Notification {
  id: string;
  kind:
    | 'incidents-opened'
    | 'incidents-resolved'
    | 'forecast-ready'
    | 'champion-changed'
    | 'incident-reminder'
    | 'incident-escalated';
  channel: 'mail';
  subject: string;
  body: string;
}

/**
 * Puts a message in the outbox. Belongs in the transaction of the change it tells of.
 * Returns false when the same thing is in the outbox already.
 */
export async function queueNotification(
  client: Queryable,
  notification: Notification,
  incidentIds: readonly number[] = [],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into notification (id, kind, channel, subject, body) values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing`,
    [notification.id, notification.kind, notification.channel, notification.subject, notification.body],
  );
  if (rowCount === 0) return false;
  await client.query(
    `insert into notification_incident (notification_id, incident_id) select $1, unnest($2::bigint[])`,
    [notification.id, incidentIds],
  );
  return true;
}

/** Ids of the messages still to be sent, oldest first. */
export async function pendingNotifications(client: Queryable, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from notification where state = 'pending' order by created_at, id limit $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/** A pending message, locked until the transaction ends so that it is sent once; null when it is not pending. */
export async function lockPendingNotification(client: Queryable, id: string): Promise<Notification | null> {
  const { rows } = await client.query<Notification>(
    `select id, kind, channel, subject, body from notification where id = $1 and state = 'pending' for update`,
    [id],
  );
  return rows[0] ?? null;
}

/** Records that the receiver accepted it. */
export async function markSent(client: Queryable, id: string): Promise<void> {
  await client.query(
    `update notification set state = 'sent', attempts = attempts + 1, last_error = null, sent_at = now() where id = $1`,
    [id],
  );
}

/** Records a try that failed; `permanent` when trying again cannot help. */
export async function markFailed(
  client: Queryable,
  id: string,
  error: string,
  permanent: boolean,
): Promise<void> {
  await client.query(
    `update notification set state = $3, attempts = attempts + 1, last_error = $2 where id = $1`,
    [id, error, permanent ? 'dead' : 'pending'],
  );
}
