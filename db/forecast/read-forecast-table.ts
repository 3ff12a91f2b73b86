import type { Queryable } from '../pool.ts';
import type { Interval, Reason } from './forecasts.ts';
import { intervalOf } from './read-forecast.ts';

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
    interval: Interval;
    /** null in forecasts that were made before this was told. */
    expectedFailedRuns: number | null;
    expectedLostMinutes: number | null;
    basis: 'model' | 'group-rate';
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
    `select week.rank, job.namespace, job.name, week.probability, ${intervalOf('week')} as interval,
       week.expected_failed_runs as "expectedFailedRuns", week.expected_lost_minutes as "expectedLostMinutes",
       week.basis, week.reasons, day.days
     from forecast_week week join job on job.id = week.job_id join (
       select job_id, array_agg(probability order by horizon_day) as days
       from forecast where cutoff = $1 group by job_id) day using (job_id)
     where week.cutoff = $1
     order by week.rank`,
    [cutoff],
  );
  if (made.rows[0] === undefined) throw new Error(`no forecast was made for ${cutoff.toISOString()}`);
  return { cutoff: cutoff.toISOString(), ...made.rows[0], jobs: rows };
}
