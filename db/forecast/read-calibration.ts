import type { ForecastPair } from '../../models/forecast/score-forecasts.ts';
import type { Queryable } from '../pool.ts';

/** Weeks of jobs at once: a year of forecasts of two thousand jobs. */
const MOST_PAIRS = 100_000;

/** SQL: rows of one forecast. With `offset 0` they are read at once and not looked up job by job. */
const ofForecast = (columns: string, table: string): string =>
  `select ${columns} from ${table} where ${table}.cutoff = closed.cutoff`;

/** A forecast by columns: of a thousand jobs a JSON array is read ten times as fast as rows. */
interface ForecastColumns {
  cutoff: Date;
  modelVersion: number;
  probability: number[];
  failed: boolean[];
  baseRate: (number | null)[];
}

/**
 * Every job of the last `forecasts` forecasts whose week is over at `asOf`, with whether it failed in it; the newest
 * forecast first.
 */
export async function readForecastPairs(
  client: Queryable,
  { model, asOf, forecasts }: { model: string; asOf: Date; forecasts: number },
): Promise<ForecastPair[]> {
  const { rows } = await client.query<ForecastColumns>(
    `with closed as (
       select cutoff, model_version, sum(candidates) over (order by cutoff desc) as pairs from forecast_cutoff
       where model = $1 and cutoff <= $2::timestamptz - interval '7 days'
         and exists (select from forecast_outcome where forecast_outcome.cutoff = forecast_cutoff.cutoff)
       order by cutoff desc limit $3)
     select closed.cutoff, closed.model_version as "modelVersion", columns.*
     from closed cross join lateral (
       select coalesce(json_agg(week.probability order by week.rank), '[]') as probability,
         json_agg(outcome.failed order by week.rank) as failed, json_agg(rate.window_rate order by week.rank) as "baseRate"
       from forecast_week week
         join (${ofForecast('job_id, failed', 'forecast_outcome')} and horizon = 0 offset 0) as outcome using (job_id)
         left join (${ofForecast('job_id, window_rate', 'base_rate')} offset 0) as rate using (job_id)
       where week.cutoff = closed.cutoff) as columns
     where pairs <= $4
     order by closed.cutoff desc`,
    [model, asOf, forecasts, MOST_PAIRS],
  );
  return rows.flatMap(({ cutoff, modelVersion, probability, failed, baseRate }) =>
    probability.map((p, i) => ({
      ...{ cutoff, modelVersion, probability: p, failed: failed[i]!, baseRate: baseRate[i]! },
    })),
  );
}
