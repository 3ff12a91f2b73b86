import { loadConfig } from '../../config.ts';
import { changeTag, readTags } from '../../db/forecast/model-tags.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { tagRefusal } from '../../models/registry/model-tag.ts';
import { printable } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { expectedVersion, NOTHING_SERVES } from './model-reference.ts';

/**
 * `smart-etl model tag VERSION [KEY=VALUE…] [--remove KEY…]`: writes tags on a version, all of them or none; without
 * any, shows what is written on it.
 */
export async function tagModel(
  asked: string,
  given: readonly string[],
  options: { remove?: string[]; who?: string; why?: string; json?: boolean },
): Promise<ExitCode> {
  const changes = [
    ...given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`expected KEY=VALUE, got "${text}"`);
      return { key: text.slice(0, at), value: text.slice(at + 1) };
    }),
    ...(options.remove ?? []).map((key) => ({ key, value: null })),
  ];
  for (const { key, value } of changes) {
    const refused = tagRefusal(key, value);
    if (refused !== null) throw new UsageError(refused);
  }
  const decision = changes.length === 0 ? null : decisionOf(options, 'tagged');
  const told = await withDatabase(loadConfig(), async (pool) => {
    const known = await expectedVersion(pool, asked);
    if (known === null) return null;
    const { model, version } = known;
    if (decision !== null) {
      await withTransaction(pool, async (client) => {
        for (const change of changes) await changeTag(client, { model, version, ...change, ...decision });
        await announceChange(client, 'models');
      });
    }
    return { model, version, tags: await readTags(pool, model, version) };
  });
  if (told === null) {
    console.error(NOTHING_SERVES);
    return EXIT.negative;
  }
  if (options.json) console.log(JSON.stringify(told));
  else {
    console.log(`${told.model}/${told.version}`);
    for (const [key, value] of Object.entries(told.tags)) console.log(`  ${key} = ${printable(value)}`);
  }
  return EXIT.ok;
}
