import type { ReceivedEvent } from '../../models/events/received-event.ts';
import type { Queryable } from '../pool.ts';

/** Keeps a message durably; false when it was kept before. */
export async function receiveEvent(
  client: Queryable,
  { id, via, message }: Omit<ReceivedEvent, 'receivedAt'>,
): Promise<boolean> {
  const { rows } = await client.query<{ kept: boolean }>('select receive_event($1, $2, $3) as kept', [
    id,
    via,
    message,
  ]);
  return rows[0]!.kept;
}

/** One transaction at a time packs; the others wait here. */
export async function lockPacking(client: Queryable): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('received_event', 0))`);
}

/** The messages that wait, in order, as many as `limit` and `limitBytes` allow and at least one. */
export async function waitingEvents(
  client: Queryable,
  limit: number,
  limitBytes: number,
): Promise<{ position: number; event: ReceivedEvent }[]> {
  const { rows } = await client.query<
    Omit<ReceivedEvent, 'receivedAt'> & { position: number; receivedAt: Date }
  >(
    `select position, "id", via, message, "receivedAt" from (
       select id as position, event_id as "id", via, message, received_at as "receivedAt",
         sum(octet_length(message)) over (order by id) - octet_length(message) as bytes_before
       from (select * from received_event order by id limit $1) as first) as waiting
     where bytes_before < $2 order by position`,
    [limit, limitBytes],
  );
  return rows.map(({ position, receivedAt, ...event }) => ({
    position,
    event: { ...event, receivedAt: receivedAt.getTime() },
  }));
}

/** Arrival of the latest message in any original, epoch milliseconds; null before the first. */
export async function lastPackedAt(client: Queryable): Promise<number | null> {
  const { rows } = await client.query<{ at: Date | null }>(
    'select max(last_received_at) as at from event_file',
  );
  return rows[0]!.at?.getTime() ?? null;
}

/** Notes that messages are in an original now, and lets go of them. */
export async function markPacked(
  client: Queryable,
  file: { sha256: string; lastReceivedAt: number },
  positions: readonly number[],
): Promise<void> {
  await client.query('insert into event_file (file_sha256, last_received_at, events) values ($1, $2, $3)', [
    file.sha256,
    new Date(file.lastReceivedAt),
    positions.length,
  ]);
  await client.query('delete from received_event where id = any($1::bigint[])', [positions]);
}
