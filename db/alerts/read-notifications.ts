import type { Queryable } from '../pool.ts';

export interface NotificationRow {
  id: string;
  kind: string;
  channel: string;
  channelKind: string;
  /** What happened to its incidents; null of other messages. */
  event: string | null;
  subject: string;
  state: 'pending' | 'sent' | 'dead' | 'withdrawn';
  attempts: number;
  lastError: string | null;
  /** What the receiver said when it accepted it. */
  answer: string | null;
  createdAt: Date;
  /** It waits for this instant of the estate. */
  notBefore: Date | null;
  nextAttemptAt: Date | null;
  sentAt: Date | null;
}

/** A Date knows milliseconds: what is to be asked for by one is in the order of those. */
const MS = 'floor(extract(epoch from created_at) * 1000)::bigint';

export interface NotificationFilter {
  state?: NotificationRow['state'] | undefined;
  channel?: string | undefined;
  /** The message before the first of the page: its making in milliseconds, its id. */
  after?: readonly [createdMs: number, id: string] | null | undefined;
}

const COLUMNS = `id, kind, channel, channel_kind as "channelKind", event, subject, state, attempts,
  last_error as "lastError", answer, created_at as "createdAt", not_before as "notBefore",
  next_attempt_at as "nextAttemptAt", sent_at as "sentAt"`;

/** The outbox, newest message first. */
export async function readNotifications(
  client: Queryable,
  limit: number,
  { state, channel, after }: NotificationFilter = {},
): Promise<NotificationRow[]> {
  const { rows } = await client.query<NotificationRow>(
    `select ${COLUMNS} from notification
     where ($2::text is null or state = $2) and ($3::text is null or channel = $3)
       and ($4::bigint is null or (-${MS}, id) > (-$4::bigint, $5))
     order by ${MS} desc, id limit $1`,
    [limit, state ?? null, channel ?? null, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}

/** Messages whose id begins so, two at most. */
export async function findNotifications(client: Queryable, start: string): Promise<NotificationRow[]> {
  const { rows } = await client.query<NotificationRow>(
    `select ${COLUMNS} from notification where starts_with(id, $1) order by id limit 2`,
    [start],
  );
  return rows;
}
