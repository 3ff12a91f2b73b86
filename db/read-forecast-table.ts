import type { Reason } from './forecasts.ts';
import type { Queryable } from './pool.ts';

export interface ListedForecast {
  cutoff: string;
  model: string;
  modelVersion: number;
  /** By rank. */
  jobs: {
    rank: number;
    namespace: string;
    name: string;
    probability: number;
    basis: string;
    reasons: Reason[];
    /** Seven probabilities, day 1 first. */
    days: number[];
  }[];
}

/** The forecast of a cutoff as a table. */
export async function listForecast(client: Queryable, cutoff: Date): Promise<ListedForecast> {
  const made = await client.query<{ model: string; modelVersion: number }>(
    `select model, model_version as "modelVersion" from forecast_cutoff where cutoff = $1`,
    [cutoff],
  );
  const { rows } = await client.query<ListedForecast['jobs'][number]>(
    `select week.rank, job.namespace, job.name, week.probability, week.basis, week.reasons,
       array_agg(forecast.probability order by forecast.horizon_day) as days
     from forecast_week week join job on job.id = week.job_id join forecast using (cutoff, job_id)
     where week.cutoff = $1
     group by week.rank, job.namespace, job.name, week.probability, week.basis, week.reasons
     order by week.rank`,
    [cutoff],
  );
  if (made.rows[0] === undefined) throw new Error(`no forecast was made for ${cutoff.toISOString()}`);
  return { cutoff: cutoff.toISOString(), ...made.rows[0], jobs: rows };
}
