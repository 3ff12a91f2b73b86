import type { Queryable } from './pool.ts';

export interface Arrival {
  path: string;
  sizeBytes: number;
  modifiedAtMs: number;
}

/** Of the given appearances in a source's folder, those not collected before. */
export async function newArrivals(
  client: Queryable,
  source: string,
  arrivals: readonly Arrival[],
): Promise<Arrival[]> {
  const { rows } = await client.query<{ index: number }>(
    `select seen.index::int as index
     from unnest($2::text[], $3::bigint[], $4::timestamptz[]) with ordinality
       as seen (path, size_bytes, modified_at, index)
     where not exists (
       select from arrival a where a.source = $1 and a.path = seen.path
         and a.size_bytes = seen.size_bytes and a.modified_at = seen.modified_at)
     order by seen.index`,
    [
      source,
      arrivals.map((arrival) => arrival.path),
      arrivals.map((arrival) => arrival.sizeBytes),
      arrivals.map((arrival) => new Date(arrival.modifiedAtMs)),
    ],
  );
  return rows.map((row) => arrivals[row.index - 1]!);
}

/** Remembers that an appearance turned out to be that file. */
export async function saveArrival(
  client: Queryable,
  source: string,
  arrival: Arrival,
  sha256: string,
): Promise<void> {
  await client.query(
    `insert into arrival (source, path, size_bytes, modified_at, sha256) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [source, arrival.path, arrival.sizeBytes, new Date(arrival.modifiedAtMs), sha256],
  );
}
