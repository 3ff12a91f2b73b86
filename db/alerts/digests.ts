import type { Queryable } from '../pool.ts';

/** A message that waited through quiet hours and that nobody has tried to send. */
export interface HeldMessage {
  id: string;
  channel: string;
  subject: string;
  notBefore: Date;
}

/** Messages whose quiet hours are over, oldest first, locked; those that somebody else has locked are left to him. */
export async function heldMessages(client: Queryable, asOf: Date): Promise<HeldMessage[]> {
  const { rows } = await client.query<HeldMessage>(
    `select id, channel, subject, not_before as "notBefore" from notification
     where state = 'pending' and held_by = 'quiet-hours' and attempts = 0 and not_before <= $1
     order by created_at, id limit 1000 for update skip locked`,
    [asOf],
  );
  return rows;
}

/** How many incidents a channel never heard of because they ended within the quiet hours. */
export async function endedMeanwhile(client: Queryable, channel: string, notBefore: Date): Promise<number> {
  const { rows } = await client.query<{ ended: number }>(
    `select count(distinct told.incident_id)::int as ended
     from notification held join notification_incident told on told.notification_id = held.id
     where held.channel = $1 and held.not_before = $2 and held.held_by = 'quiet-hours'
       and held.state = 'withdrawn' and held.part_of is null
       and not exists (
         select from notification_incident other join notification on notification.id = other.notification_id
         where other.incident_id = told.incident_id and notification.channel = $1
           and notification.state <> 'withdrawn')`,
    [channel, notBefore],
  );
  return rows[0]!.ended;
}

/** Lets a digest, which is in the outbox already, tell messages in their place. */
export async function putIntoDigest(
  client: Queryable,
  digestId: string,
  ids: readonly string[],
): Promise<void> {
  await client.query(
    `insert into notification_incident (notification_id, incident_id, event, severity)
     select $1, incident_id, event, severity from notification_incident where notification_id = any($2)
     on conflict do nothing`,
    [digestId, ids],
  );
  await client.query(`update notification set state = 'withdrawn', part_of = $1 where id = any($2)`, [
    digestId,
    ids,
  ]);
}
