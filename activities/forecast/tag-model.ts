import { changeTag } from '../../db/forecast/model-tags.ts';
import { findModelVersion } from '../../db/forecast/model-versions.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { tagRefusal } from '../../models/registry/model-tag.ts';
import type { Dependencies } from '../dependencies.ts';
import { InvalidInput } from '../resolve-as-of.ts';
import { UnknownModelVersion } from './judge-challenger.ts';

/** Writes a tag on a version or takes it off, with an audit line. Twice is once. */
export function createTagModel({ pool }: Dependencies) {
  return async function tagModel(input: {
    model: string;
    version: number;
    key: string;
    /** null: it is taken off. */
    value: string | null;
    who: string;
    why: string;
    workflowId: string;
  }): Promise<{ changed: boolean }> {
    const { model, version } = input;
    const refused = tagRefusal(input.key, input.value);
    if (refused !== null) throw new InvalidInput(refused);
    return withTransaction(pool, async (client) => {
      if ((await findModelVersion(client, model, version)) === null) {
        throw new UnknownModelVersion(`${model}/${version} is not registered`);
      }
      const changed = await changeTag(client, input);
      if (changed) await announceChange(client, 'models');
      return { changed };
    });
  };
}
