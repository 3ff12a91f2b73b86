import type { Queryable } from '../pool.ts';

/** When a part of the system was last alive. */
export interface Heartbeat {
  beatAt: Date;
  /** The instant it worked for; null where there is none. */
  asOf: Date | null;
}

/** Enters that a part of the system has done its work just now, for an instant. */
export async function beat(client: Queryable, part: string, asOf: Date, detail: object): Promise<void> {
  await client.query(
    `insert into heartbeat (part, beat_at, as_of, detail) values ($1, clock_timestamp(), $2, $3)
     on conflict (part) do update set beat_at = excluded.beat_at, as_of = excluded.as_of, detail = excluded.detail`,
    [part, asOf, JSON.stringify(detail)],
  );
}

/** When a part was last alive; null: never. */
export async function lastBeat(client: Queryable, part: string): Promise<Heartbeat | null> {
  const { rows } = await client.query<Heartbeat>(
    `select beat_at as "beatAt", as_of as "asOf" from heartbeat where part = $1`,
    [part],
  );
  return rows[0] ?? null;
}
