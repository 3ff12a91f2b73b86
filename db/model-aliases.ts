import { saveAuditEntry } from './audit-log.ts';
import type { Queryable } from './pool.ts';

export type Alias = 'champion' | 'challenger' | 'shadow';

export interface AliasChange {
  model: string;
  alias: Alias;
  /** The version the alias must stand at; null: it must not exist. */
  fromVersion: number | null;
  toVersion: number;
  who: string;
  why: string;
  workflowId: string | null;
}

/** The version an alias stands at, or null. */
export async function versionOfAlias(client: Queryable, model: string, alias: Alias): Promise<number | null> {
  const { rows } = await client.query<{ version: number }>(
    `select version from model_alias where model = $1 and alias = $2`,
    [model, alias],
  );
  return rows[0]?.version ?? null;
}

/**
 * Moves an alias by compare-and-swap, with its history and audit line. Belongs in a transaction.
 *
 * @returns `changed`; `unchanged` when the alias stands at `toVersion` already (the same change told twice);
 * `conflict` when it stands anywhere else than `fromVersion`: somebody else was faster.
 */
export async function switchAlias(
  client: Queryable,
  change: AliasChange,
): Promise<'changed' | 'unchanged' | 'conflict'> {
  const { model, alias, fromVersion, toVersion } = change;
  const { rowCount } =
    fromVersion === null
      ? await client.query(
          `insert into model_alias (model, alias, version) values ($1, $2, $3) on conflict do nothing`,
          [model, alias, toVersion],
        )
      : await client.query(
          `update model_alias set version = $3, changed_at = now()
           where model = $1 and alias = $2 and version = $4 and version <> $3`,
          [model, alias, toVersion, fromVersion],
        );
  if (rowCount === 0) {
    return (await versionOfAlias(client, model, alias)) === toVersion ? 'unchanged' : 'conflict';
  }
  await client.query(
    `insert into model_alias_change (model, alias, from_version, to_version, who, why, workflow_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [model, alias, fromVersion, toVersion, change.who, change.why, change.workflowId],
  );
  await saveAuditEntry(client, {
    who: change.who,
    action: `model.${alias}`,
    subject: `${model}/${toVersion}`,
    why: change.why,
    before: { version: fromVersion },
    after: { version: toVersion },
    workflowId: change.workflowId,
  });
  return 'changed';
}

/** A change of an alias as it is shown. */
export interface AliasChangeRow {
  alias: Alias;
  fromVersion: number | null;
  toVersion: number;
  at: Date;
  who: string;
  why: string;
  workflowId: string | null;
}

/** Who moved which alias of a model, the newest change first. */
export async function readAliasChanges(
  client: Queryable,
  model: string,
  limit: number,
): Promise<AliasChangeRow[]> {
  const { rows } = await client.query<AliasChangeRow>(
    `select alias, from_version as "fromVersion", to_version as "toVersion", at, who, why, workflow_id as "workflowId"
     from model_alias_change where model = $1 order by id desc limit $2`,
    [model, limit],
  );
  return rows;
}

/**
 * The champion that a version took over from when it was last promoted; null when it was the first, or never champion.
 * A rollback is no promotion: rolled back again and again, the champion goes further back.
 */
export async function championBefore(
  client: Queryable,
  model: string,
  version: number,
): Promise<number | null> {
  const { rows } = await client.query<{ version: number | null }>(
    `select from_version as version from model_alias_change
     where model = $1 and alias = 'champion' and to_version = $2
       and (workflow_id is null or not starts_with(workflow_id, 'rollback/'))
     order by id desc limit 1`,
    [model, version],
  );
  return rows[0]?.version ?? null;
}
