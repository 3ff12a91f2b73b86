import type { KeptDrift } from '../../models/monitoring/describe-drift.ts';
import type { ModelJudgement, SignKind } from '../../models/monitoring/judge-model.ts';
import type { FeatureDrift } from '../../models/monitoring/watch-features.ts';
import type { Queryable } from '../pool.ts';

/** A look at the champion. */
export interface ModelCheck extends ModelJudgement {
  cutoff: Date;
  version: number;
  asOf: Date;
  referenceCutoff: Date;
  /** The stability index from which on a feature had moved; null: not kept. */
  psiLimit: number | null;
  workflowId: string;
}

const COLUMNS = `cutoff, version, as_of as "asOf", state, reference_cutoff as "referenceCutoff", features, drifted, signs,
  psi_limit as "psiLimit", workflow_id as "workflowId"`;

/** The last looks at a model, the newest first. */
export async function readChecks(client: Queryable, model: string, limit: number): Promise<ModelCheck[]> {
  const { rows } = await client.query<ModelCheck>(
    `select ${COLUMNS} from model_check where model = $1 order by cutoff desc limit $2`,
    [model, limit],
  );
  return rows;
}

/** The look of a cutoff, or null. */
export async function findCheck(client: Queryable, model: string, cutoff: Date): Promise<ModelCheck | null> {
  const { rows } = await client.query<ModelCheck>(
    `select ${COLUMNS} from model_check where model = $1 and cutoff = $2`,
    [model, cutoff],
  );
  return rows[0] ?? null;
}

/** Of a look that found the model degraded: the first of those in a row that did, looks with too little data left aside. */
export async function degradedSince(client: Queryable, model: string, cutoff: Date): Promise<Date> {
  const { rows } = await client.query<{ since: Date }>(
    `select min(as_of) as since from model_check
     where model = $1 and state = 'degraded' and cutoff <= $2
       and cutoff > all (select cutoff from model_check well
         where well.model = $1 and well.cutoff < $2 and well.state in ('steady', 'watch'))`,
    [model, cutoff],
  );
  return rows[0]!.since;
}

/** Whether a look since then found a sign. */
export async function foundSince(
  client: Queryable,
  of: { model: string; sign: SignKind; since: Date },
): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from model_check
       where model = $1 and as_of >= $2 and signs @> jsonb_build_array(jsonb_build_object('kind', $3::text, 'found', true))
     ) as found`,
    [of.model, of.since, of.sign],
  );
  return rows[0]!.found;
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

/** Keeps a look with its features; the first one of a cutoff stands. False: there was one. Belongs in a transaction. */
export async function saveCheck(
  client: Queryable,
  check: ModelCheck & { model: string },
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
