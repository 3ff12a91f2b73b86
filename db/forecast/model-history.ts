import type { ModelReference } from '../../models/registry/model-reference.ts';
import type { Queryable } from '../pool.ts';
import { type Alias, versionOfAlias } from './model-aliases.ts';

/** A version had an alias from an instant on, on the clock of the database. */
export interface AliasTerm {
  alias: Alias;
  version: number;
  from: Date;
  /** Null: it has it still. */
  until: Date | null;
  who: string;
  why: string;
  workflowId: string | null;
}

/**
 * Which version had an alias when, the newest term first; with `at` only the one that had it at that instant, which is
 * none before the first.
 */
export async function readAliasHistory(
  client: Queryable,
  model: string,
  alias: Alias,
  { at = null, limit }: { at?: Date | null; limit: number },
): Promise<AliasTerm[]> {
  const { rows } = await client.query<AliasTerm>(
    `with term as (
       select id, alias, to_version as version, date_trunc('milliseconds', at) as "from",
         date_trunc('milliseconds', lead(at) over (order by id)) as until, who, why,
         workflow_id as "workflowId"
       from model_alias_change where model = $1 and alias = $2)
     select alias, version, "from", until, who, why, "workflowId" from term
     where $3::timestamptz is null or ("from" <= $3 and (until is null or until > $3))
     order by id desc limit $4`,
    [model, alias, at, limit],
  );
  return rows;
}

/** The number of the version that is meant; null when there is none. */
export async function resolveModelReference(
  client: Queryable,
  reference: ModelReference,
): Promise<number | null> {
  const { model } = reference;
  if (reference.by === 'alias') return versionOfAlias(client, model, reference.alias);
  const { rows } = await client.query<{ version: number | null }>(
    `select max(version) as version from model_version where model = $1 and ($2::int is null or version = $2)`,
    [model, reference.by === 'version' ? reference.version : null],
  );
  return rows[0]!.version;
}
