import type { KeptDrift } from '../models/monitoring/describe-drift.ts';
import type { ModelState, Sign } from '../models/monitoring/judge-model.ts';
import type { Queryable } from './pool.ts';

/** A look at the champion as it is shown. */
export interface ModelCheckRow {
  cutoff: Date;
  version: number;
  asOf: Date;
  state: ModelState;
  referenceCutoff: Date;
  /** The stability index from which on a feature had moved; null: not kept. */
  psiLimit: number | null;
  features: number;
  drifted: number;
  signs: Sign[];
  workflowId: string;
}

const COLUMNS = `cutoff, version, as_of as "asOf", state, reference_cutoff as "referenceCutoff", features, drifted, signs,
  psi_limit as "psiLimit", workflow_id as "workflowId"`;

/** The last looks at a model, the newest first. */
export async function readChecks(client: Queryable, model: string, limit: number): Promise<ModelCheckRow[]> {
  const { rows } = await client.query<ModelCheckRow>(
    `select ${COLUMNS} from model_check where model = $1 order by cutoff desc limit $2`,
    [model, limit],
  );
  return rows;
}

/** The look of a cutoff, or null. */
export async function findCheck(
  client: Queryable,
  model: string,
  cutoff: Date,
): Promise<ModelCheckRow | null> {
  const { rows } = await client.query<ModelCheckRow>(
    `select ${COLUMNS} from model_check where model = $1 and cutoff = $2`,
    [model, cutoff],
  );
  return rows[0] ?? null;
}

/** The features of a look, those that moved first, then the furthest first; `_scores` among them. */
export async function readFeatureDrift(client: Queryable, model: string, cutoff: Date): Promise<KeptDrift[]> {
  const { rows } = await client.query<KeptDrift>(
    `select feature, state, rows, reference_rows as "referenceRows", missing, reference_missing as "referenceMissing",
       mean, reference_mean as "referenceMean", shift, psi, usual_psi as "usualPsi", ks, wasserstein,
       cramers_v as "cramersV", p_adjusted as "pAdjusted"
     from feature_drift where model = $1 and cutoff = $2
     order by array_position('{drifted,steady,growing,not-enough-data}', state), psi desc nulls last, feature`,
    [model, cutoff],
  );
  return rows;
}

export interface ModelQualityRow {
  cutoff: Date;
  version: number;
  basis: 'realised' | 'estimated';
  slice: string;
  metric: string;
  value: number | null;
  low: number | null;
  high: number | null;
  baseValue: number | null;
  rows: number;
  positives: number;
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
