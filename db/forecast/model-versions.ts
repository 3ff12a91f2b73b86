import type { Queryable } from '../pool.ts';

export interface ModelVersion {
  model: string;
  kind: string;
  artifactSha256: string;
  manifestSha256: string;
  snapshotSha256: string;
  cutoff: Date;
  seed: number;
  codeVersion: string;
  parameters: unknown;
  fitMs: number;
  peakMemoryBytes: number;
}

/** What a version was made of; those registered before this was kept have none of it. */
export interface ModelOrigins {
  predictionsSha256: string;
  featuresSha256: string;
  features: number;
  jobs: number;
  runs: number;
}

export interface RegisteredModelVersion extends ModelVersion {
  version: number;
}

export interface Evaluation {
  head: 'day' | 'week';
  metric: string;
  value: number | null;
}

const COLUMNS = `model, version, kind, artifact_sha256 as "artifactSha256", manifest_sha256 as "manifestSha256",
  snapshot_sha256 as "snapshotSha256", cutoff, seed, code_version as "codeVersion", parameters, fit_ms as "fitMs",
  peak_memory_bytes as "peakMemoryBytes"`;

/**
 * Registers a version and its evaluation. Belongs in a transaction.
 * The same manifest is the same version: told twice, its number comes back.
 */
export async function registerModelVersion(
  client: Queryable,
  model: ModelVersion & Partial<ModelOrigins>,
  evaluations: readonly Evaluation[],
): Promise<number> {
  // One registration of a model at a time, so that versions have no gaps and no twins.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('model:' || $1, 0))`, [model.model]);
  const known = await client.query<{ version: number }>(
    `select version from model_version where model = $1 and manifest_sha256 = $2`,
    [model.model, model.manifestSha256],
  );
  if (known.rows[0]) return known.rows[0].version;
  const { rows } = await client.query<{ version: number }>(
    `insert into model_version (model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256, cutoff,
       seed, code_version, parameters, fit_ms, peak_memory_bytes, predictions_sha256, features_sha256, features, jobs,
       runs)
     select $1::text, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
     from model_version where model = $1
     returning version`,
    [
      model.model,
      model.kind,
      model.artifactSha256,
      model.manifestSha256,
      model.snapshotSha256,
      model.cutoff,
      model.seed,
      model.codeVersion,
      JSON.stringify(model.parameters),
      model.fitMs,
      model.peakMemoryBytes,
      ...[model.predictionsSha256, model.featuresSha256, model.features, model.jobs, model.runs].map(orNull),
    ],
  );
  const version = rows[0]!.version;
  await client.query(
    `insert into evaluation (model, version, head, metric, value)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::float8[])`,
    [
      model.model,
      version,
      evaluations.map((evaluation) => evaluation.head),
      evaluations.map((evaluation) => evaluation.metric),
      evaluations.map((evaluation) => evaluation.value),
    ],
  );
  return version;
}

const orNull = <T>(value: T | undefined): T | null => value ?? null;

/** A registered version, or null. */
export async function findModelVersion(
  client: Queryable,
  model: string,
  version: number,
): Promise<RegisteredModelVersion | null> {
  const { rows } = await client.query<RegisteredModelVersion>(
    `select ${COLUMNS} from model_version where model = $1 and version = $2`,
    [model, version],
  );
  return rows[0] ?? null;
}
