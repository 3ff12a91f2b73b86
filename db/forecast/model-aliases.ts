import { saveAuditEntry } from '../access/audit-log.ts';
import type { Queryable } from '../pool.ts';

export type Alias = 'champion' | 'challenger' | 'shadow';

export interface AliasChange {
  model: string;
  alias: Alias;
  /** The version the alias must stand at; null: it must not exist. */
  fromVersion: number | null;
  /** null: it is taken away. */
  toVersion: number | null;
  who: string;
  why: string;
  workflowId: string | null;
  /** What people are told of it. */
  note?: ReleaseNote;
}

/** The same text in both languages. */
export interface ReleaseNote {
  en: string;
  fr: string;
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
 * Moves an alias by compare-and-swap, with its history and audit line: one of each for a transition, at its exact
 * instant. Belongs in a transaction.
 *
 * @returns `changed`; `unchanged` when the alias stands at `toVersion` already (the same change told twice);
 * `conflict` when it stands anywhere else than `fromVersion`: somebody else was faster.
 */
export async function switchAlias(
  client: Queryable,
  change: AliasChange,
): Promise<'changed' | 'unchanged' | 'conflict'> {
  const { model, alias, fromVersion, toVersion, note = null } = change;
  // Changes of an alias come one after the other, so that their instants are in their order.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('alias:' || $1 || '/' || $2, 0))`, [
    model,
    alias,
  ]);
  const serving = await versionOfAlias(client, model, alias);
  if (serving === toVersion) return 'unchanged';
  if (serving !== fromVersion) return 'conflict';
  // The transaction may have begun before the change it waited for: its own beginning is not when this one happens.
  const { rows } = await client.query<{ at: string }>(
    `insert into model_alias_change (model, alias, from_version, to_version, who, why, workflow_id, note, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, greatest(clock_timestamp(), (
       select max(at) + interval '1 microsecond' from model_alias_change where model = $1 and alias = $2)))
     returning at::text as at`,
    [
      model,
      alias,
      fromVersion,
      toVersion,
      change.who,
      change.why,
      change.workflowId,
      note && JSON.stringify(note),
    ],
  );
  if (toVersion === null) {
    await client.query('delete from model_alias where model = $1 and alias = $2', [model, alias]);
  } else {
    await client.query(
      `insert into model_alias (model, alias, version, changed_at) values ($1, $2, $3, $4::timestamptz)
       on conflict (model, alias) do update set version = excluded.version, changed_at = excluded.changed_at`,
      [model, alias, toVersion, rows[0]!.at],
    );
  }
  await saveAuditEntry(client, {
    who: change.who,
    action: `model.${alias}`,
    subject: `${model}/${toVersion ?? fromVersion}`,
    why: change.why,
    before: { version: fromVersion },
    after: { version: toVersion, ...(note && { note }) },
    workflowId: change.workflowId,
  });
  return 'changed';
}

/** A change of an alias as it is shown. */
export interface AliasChangeRow {
  alias: Alias;
  fromVersion: number | null;
  /** null: the alias was taken away. */
  toVersion: number | null;
  at: Date;
  who: string;
  why: string;
  workflowId: string | null;
  note: ReleaseNote | null;
}

/** Who moved which alias of a model, the newest change first. */
export async function readAliasChanges(
  client: Queryable,
  model: string,
  limit: number,
): Promise<AliasChangeRow[]> {
  const { rows } = await client.query<AliasChangeRow>(
    `select alias, from_version as "fromVersion", to_version as "toVersion", at, who, why, workflow_id as "workflowId", note
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
