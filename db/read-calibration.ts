import type { ForecastPair } from '../models/forecast/score-forecasts.ts';
import type { Queryable } from './pool.ts';

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
       where model = $1 and cutoff <= $2::timestamptz - interval '7 days'
         and exists (select from forecast_outcome where forecast_outcome.cutoff = forecast_cutoff.cutoff)
       order by cutoff desc limit $3)
     select closed.cutoff, closed.model_version as "modelVersion", week.probability, outcome.failed,
       rate.window_rate as "baseRate"
     from closed join forecast_week week on week.cutoff = closed.cutoff
       join forecast_outcome outcome
         on outcome.cutoff = week.cutoff and outcome.horizon = 0 and outcome.job_id = week.job_id
       left join base_rate rate on rate.cutoff = week.cutoff and rate.job_id = week.job_id
     order by closed.cutoff desc, week.rank limit $4`,
    [model, asOf, forecasts, MOST_PAIRS],
  );
  return rows;
}
