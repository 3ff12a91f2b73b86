/** What the measurements of the loop around the models share: versions, promotions, and who serves. */
import type { Client } from '@temporalio/client';
import { saveModelSignature } from '../../db/forecast/model-signatures.ts';
import { registerModelVersion } from '../../db/forecast/model-versions.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { type ModelKeys, readModelKeys } from '../../services/model-keys.ts';
import { signManifest } from '../../services/model-registry.ts';
import { BUCKETS, createObjectStore, type ObjectStore } from '../../services/object-store.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { ask } from './pipeline.ts';
import type { Servers } from './servers.ts';

/** Registers signed versions in the database and the object store of a benchmark. */
export async function registerVersions({ config }: Servers, count: number): Promise<number[]> {
  const pool = createPool(config.databaseUrl, { max: 1 });
  try {
    const registry = { pool, objectStore: createObjectStore(config), modelKeys: readModelKeys(config) };
    return await registerSigned(registry, count);
  } finally {
    await pool.end();
  }
}

interface Registry {
  pool: Pool;
  objectStore: ObjectStore;
  modelKeys: ModelKeys;
}

/** Registers signed versions whose artefacts nobody has to understand, because no job is known that they could forecast. */
export async function registerSigned(
  { pool, objectStore, modelKeys }: Registry,
  count: number,
): Promise<number[]> {
  const versions: number[] = [];
  for (let place = 1; place <= count; place += 1) {
    const artifact = Buffer.from(`a model that nobody reads, ${place}`);
    const artifactSha256 = await objectStore.put(BUCKETS.models, artifact);
    const of = { model: FAILURE_MODEL, kind: 'logistic' };
    const held = { artifact: { sha256: artifactSha256 }, data: { sha256: artifactSha256 }, seed: 1 };
    const manifest = Buffer.from(JSON.stringify({ format: 1, ...of, ...held }));
    const manifestSha256 = await objectStore.put(BUCKETS.models, manifest);
    const files = { artifactSha256, manifestSha256, snapshotSha256: artifactSha256 };
    const training = { cutoff: new Date(0), seed: 1, codeVersion: 'bench', parameters: {} };
    const costs = { fitMs: 1, peakMemoryBytes: 1 };
    const version = await registerModelVersion(pool, { ...of, ...files, ...training, ...costs }, []);
    const signature = await signManifest(objectStore, modelKeys, manifest);
    await saveModelSignature(pool, { model: FAILURE_MODEL, version, ...signature });
    versions.push(version);
  }
  return versions;
}

/** Begins a promotion that a person has to approve. */
export const beginPromotion = (temporal: Client, version: number) =>
  temporal.workflow.start('promoteModel', {
    workflowId: workflowIds.promoteModel(FAILURE_MODEL, version),
    taskQueue: TASK_QUEUES.control,
    args: [{ model: FAILURE_MODEL, version, policy: 'approval' }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });

/** What a person says who approves. */
export const YES: [object] = [{ approve: true, who: 'bench', why: 'measured' }];

/** The versions that serve as champion: one, always. */
export const championsOf = async (url: string): Promise<number[]> =>
  (
    await ask<{ version: number }>(
      url,
      `select version from model_alias where model = $1 and alias = 'champion'`,
      [FAILURE_MODEL],
    )
  ).map(({ version }) => version);
