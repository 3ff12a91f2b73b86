import type { Queryable } from '../pool.ts';

/** What stands in the way of trying a dead message again; null: it waits to be sent now. */
export type RevivalRefusal = 'unknown' | 'not-dead' | 'overtaken';

/**
 * Has a dead message tried again, from now on for as long as a new one. Not when the receiver has heard meanwhile that
 * the incident is over: then it would take it for a new one.
 */
export async function reviveNotification(client: Queryable, id: string): Promise<RevivalRefusal | null> {
  const { rows } = await client.query<{ state: string; overtaken: boolean }>(
    `select state, exists (
       select from notification_incident mine
       join notification_incident over on over.incident_id = mine.incident_id and over.event = 'resolved'
       join notification later on later.id = over.notification_id
       where mine.notification_id = $1 and later.id <> $1 and later.channel = notification.channel
         and later.state = 'sent') as overtaken
     from notification where id = $1 for update`,
    [id],
  );
  const [found] = rows;
  if (found === undefined) return 'unknown';
  if (found.state !== 'dead') return 'not-dead';
  if (found.overtaken) return 'overtaken';
  await client.query(
    `update notification set state = 'pending', next_attempt_at = null, claimed_until = null, give_up_at = null
     where id = $1`,
    [id],
  );
  return null;
}
