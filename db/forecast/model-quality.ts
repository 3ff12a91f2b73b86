import type { Quality } from '../../models/monitoring/measure-quality.ts';
import type { Queryable } from '../pool.ts';

interface QualityOf {
  cutoff: Date;
  version: number;
  /** After its week, or before it by the probabilities alone. */
  basis: 'realised' | 'estimated';
  /** `all`, `onset`, or a part such as `owner ann`. */
  slice: string;
}

/** One figure of how good a forecast was, as it is shown. */
export type ModelQualityRow = QualityOf & Quality;

/** Enters how good a forecast was; logs that came late correct it. */
export async function saveQuality(
  client: Queryable,
  of: QualityOf & { model: string; quality: readonly Quality[] },
): Promise<void> {
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

/** How good the last forecasts were of all jobs and of those that begin to fail, the newest first; then the newest slices and estimate. */
export async function readQuality(
  client: Queryable,
  model: string,
  forecasts: number,
): Promise<ModelQualityRow[]> {
  const { rows } = await client.query<ModelQualityRow>(
    `with last as (
       select basis, slice in ('all', 'onset') as is_whole, cutoff,
         row_number() over (partition by basis, slice in ('all', 'onset') order by cutoff desc) as place
       from (select distinct basis, slice, cutoff from model_quality where model = $1) as told
       group by 1, 2, 3)
     select cutoff, version, basis, slice, metric, value, low, high, base_value as "baseValue", rows, positives
     from model_quality
     where model = $1 and exists (
       select from last
       where last.cutoff = model_quality.cutoff and last.basis = model_quality.basis
         and is_whole = (model_quality.slice in ('all', 'onset'))
         and place <= case when is_whole and last.basis = 'realised' then $2 else 1 end)
     order by cutoff desc, basis, slice, metric`,
    [model, forecasts],
  );
  return rows;
}
