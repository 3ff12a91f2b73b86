import type { Queryable } from '../pool.ts';
import type { Interval, Reason } from './forecasts.ts';

/** Which predictions: of a version of a model, with nothing known after a full hour. */
export interface PredictionKey {
  cutoff: Date;
  model: string;
  modelVersion: number;
}

export interface PredictedDay {
  /** 1 to 7: the 24 hours that start `horizonDay - 1` days after the cutoff. */
  horizonDay: number;
  probability: number;
  interval: Interval;
  reasons: Reason[];
}

/** What a model says of a job. */
export interface JobPrediction {
  jobId: number;
  /** Of at least one failed run in the week after the cutoff. */
  probability: number;
  interval: Interval;
  expectedFailedRuns: number;
  expectedLostMinutes: number | null;
  basis: 'model' | 'group-rate';
  rank: number;
  reasons: Reason[];
  /** Seven, day 1 first. */
  days: PredictedDay[];
}

/** Candidates that were predicted; null: that was not done (yet). */
export async function countPredictions(client: Queryable, key: PredictionKey): Promise<number | null> {
  const { rows } = await client.query<{ candidates: number }>(
    'select candidates from prediction_cutoff where cutoff = $1 and model = $2 and model_version = $3',
    [key.cutoff, key.model, key.modelVersion],
  );
  return rows[0]?.candidates ?? null;
}

/** The version that made predictions: another than asked for where that could not be used. */
export async function madePredictions(client: Queryable, key: PredictionKey): Promise<number> {
  const { rows } = await client.query<{ madeBy: number | null }>(
    `select made_by_version as "madeBy" from prediction_cutoff where cutoff = $1 and model = $2 and model_version = $3`,
    [key.cutoff, key.model, key.modelVersion],
  );
  return rows[0]?.madeBy ?? key.modelVersion;
}

/** Predictions of some jobs; those that are no candidates have none. */
export async function readPredictions(
  client: Queryable,
  { cutoff, model, modelVersion }: PredictionKey,
  jobIds: readonly number[],
): Promise<Map<number, JobPrediction>> {
  const { rows } = await client.query<{ jobId: number; forecast: Omit<JobPrediction, 'jobId'> }>(
    `select job_id as "jobId", forecast from prediction
     where cutoff = $1 and model = $2 and model_version = $3 and job_id = any($4)`,
    [cutoff, model, modelVersion, jobIds],
  );
  return new Map(rows.map(({ jobId, forecast }) => [jobId, { jobId, ...forecast }]));
}

/**
 * Keeps predictions, made by this version or, where it cannot be used, by another, and forgets those made two days ago. Belongs in a transaction.
 *
 * @returns false when there are some of the same key already: those stand
 */
export async function savePredictions(
  client: Queryable,
  { cutoff, model, modelVersion, madeBy }: PredictionKey & { madeBy?: number },
  jobs: readonly JobPrediction[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into prediction_cutoff (cutoff, model, model_version, candidates, made_by_version)
     values ($1, $2, $3, $4, nullif($5::int, $3))
     on conflict (cutoff, model, model_version) do nothing`,
    [cutoff, model, modelVersion, jobs.length, madeBy ?? modelVersion],
  );
  if (rowCount === 0) return false;
  await client.query(
    `insert into prediction (cutoff, model, model_version, job_id, forecast)
     select $1, $2, $3, * from unnest($4::bigint[], $5::jsonb[])`,
    [
      ...[cutoff, model, modelVersion],
      jobs.map(({ jobId }) => jobId),
      jobs.map(({ jobId: _, ...forecast }) => JSON.stringify(forecast)),
    ],
  );
  await client.query(
    `with gone as (delete from prediction_cutoff where made_at < clock_timestamp() - interval '2 days' returning *)
     delete from prediction using gone
     where (prediction.cutoff, prediction.model, prediction.model_version) = (gone.cutoff, gone.model, gone.model_version)`,
  );
  return true;
}

/** Which of some jobs there are. */
export async function knownJobs(client: Queryable, jobIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await client.query<{ id: number }>('select id from job where id = any($1)', [jobIds]);
  return new Set(rows.map(({ id }) => id));
}
