import type { Queryable } from './pool.ts';

export interface NotificationRow {
  id: string;
  kind: string;
  channel: string;
  subject: string;
  state: 'pending' | 'sent' | 'dead';
  attempts: number;
  lastError: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

/** The outbox, newest message first. */
export async function readNotifications(client: Queryable, limit: number): Promise<NotificationRow[]> {
  const { rows } = await client.query<NotificationRow>(
    `select id, kind, channel, subject, state, attempts, last_error as "lastError", created_at as "createdAt",
       sent_at as "sentAt"
     from notification order by created_at desc, id limit $1`,
    [limit],
  );
  return rows;
}
