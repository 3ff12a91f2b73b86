import type { BaseRatesOfWeek } from '../../models/monitoring/observe-model.ts';
import type { JobWindow } from '../../models/monitoring/slice-windows.ts';
import type { Queryable } from '../pool.ts';

/** With what the forecast was made by, and what would have been said without a model. */
export interface ForecastWindow extends JobWindow {
  modelVersion: number;
  /** Null: not worked out. */
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
