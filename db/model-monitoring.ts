import type { ModelJudgement } from '../models/monitoring/judge-model.ts';
import type { Quality } from '../models/monitoring/measure-quality.ts';
import type { BaseRatesOfWeek } from '../models/monitoring/observe-model.ts';
import type { FeatureDrift } from '../models/monitoring/watch-features.ts';
import type { Queryable } from './pool.ts';

/** A week of a job that was forecast and is over. */
export interface ForecastWindow {
  cutoff: Date;
  modelVersion: number;
  jobId: number;
  owner: string | null;
  host: string | null;
  criticality: number;
  probability: number;
  failed: boolean;
  /** Null: not worked out. */
  runRate: number | null;
  windowRate: number | null;
  persistence: number | null;
  isOnset: boolean | null;
}

/** Cutoffs of the last so many forecasts, of those whose week is over at `asOf`; the newest first. */
export async function lastCutoffs(
  client: Queryable,
  { model, asOf, forecasts }: { model: string; asOf: Date; forecasts: number },
): Promise<{ cutoff: Date; isMeasured: boolean }[]> {
  const { rows } = await client.query<{ cutoff: Date; isMeasured: boolean }>(
    `select cutoff, outcome.settled and exists (
         select from model_quality quality
         where quality.cutoff = forecast_cutoff.cutoff and quality.model = $1 and basis = 'realised') as "isMeasured"
     from forecast_cutoff cross join lateral (
       select settled from forecast_outcome where forecast_outcome.cutoff = forecast_cutoff.cutoff limit 1) as outcome
     where model = $1 and cutoff <= $2::timestamptz - interval '7 days'
     order by cutoff desc limit $3`,
    [model, asOf, forecasts],
  );
  return rows;
}

/** Cutoffs of the newest forecasts made by `asOf`, also of weeks that are not over, whose base rates are not worked out. */
export async function cutoffsWithoutRates(
  client: Queryable,
  { model, asOf, forecasts }: { model: string; asOf: Date; forecasts: number },
): Promise<Date[]> {
  const { rows } = await client.query<{ cutoff: Date; isMissing: boolean }>(
    `select cutoff, not exists (select from base_rate where base_rate.cutoff = forecast_cutoff.cutoff) as "isMissing"
     from forecast_cutoff where model = $1 and cutoff <= $2 order by cutoff desc limit $3`,
    [model, asOf, forecasts],
  );
  return rows.filter(({ isMissing }) => isMissing).map(({ cutoff }) => cutoff);
}

/** Jobs of forecasts whose outcomes are entered, the newest forecast first, the likeliest first. */
export async function readWindows(client: Queryable, cutoffs: readonly Date[]): Promise<ForecastWindow[]> {
  const { rows } = await client.query<ForecastWindow>(
    `select week.cutoff, forecast_cutoff.model_version as "modelVersion", week.job_id as "jobId", job.owner, job.host,
       job.criticality, week.probability, outcome.failed, run_rate as "runRate", window_rate as "windowRate",
       persistence, is_onset as "isOnset"
     from forecast_cutoff join forecast_week week using (cutoff)
       join forecast_outcome outcome
         on outcome.cutoff = week.cutoff and outcome.horizon = 0 and outcome.job_id = week.job_id
       join job on job.id = week.job_id
       left join base_rate on base_rate.cutoff = week.cutoff and base_rate.job_id = week.job_id
     where week.cutoff = any($1) order by week.cutoff desc, week.rank`,
    [cutoffs],
  );
  return rows;
}

/** What rates would have said; what was said of a cutoff stays. Jobs that were no candidates are left out. */
export async function saveBaseRates(client: Queryable, rates: BaseRatesOfWeek): Promise<void> {
  await client.query(
    `insert into base_rate (cutoff, job_id, run_rate, window_rate, persistence, is_onset)
     select $1, rate.* from unnest($2::bigint[], $3::float8[], $4::float8[], $5::float8[], $6::boolean[])
       as rate (job_id, run_rate, window_rate, persistence, is_onset)
     where exists (select from forecast_week week where week.cutoff = $1 and week.job_id = rate.job_id)
     on conflict do nothing`,
    [
      new Date(rates.cutoff),
      [...rates.jobId],
      [...rates.runRate],
      [...rates.windowRate],
      [...rates.persistence],
      Array.from(rates.isOnset, (one) => one === 1),
    ],
  );
}

export interface QualityOf {
  cutoff: Date;
  model: string;
  version: number;
  basis: 'realised' | 'estimated';
  slice: string;
  quality: readonly Quality[];
}

/** Enters how good a forecast was; logs that came late correct it. */
export async function saveQuality(client: Queryable, of: QualityOf): Promise<void> {
  const { quality } = of;
  await client.query(
    `insert into model_quality (cutoff, model, version, basis, slice, metric, value, low, high, base_value, rows, positives)
     select $1, $2, $3, $4, $5, * from unnest($6::text[], $7::float8[], $8::float8[], $9::float8[], $10::float8[],
       $11::int[], $12::float8[])
     on conflict (cutoff, model, basis, slice, metric) do update
       set version = excluded.version, value = excluded.value, low = excluded.low, high = excluded.high,
         base_value = excluded.base_value, rows = excluded.rows, positives = excluded.positives`,
    [
      ...[of.cutoff, of.model, of.version, of.basis, of.slice],
      quality.map(({ metric }) => metric),
      quality.map(({ value }) => value),
      quality.map(({ low }) => low),
      quality.map(({ high }) => high),
      quality.map(({ baseValue }) => baseValue),
      quality.map(({ rows }) => rows),
      quality.map(({ positives }) => positives),
    ],
  );
}

export interface ModelCheck extends ModelJudgement {
  cutoff: Date;
  model: string;
  version: number;
  asOf: Date;
  referenceCutoff: Date;
  /** The stability index from which on a feature had moved. */
  psiLimit: number;
  workflowId: string;
}

/** Keeps a look with its features; the first one of a cutoff stands. False: there was one. Belongs in a transaction. */
export async function saveCheck(
  client: Queryable,
  check: ModelCheck,
  features: readonly FeatureDrift[],
): Promise<boolean> {
  const { cutoff, model, version, asOf, state, referenceCutoff, drifted, signs, workflowId } = check;
  const { rowCount } = await client.query(
    `insert into model_check (cutoff, model, version, as_of, state, reference_cutoff, features, drifted, signs, workflow_id,
       psi_limit)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
    [
      ...[cutoff, model, version, asOf, state, referenceCutoff, check.features, drifted],
      ...[JSON.stringify(signs), workflowId, check.psiLimit],
    ],
  );
  if (rowCount === 0) return false;
  const figure = (of: (comparison: NonNullable<FeatureDrift['comparison']>) => number | null) =>
    features.map(({ comparison }) => (comparison === null ? null : of(comparison)));
  await client.query(
    `insert into feature_drift (cutoff, model, feature, state, rows, reference_rows, missing, reference_missing, mean,
       reference_mean, shift, psi, usual_psi, ks, wasserstein, cramers_v, p_adjusted)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::int[], $6::int[], $7::float8[], $8::float8[], $9::float8[],
       $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::float8[], $16::float8[],
       $17::float8[])`,
    [
      ...[cutoff, model],
      features.map(({ feature }) => feature),
      features.map(({ state }) => state),
      features.map(({ rows }) => rows),
      features.map(({ referenceRows }) => referenceRows),
      figure(({ missing }) => missing),
      figure(({ referenceMissing }) => referenceMissing),
      figure(({ mean }) => mean),
      figure(({ referenceMean }) => referenceMean),
      figure(({ shift }) => shift),
      figure(({ psi }) => psi),
      features.map(({ usualPsi }) => usualPsi),
      figure(({ ks }) => ks),
      figure(({ wasserstein }) => wasserstein),
      figure(({ cramersV }) => cramersV),
      features.map(({ pAdjusted }) => pAdjusted),
    ],
  );
  return true;
}
