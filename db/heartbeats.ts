import type { Queryable } from './pool.ts';

export interface Heartbeat {
  /** `detect`, `collect/SOURCE`. */
  part: string;
  beatAt: Date;
  /** The instant it worked for; null where there is none. */
  asOf: Date | null;
}

/** Enters that a part of the system has done its work just now. */
export async function beat(
  client: Queryable,
  part: string,
  asOf: Date | null = null,
  detail: object | null = null,
): Promise<void> {
  await client.query(
    `insert into heartbeat (part, beat_at, as_of, detail) values ($1, clock_timestamp(), $2, $3)
     on conflict (part) do update set beat_at = excluded.beat_at, as_of = excluded.as_of, detail = excluded.detail`,
    [part, asOf, detail === null ? null : JSON.stringify(detail)],
  );
}

/** When each part was last alive, by name. */
export async function readHeartbeats(client: Queryable): Promise<Heartbeat[]> {
  const { rows } = await client.query<Heartbeat>(
    `select part, beat_at as "beatAt", as_of as "asOf" from heartbeat order by part`,
  );
  return rows;
}

/** When a part was last alive; null: never. */
export async function lastBeat(client: Queryable, part: string): Promise<Heartbeat | null> {
  return (await readHeartbeats(client)).find((heartbeat) => heartbeat.part === part) ?? null;
}
