import type { Queryable } from '../pool.ts';

/** Notes that parts of the system have moved; what is known of later is kept. */
export async function saveBeats(client: Queryable, beats: ReadonlyMap<string, number>): Promise<void> {
  await client.query(
    `insert into heartbeat (part, beat_at)
     select part, to_timestamp(ms / 1000) from unnest($1::text[], $2::float8[]) as beat (part, ms) order by part
     on conflict (part) do update set beat_at = greatest(heartbeat.beat_at, excluded.beat_at)`,
    [[...beats.keys()], [...beats.values()]],
  );
}

/** When each part last moved, epoch milliseconds. */
export async function readBeats(client: Queryable): Promise<Map<string, number>> {
  const { rows } = await client.query<{ part: string; ms: number }>(
    `select part, (extract(epoch from beat_at) * 1000)::float8 as ms from heartbeat`,
  );
  return new Map(rows.map(({ part, ms }) => [part, ms]));
}
