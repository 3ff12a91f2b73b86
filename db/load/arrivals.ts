import type { Queryable } from '../pool.ts';

export interface Arrival {
  path: string;
  sizeBytes: number;
  modifiedAtMs: number;
}

/** Of the given appearances in a source's folder, those not collected before. */
export async function newArrivals<Seen extends Arrival>(
  client: Queryable,
  source: string,
  arrivals: readonly Seen[],
): Promise<Seen[]> {
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

/** Remembers which files the appearances turned out to be. */
export async function saveArrivals(
  client: Queryable,
  source: string,
  arrivals: readonly (Arrival & { sha256: string })[],
): Promise<void> {
  await client.query(
    `insert into arrival (source, path, size_bytes, modified_at, sha256)
     select $1, path, size_bytes, modified_at, sha256
     from unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::text[])
       as seen (path, size_bytes, modified_at, sha256)
     on conflict do nothing`,
    [
      source,
      arrivals.map((arrival) => arrival.path),
      arrivals.map((arrival) => arrival.sizeBytes),
      arrivals.map((arrival) => new Date(arrival.modifiedAtMs)),
      arrivals.map((arrival) => arrival.sha256),
    ],
  );
}
