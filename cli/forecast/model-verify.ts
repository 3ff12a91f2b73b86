import { type Config, loadConfig } from '../../config.ts';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import {
  findKnownVersion,
  type KnownModelVersion,
  saveModelSignature,
} from '../../db/forecast/model-signatures.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { type ModelKeys, readModelKeys } from '../../services/model-keys.ts';
import {
  isUnusableModel,
  signManifest,
  unsignedModel,
  verifiedModel,
} from '../../services/model-registry.ts';
import { createObjectStore, type ObjectStore } from '../../services/object-store.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { Unreachable, withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { wordLines } from '../word-lines.ts';
import { expectedVersion, NOTHING_SERVES } from './model-reference.ts';

const WIDTH = 79;

/** What verifying a version came to. */
export interface Verdict {
  model: string;
  version: number;
  kind: string;
  valid: boolean;
  /** The key that vouches for it; null: it is not valid. */
  keyId: string | null;
  /** Why it cannot be used; null: it can. */
  reason: string | null;
}

/** @throws Unreachable when the object store does not answer */
export async function verdictOn(
  objectStore: ObjectStore,
  keys: ModelKeys,
  known: KnownModelVersion,
): Promise<Verdict> {
  const { model, version, kind } = known;
  try {
    const { keyId } = await verifiedModel(objectStore, keys, known);
    return { model, version, kind, valid: true, keyId, reason: null };
  } catch (error) {
    if (isUnusableModel(error)) {
      return { model, version, kind, valid: false, keyId: null, reason: error.message };
    }
    throw storeUnreachable(error as Error);
  }
}

const storeUnreachable = (error: Error): Error =>
  new Unreachable(`the object store does not answer (${error.message}): is \`smart-etl up\` running?`);

/**
 * `smart-etl model verify [VERSION] [--all]`: whether bytes, manifest and signature of a version are as they were
 * registered; of every version that has an alias, when none is named.
 *
 * @returns 0; 1 when one of them is not, or none serves
 */
export async function verifyModels(
  asked: string | undefined,
  { all = false, json = false }: { all?: boolean; json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const keys = readModelKeys(config);
  const items = await withDatabase(config, async (pool) => {
    const objectStore = createObjectStore(config);
    const verdicts: Verdict[] = [];
    for (const known of await chosen(pool, asked, all)) {
      verdicts.push(await verdictOn(objectStore, keys, known));
    }
    return verdicts;
  });
  if (json) console.log(JSON.stringify({ trusted: keys.trusted, items }));
  else if (items.length === 0) console.error(NOTHING_SERVES);
  else console.log(items.flatMap((verdict) => linesOf(verdict, config.language)).join('\n'));
  return items.length > 0 && items.every(({ valid }) => valid) ? EXIT.ok : EXIT.negative;
}

async function chosen(pool: Pool, asked: string | undefined, all: boolean): Promise<KnownModelVersion[]> {
  if (asked !== undefined) return [(await expectedVersion(pool, asked))!];
  const { rows } = await pool.query<{ version: number }>(
    all
      ? 'select version from model_version where model = $1 order by version desc'
      : 'select distinct version from model_alias where model = $1 order by version desc',
    [FAILURE_MODEL],
  );
  return Promise.all(
    rows.map(async ({ version }) => (await findKnownVersion(pool, FAILURE_MODEL, version))!),
  );
}

function linesOf({ model, version, kind, keyId, reason }: Verdict, language: 'en' | 'fr'): string[] {
  const name = `${model}/${version} (${kind})`;
  const isFrench = language === 'fr';
  if (reason === null) return [`${name}: ${isFrench ? 'intègre, signé par' : 'whole, signed by'} ${keyId}`];
  return [
    `${name}: ${isFrench ? 'INUTILISABLE' : 'NOT USABLE'}`,
    ...wordLines(reason, WIDTH - 2).map((line) => `  ${line}`),
  ];
}

/**
 * `smart-etl model sign VERSION --who --why`: signs a version with today's key, for versions of before there were
 * signatures and for keys that are trusted no more. Bytes and manifest must be as they were registered.
 *
 * @returns 0; 1 when they are not
 */
export async function signModel(
  asked: string,
  options: { who?: string; why?: string; json?: boolean },
): Promise<ExitCode> {
  const { who, why } = decisionOf(options, '');
  const config = loadConfig();
  const verdict = await withDatabase(config, (pool) => sign(config, pool, asked, { who, why }));
  if (options.json) console.log(JSON.stringify(verdict));
  else console.log(linesOf(verdict, config.language).join('\n'));
  return verdict.valid ? EXIT.ok : EXIT.negative;
}

async function sign(
  config: Config,
  pool: Pool,
  asked: string,
  { who, why }: { who: string; why: string },
): Promise<Verdict> {
  const objectStore = createObjectStore(config);
  const keys = readModelKeys(config);
  const known = (await expectedVersion(pool, asked))!;
  const { model, version, kind, signatures } = known;
  try {
    const { manifestBytes } = await unsignedModel(objectStore, known);
    const signature = await signManifest(objectStore, keys, manifestBytes);
    await withTransaction(pool, async (client) => {
      if (signatures.some(({ keyId }) => keyId === signature.keyId)) return;
      await saveModelSignature(client, { model, version, ...signature });
      await saveAuditEntry(client, {
        ...{ who, action: 'model.sign', subject: `${model}/${version}`, why },
        before: { signedBy: signatures.map(({ keyId }) => keyId) },
        after: { signedBy: [...signatures.map(({ keyId }) => keyId), signature.keyId] },
        workflowId: null,
      });
    });
    return await verdictOn(objectStore, keys, (await findKnownVersion(pool, model, version))!);
  } catch (error) {
    if (!isUnusableModel(error)) throw error;
    return { model, version, kind, valid: false, keyId: null, reason: error.message };
  }
}

/** `smart-etl model keys`: whose signatures are trusted here, and the public half of the key that signs. */
export function showModelKeys({ json = false }: { json?: boolean }): ExitCode {
  const { trusted, publicPem } = readModelKeys(loadConfig());
  if (json) console.log(JSON.stringify({ trusted, publicPem }));
  else {
    for (const keyId of trusted) console.log(keyId);
    if (publicPem !== null) console.log(publicPem.trimEnd());
  }
  return trusted.length > 0 ? EXIT.ok : EXIT.negative;
}
