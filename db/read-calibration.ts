import type { ForecastPair } from '../models/forecast/score-forecasts.ts';
import type { Queryable } from './pool.ts';
import { IS_LATEST_STATE } from './read-runs.ts';

/** Weeks of jobs at once: a year of forecasts of two thousand jobs. */
const MOST_PAIRS = 100_000;

/**
 * Every job of the last `forecasts` forecasts whose week is over at `asOf`, with whether it failed in it; the newest
 * forecast first.
 */
export async function readForecastPairs(
  client: Queryable,
  { model, asOf, forecasts }: { model: string; asOf: Date; forecasts: number },
): Promise<ForecastPair[]> {
  const { rows } = await client.query<ForecastPair>(
    `with closed as (
       select cutoff, model_version from forecast_cutoff
       where model = $1 and cutoff <= $2::timestamptz - interval '7 days' order by cutoff desc limit $3),
     failed as (
       select distinct closed.cutoff, run.job_id from closed join run on run.started_at >= closed.cutoff
         and run.started_at < closed.cutoff + interval '7 days'
       where run.status = 'failed' and run.known_at <= $2 and ${IS_LATEST_STATE})
     select closed.cutoff, closed.model_version as "modelVersion", week.probability,
       failed.job_id is not null as failed
     from closed join forecast_week week on week.cutoff = closed.cutoff
     left join failed on failed.cutoff = closed.cutoff and failed.job_id = week.job_id
     order by closed.cutoff desc, week.rank limit $4`,
    [model, asOf, forecasts, MOST_PAIRS],
  );
  return rows;
}
