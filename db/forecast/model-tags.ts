import { saveAuditEntry } from '../access/audit-log.ts';
import type { Queryable } from '../pool.ts';

/** A tag is refused: what it must be is in the message. */
export class InvalidTag extends Error {
  override name = 'InvalidTag';
}

export interface TagChange {
  model: string;
  version: number;
  key: string;
  /** Null: the tag is taken off. */
  value: string | null;
  who: string;
  why: string;
  /** Left out: the command line does it by itself. */
  workflowId?: string;
}

/** More tags of a version say nothing any more. */
const MOST_TAGS = 50;

/**
 * Writes a tag on a version or takes it off, with a line in the audit log. Belongs in a transaction; whether it may be
 * called and written so is for models/registry/model-tag.ts.
 *
 * @returns false when it was so already
 * @throws InvalidTag
 */
export async function changeTag(client: Queryable, change: TagChange): Promise<boolean> {
  const { model, version, key, value, who, why } = change;
  await client.query(`select pg_advisory_xact_lock(hashtextextended('model-tag:' || $1 || '/' || $2, 0))`, [
    model,
    version,
  ]);
  const tags = await readTags(client, model, version);
  const before = tags[key] ?? null;
  if (before === value) return false;
  if (value === null) {
    await client.query('delete from model_tag where model = $1 and version = $2 and key = $3', [
      model,
      version,
      key,
    ]);
  } else {
    if (before === null && Object.keys(tags).length >= MOST_TAGS) {
      throw new InvalidTag(`${model}/${version} has ${MOST_TAGS} tags already: take one off first`);
    }
    await client.query(
      `insert into model_tag (model, version, key, value, who) values ($1, $2, $3, $4, $5)
       on conflict (model, version, key) do update set value = $4, who = $5, at = now()`,
      [model, version, key, value, who],
    );
  }
  await saveAuditEntry(client, {
    ...{ who, action: 'model.tag', subject: `${model}/${version}`, why },
    before: { [key]: before },
    after: { [key]: value },
    workflowId: change.workflowId ?? null,
  });
  return true;
}

/** The tags of a version, by key. */
export async function readTags(
  client: Queryable,
  model: string,
  version: number,
): Promise<Record<string, string>> {
  const { rows } = await client.query<{ key: string; value: string }>(
    'select key, value from model_tag where model = $1 and version = $2 order by key',
    [model, version],
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}
