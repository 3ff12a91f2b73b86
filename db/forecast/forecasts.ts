import type { Queryable } from '../pool.ts';

export interface Reason {
  feature: string;
  contribution: number;
  en: string;
  fr: string;
}

/** Holds the probability it goes with; null: not enough data to say. */
export type Interval = [low: number, high: number] | null;

export interface ForecastDay {
  jobId: number;
  horizonDay: number;
  probability: number;
  interval: Interval;
  basis: 'model' | 'group-rate';
  reasons: Reason[];
}

export interface ForecastWeek {
  jobId: number;
  probability: number;
  interval: Interval;
  expectedFailedRuns: number;
  /** null: no job ever failed and ran again. */
  expectedLostMinutes: number | null;
  basis: 'model' | 'group-rate';
  rank: number;
  reasons: Reason[];
}

export interface NewForecast {
  cutoff: Date;
  model: string;
  modelVersion: number;
  candidates: number;
  /** The champion, where it could not be used and `modelVersion` served in its place; null: that was the champion. */
  insteadOf?: number | null;
  /** The workflow that made it. */
  workflowId: string;
}

export type StoredForecast = NewForecast & { insteadOf: number | null };

/** The forecast made for a cutoff, or null. */
export async function findForecast(client: Queryable, cutoff: Date): Promise<StoredForecast | null> {
  const { rows } = await client.query<StoredForecast>(
    `select cutoff, model, model_version as "modelVersion", candidates, workflow_id as "workflowId",
       instead_of_version as "insteadOf"
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
  forecast: NewForecast,
  days: readonly ForecastDay[],
  weeks: readonly ForecastWeek[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into forecast_cutoff (cutoff, model, model_version, candidates, workflow_id, instead_of_version)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (cutoff) do nothing`,
    [
      ...[forecast.cutoff, forecast.model, forecast.modelVersion, forecast.candidates, forecast.workflowId],
      forecast.insteadOf ?? null,
    ],
  );
  if (rowCount === 0) return false;
  await client.query(
    `insert into forecast (cutoff, job_id, horizon_day, probability, probability_low, probability_high, basis, reasons)
     select $1, * from unnest($2::bigint[], $3::smallint[], $4::float8[], $5::float8[], $6::float8[], $7::text[],
       $8::jsonb[])`,
    [
      forecast.cutoff,
      days.map((day) => day.jobId),
      days.map((day) => day.horizonDay),
      days.map((day) => day.probability),
      ...boundsOf(days),
      days.map((day) => day.basis),
      days.map((day) => JSON.stringify(day.reasons)),
    ],
  );
  await client.query(
    `insert into forecast_week (cutoff, job_id, probability, probability_low, probability_high, expected_failed_runs,
       expected_lost_minutes, basis, rank, reasons)
     select $1, * from unnest($2::bigint[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[],
       $8::text[], $9::int[], $10::jsonb[])`,
    [
      forecast.cutoff,
      weeks.map((week) => week.jobId),
      weeks.map((week) => week.probability),
      ...boundsOf(weeks),
      weeks.map((week) => week.expectedFailedRuns),
      weeks.map((week) => week.expectedLostMinutes),
      weeks.map((week) => week.basis),
      weeks.map((week) => week.rank),
      weeks.map((week) => JSON.stringify(week.reasons)),
    ],
  );
  return true;
}

const boundsOf = (rows: readonly { interval: Interval }[]): [(number | null)[], (number | null)[]] => [
  rows.map(({ interval }) => interval?.[0] ?? null),
  rows.map(({ interval }) => interval?.[1] ?? null),
];
