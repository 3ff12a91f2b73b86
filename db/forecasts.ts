import type { Queryable } from './pool.ts';

export interface Reason {
  feature: string;
  contribution: number;
  en: string;
  fr: string;
}

export interface ForecastDay {
  jobId: number;
  horizonDay: number;
  probability: number;
  basis: 'model' | 'group-rate';
  reasons: Reason[];
}

export interface ForecastWeek {
  jobId: number;
  probability: number;
  basis: 'model' | 'group-rate';
  rank: number;
  reasons: Reason[];
}

export interface StoredForecast {
  cutoff: Date;
  model: string;
  modelVersion: number;
  candidates: number;
  /** The workflow that made it. */
  workflowId: string;
}

/** The forecast made for a cutoff, or null. */
export async function findForecast(client: Queryable, cutoff: Date): Promise<StoredForecast | null> {
  const { rows } = await client.query<StoredForecast>(
    `select cutoff, model, model_version as "modelVersion", candidates, workflow_id as "workflowId"
     from forecast_cutoff where cutoff = $1`,
    [cutoff],
  );
  return rows[0] ?? null;
}

/**
 * Stores a forecast with all its rows. Belongs in a transaction.
 * Returns false when the cutoff has a forecast already: that one stands.
 */
export async function saveForecast(
  client: Queryable,
  forecast: StoredForecast,
  days: readonly ForecastDay[],
  weeks: readonly ForecastWeek[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into forecast_cutoff (cutoff, model, model_version, candidates, workflow_id) values ($1, $2, $3, $4, $5)
     on conflict (cutoff) do nothing`,
    [forecast.cutoff, forecast.model, forecast.modelVersion, forecast.candidates, forecast.workflowId],
  );
  if (rowCount === 0) return false;
  await client.query(
    `insert into forecast (cutoff, job_id, horizon_day, probability, basis, reasons)
     select $1, * from unnest($2::bigint[], $3::smallint[], $4::float8[], $5::text[], $6::jsonb[])`,
    [
      forecast.cutoff,
      days.map((day) => day.jobId),
      days.map((day) => day.horizonDay),
      days.map((day) => day.probability),
      days.map((day) => day.basis),
      days.map((day) => JSON.stringify(day.reasons)),
    ],
  );
  await client.query(
    `insert into forecast_week (cutoff, job_id, probability, basis, rank, reasons)
     select $1, * from unnest($2::bigint[], $3::float8[], $4::text[], $5::int[], $6::jsonb[])`,
    [
      forecast.cutoff,
      weeks.map((week) => week.jobId),
      weeks.map((week) => week.probability),
      weeks.map((week) => week.basis),
      weeks.map((week) => week.rank),
      weeks.map((week) => JSON.stringify(week.reasons)),
    ],
  );
  return true;
}
