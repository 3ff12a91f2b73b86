import type { NodeCounters } from '../../models/intake/node-metrics.ts';
import type { Queryable } from '../pool.ts';

/** What was read last of a server. */
export interface Scrape {
  host: string;
  atMs: number;
  counters: NodeCounters;
}

/** What was read last of the servers of a source, by server. */
export async function findScrapes(client: Queryable, source: string): Promise<Map<string, Scrape>> {
  const { rows } = await client.query<{ host: string; at: Date; counters: NodeCounters }>(
    `select host, scraped_at as at, counters from scrape where source = $1`,
    [source],
  );
  return new Map(rows.map(({ host, at, counters }) => [host, { host, atMs: at.getTime(), counters }]));
}

/** Remembers what was read. */
export async function saveScrapes(
  client: Queryable,
  source: string,
  scrapes: readonly Scrape[],
): Promise<void> {
  await client.query(
    `insert into scrape (source, host, scraped_at, counters)
     select $1, * from unnest($2::text[], $3::timestamptz[], $4::jsonb[])
     on conflict (source, host) do update set scraped_at = excluded.scraped_at, counters = excluded.counters`,
    [
      source,
      scrapes.map(({ host }) => host),
      scrapes.map(({ atMs }) => new Date(atMs)),
      scrapes.map(({ counters }) => JSON.stringify(counters)),
    ],
  );
}
