import type { Queryable } from '../pool.ts';

/** How a file looked the first time. */
export interface Sighting {
  path: string;
  sizeBytes: number;
  modifiedAtMs: number;
  /** Of what was read then; null for a large file. */
  sha256: string | null;
  seenAtMs: number;
}

/** The first looks at some paths of a source, by path. */
export async function findSightings(
  client: Queryable,
  source: string,
  paths: readonly string[],
): Promise<Map<string, Sighting>> {
  const { rows } = await client.query<
    Omit<Sighting, 'modifiedAtMs' | 'seenAtMs'> & { modified: Date; seen: Date }
  >(
    `select path, size_bytes as "sizeBytes", modified_at as modified, sha256, seen_at as seen
     from sighting where source = $1 and path = any($2)`,
    [source, paths],
  );
  return new Map(
    rows.map(({ modified, seen, ...row }) => [
      row.path,
      { ...row, modifiedAtMs: modified.getTime(), seenAtMs: seen.getTime() },
    ]),
  );
}

/** Remembers how files look; an earlier look at the same path is forgotten. */
export async function saveSightings(
  client: Queryable,
  source: string,
  sightings: readonly Sighting[],
): Promise<void> {
  await client.query(
    `insert into sighting (source, path, size_bytes, modified_at, sha256, seen_at)
     select $1, * from unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::timestamptz[])
     on conflict (source, path) do update set size_bytes = excluded.size_bytes,
       modified_at = excluded.modified_at, sha256 = excluded.sha256, seen_at = excluded.seen_at`,
    [
      source,
      sightings.map((one) => one.path),
      sightings.map((one) => one.sizeBytes),
      sightings.map((one) => new Date(one.modifiedAtMs)),
      sightings.map((one) => one.sha256),
      sightings.map((one) => new Date(one.seenAtMs)),
    ],
  );
}

/** Forgets first looks: the files were taken. */
export async function forgetSightings(
  client: Queryable,
  source: string,
  paths: readonly string[],
): Promise<void> {
  await client.query(`delete from sighting where source = $1 and path = any($2)`, [source, paths]);
}
