import type { Queryable } from '../pool.ts';
import type { Interval, Reason } from './forecasts.ts';

export interface ForecastRow {
  cutoff: Date;
  madeAt: Date;
  model: string;
  modelVersion: number;
  /** The champion, where it could not be used and `modelVersion` served in its place; null: that was the champion. */
  insteadOf: number | null;
  candidates: number;
  workflowId: string;
}

export interface ForecastJobRow {
  rank: number;
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  criticality: number;
  probability: number;
  interval: Interval;
  /** null in forecasts that were made before this was told. */
  expectedFailedRuns: number | null;
  expectedLostMinutes: number | null;
  basis: 'model' | 'group-rate';
  reasons: Reason[];
  /** Probability of days 1 to 7. */
  days: number[];
  dayIntervals: Interval[];
}

/** The bounds of a row of a forecast as a pair, null where there are none. */
export const intervalOf = (table: string): string =>
  `case when ${table}.probability_low is not null
     then json_build_array(${table}.probability_low, ${table}.probability_high) end`;

const FORECAST = `select cutoff, made_at as "madeAt", model, model_version as "modelVersion", candidates,
   instead_of_version as "insteadOf",   workflow_id as "workflowId" from forecast_cutoff`;

/** The forecast with the newest cutoff, or null before the first. */
export async function readLatestForecast(client: Queryable): Promise<ForecastRow | null> {
  const { rows } = await client.query<ForecastRow>(`${FORECAST} order by cutoff desc limit 1`);
  return rows[0] ?? null;
}

/** The forecast of a cutoff, or null. */
export async function readForecastOf(client: Queryable, cutoff: Date): Promise<ForecastRow | null> {
  const { rows } = await client.query<ForecastRow>(`${FORECAST} where cutoff = $1`, [cutoff]);
  return rows[0] ?? null;
}

/** Forecasts, the newest cutoff first; with `before` those of earlier ones. Cutoffs are full hours. */
export async function readForecasts(
  client: Queryable,
  limit: number,
  before: Date | null,
): Promise<ForecastRow[]> {
  const { rows } = await client.query<ForecastRow>(
    `${FORECAST} where $2::timestamptz is null or cutoff < $2 order by cutoff desc limit $1`,
    [limit, before],
  );
  return rows;
}

/** The candidates of a forecast, most likely to fail first; all, or one job. */
export async function readForecastJobs(
  client: Queryable,
  cutoff: Date,
  jobId: number | null = null,
): Promise<ForecastJobRow[]> {
  const { rows } = await client.query<ForecastJobRow>(
    `with day as (
       select job_id, array_agg(probability order by horizon_day) as days,
         json_agg(${intervalOf('forecast')} order by horizon_day) as intervals
       from forecast where cutoff = $1 and ($2::bigint is null or job_id = $2) group by job_id)
     select week.rank, week.job_id as "jobId", job.namespace, job.name as job, job.owner, job.host,
       job.criticality, week.probability, ${intervalOf('week')} as interval,
       week.expected_failed_runs as "expectedFailedRuns", week.expected_lost_minutes as "expectedLostMinutes",
       week.basis, week.reasons, coalesce(day.days, '{}') as days, coalesce(day.intervals, '[]') as "dayIntervals"
     from forecast_week week join job on job.id = week.job_id left join day on day.job_id = week.job_id
     where week.cutoff = $1 and ($2::bigint is null or week.job_id = $2) order by week.rank`,
    [cutoff, jobId],
  );
  return rows;
}
