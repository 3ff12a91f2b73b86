import { loadConfig } from '../../config.ts';
import { readModelLineage } from '../../db/forecast/model-lineage.ts';
import { findModelCard, type ModelVersionRow, readModelVersions } from '../../db/forecast/read-models.ts';
import { readModelKeys } from '../../services/model-keys.ts';
import { createObjectStore } from '../../services/object-store.ts';
import { printable } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { cardLines, metricOf } from './model-card-lines.ts';
import { expectedVersion, NOTHING_SERVES } from './model-reference.ts';
import { verdictOn } from './model-verify.ts';

const WIDTH = 78;

/** `smart-etl model list`: registered versions, newest first. */
export async function listModels({
  limit = 20,
  json = false,
}: {
  limit?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const versions = await withDatabase(loadConfig(), (pool) => readModelVersions(pool, limit));
  if (json) console.log(JSON.stringify({ items: versions }));
  else console.log(listLines(versions).join('\n'));
  return EXIT.ok;
}

function listLines(versions: ModelVersionRow[]): string[] {
  if (versions.length === 0) return ['no version is registered yet: `smart-etl model train` makes one'];
  const lines = versions.flatMap((version) => {
    const { kind, aliases, gate, cutoff, origin } = version;
    const row = [
      String(version.version).padStart(4),
      kind.padEnd(16),
      cutoff.toISOString().slice(0, 10),
      metricOf(version, 'week', 'average_precision').padStart(5),
      (gate?.verdict ?? '').padEnd(9),
      aliases.join(', '),
    ].join('  ');
    const tags = Object.entries(version.tags).map(([key, value]) => `${key}=${value}`);
    return [
      row,
      ...(origin === null ? [] : [`      imported: "${origin.name}" by ${origin.who}`]),
      ...(tags.length === 0 ? [] : [`      ${printable(tags.join(', '))}`]),
    ];
  });
  const heading = '   #  kind              data up to     AP  gate';
  return [heading, ...lines].map((line) => line.trimEnd().slice(0, WIDTH));
}

/**
 * `smart-etl model card [VERSION]`: all that is known of a version, of the champion when none is named.
 *
 * @returns 0; 1 when no version serves yet
 */
export async function showModelCard(
  asked: string | undefined,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const found = await withDatabase(config, async (pool) => {
    const known = await expectedVersion(pool, asked);
    if (known === null) return null;
    const { model, version } = known;
    const [card, lineage] = [
      (await findModelCard(pool, model, version))!,
      (await readModelLineage(pool, model, version))!,
    ];
    // What is known of it is told as well where its bytes cannot be read.
    const verified = await verdictOn(createObjectStore(config), readModelKeys(config), known).catch(
      (error: Error) => ({ valid: null, keyId: null, reason: error.message }),
    );
    const { valid, keyId, reason } = verified;
    return { ...card, lineage, verified: { valid, keyId, reason } };
  });
  if (found === null) {
    console.error(NOTHING_SERVES);
    return EXIT.negative;
  }
  if (json) console.log(JSON.stringify(found));
  else console.log(cardLines(found, config.language).join('\n'));
  return EXIT.ok;
}
