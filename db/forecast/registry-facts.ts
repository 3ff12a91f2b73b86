import type {
  ContestantObjects,
  RegisteredObjects,
  RegistryFacts,
  VersionName,
} from '../../models/retention/expired-model-objects.ts';
import type { Queryable } from '../pool.ts';

const ms = (column: string): string => `extract(epoch from ${column})::float8 * 1000`;

/** Everything that needs an object of the registry, as of one instant: belongs in a transaction that sees one. */
export async function readRegistryFacts(client: Queryable): Promise<RegistryFacts> {
  const versions = await client.query<RegisteredObjects>(
    `select model, version, ${ms('created_at')} as "registeredMs", artifact_sha256 as artifact,
       manifest_sha256 as manifest, snapshot_sha256 as snapshot, predictions_sha256 as predictions,
       array_remove(array[parameters #>> '{origin,week}', parameters #>> '{origin,day}'], null) as files
     from model_version`,
  );
  const contestants = await client.query<ContestantObjects>(
    `select snapshot_sha256 as snapshot, ${ms('at')} as "atMs", artifact_sha256 as artifact,
       predictions_sha256 as predictions, report_sha256 as report from model_contestant`,
  );
  const aliased = await client.query<VersionName>('select model, version from model_alias');
  const changes = await client.query<RegistryFacts['changes'][number]>(
    `select model, from_version as "fromVersion", to_version as "toVersion", ${ms('at')} as "atMs"
     from model_alias_change`,
  );
  const forecasts = await client.query<VersionName>(
    `select model, model_version as version from forecast_cutoff
     union select model, instead_of_version from forecast_cutoff where instead_of_version is not null
     union select model, model_version from prediction_cutoff
     union select model, made_by_version from prediction_cutoff where made_by_version is not null`,
  );
  const verdicts = await client.query<RegistryFacts['verdicts'][number]>(
    `select model, challenger_version as "challengerVersion", champion_version as "championVersion",
       ${ms('decided_at')} as "decidedMs" from gate_verdict`,
  );
  return {
    versions: versions.rows,
    contestants: contestants.rows,
    aliased: aliased.rows,
    changes: changes.rows,
    forecasts: forecasts.rows,
    verdicts: verdicts.rows,
  };
}
