import type { Queryable } from '../pool.ts';

/** A job-day of the list to watch, as it is stored. */
export interface WatchRow {
  jobId: number;
  horizonDay: number;
  /** Of all failed job-days expected in the week, 0 to 1. */
  share: number;
  /** What is suggested, by its name. */
  act: string;
}

/** Keeps the list to watch of a forecast, the first place first. Belongs in the transaction of the forecast. */
export async function saveWatchList(
  client: Queryable,
  cutoff: Date,
  items: readonly WatchRow[],
): Promise<void> {
  await client.query(
    `insert into forecast_watch (cutoff, place, job_id, horizon_day, share, act)
     select $1, item.place, item.job_id, item.horizon_day, item.share, item.act
     from unnest($2::bigint[], $3::smallint[], $4::float8[], $5::text[])
       with ordinality as item (job_id, horizon_day, share, act, place)`,
    [
      cutoff,
      items.map(({ jobId }) => jobId),
      items.map(({ horizonDay }) => horizonDay),
      items.map(({ share }) => share),
      items.map(({ act }) => act),
    ],
  );
}

/** The list to watch of a forecast, the most likely first; forecasts of before there was one have none. */
export async function readWatchList(
  client: Queryable,
  cutoff: Date,
): Promise<(WatchRow & { job: string; probability: number })[]> {
  const { rows } = await client.query<WatchRow & { job: string; probability: number }>(
    `select watch.job_id as "jobId", job.name as job, watch.horizon_day as "horizonDay", forecast.probability,
       watch.share, watch.act
     from forecast_watch watch join forecast using (cutoff, job_id, horizon_day) join job on job.id = watch.job_id
     where watch.cutoff = $1 order by watch.place`,
    [cutoff],
  );
  return rows;
}
