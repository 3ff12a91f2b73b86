import type { Queryable } from '../pool.ts';

/**
 * Jobs that loads told of since the last look, as far as known at `asOf`: since when their news was known, epoch
 * milliseconds. What is not known yet at `asOf` is left for the next look.
 *
 * The lines go with the caller's transaction: a look that fails takes nothing.
 */
export async function takeJobNews(client: Queryable, asOf: Date): Promise<Map<number, number>> {
  const { rows } = await client.query<{ jobId: number; knownSinceMs: number }>(
    `with told as (select id, job_id, known_since, known_until from job_news where known_since <= $1),
       seen as (delete from job_news where id in (select id from told where known_until <= $1))
     select job_id as "jobId", extract(epoch from min(known_since))::float8 * 1000 as "knownSinceMs"
     from told group by job_id order by job_id`,
    [asOf],
  );
  return new Map(rows.map(({ jobId, knownSinceMs }) => [jobId, knownSinceMs]));
}
