import type { Queryable } from './pool.ts';

/** There is no data yet, so there is no "now" in the time of the data. */
export class NothingLoaded extends Error {
  override name = 'NothingLoaded';
}

/**
 * The latest instant any loaded run log tells of; null before the first load. Events come on the clock of today and
 * must not carry an old estate there: they count where there is no run log.
 */
export async function lastArrival(client: Queryable): Promise<Date | null> {
  const { rows } = await client.query<{ last: Date | null }>(
    `with told as (
       select source.kind, (select max(last_known_at) from file where file.source = source.name and state = 'loaded') as last
       from source where source.kind in ('runs', 'events'))
     select coalesce(max(last) filter (where kind = 'runs'), max(last) filter (where kind = 'events')) as last
     from told`,
  );
  return rows[0]?.last ?? null;
}

/**
 * Now, for the estate: with `wall` time the machine's clock, with `data` time (old logs, a simulated estate) the
 * last arrival.
 *
 * @param wallMs the machine's clock, epoch milliseconds.
 * @throws NothingLoaded with `data` time before the first load.
 */
export async function estateNow(client: Queryable, time: 'wall' | 'data', wallMs: number): Promise<Date> {
  if (time === 'wall') return new Date(wallMs);
  const last = await lastArrival(client);
  if (last === null) throw new NothingLoaded('no run log has been loaded yet: the last arrival is not known');
  return last;
}

/** The same, and the machine's clock before the first load: to be asked by what goes on without any data. */
export async function estateMoment(client: Queryable, time: 'wall' | 'data', wallMs: number): Promise<Date> {
  const last = time === 'data' ? await lastArrival(client) : null;
  return last ?? new Date(wallMs);
}
