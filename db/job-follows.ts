import type { Queryable } from './pool.ts';

/** Which jobs each job follows. */
export async function readFollows(client: Queryable): Promise<Map<number, number[]>> {
  const { rows } = await client.query<{ jobId: number; upstreamId: number }>(
    `select job_id as "jobId", upstream_id as "upstreamId" from job_follows order by 1, 2`,
  );
  const follows = new Map<number, number[]>();
  for (const { jobId, upstreamId } of rows) {
    follows.set(jobId, [...(follows.get(jobId) ?? []), upstreamId]);
  }
  return follows;
}

/** Keeps what was learned instead of what was known, in the caller's transaction. */
export async function saveFollows(
  client: Queryable,
  follows: ReadonlyMap<number, readonly number[]>,
  learnedAt: Date,
): Promise<void> {
  const pairs = [...follows].flatMap(([jobId, upstreams]) => upstreams.map((upstream) => [jobId, upstream]));
  await client.query('delete from job_follows');
  await client.query(
    `insert into job_follows (job_id, upstream_id, learned_at)
     select *, $3 from unnest($1::bigint[], $2::bigint[]) on conflict do nothing`,
    [pairs.map(([jobId]) => jobId), pairs.map(([, upstream]) => upstream), learnedAt],
  );
}
