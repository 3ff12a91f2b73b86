import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { readRegistryFacts } from '../../db/forecast/registry-facts.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { expiredModelObjects, type StoredObject } from '../../models/retention/expired-model-objects.ts';
import { BUCKETS } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { keepFromOf } from '../load/retention.ts';

export interface ModelRetentionInput {
  /** Whole months kept before the current one. */
  months: number;
  asOf: string;
}

export interface ModelRetentionOutcome {
  /** The first instant of which everything is kept. */
  keepFrom: string;
  models: { objects: number; bytes: number };
  training: { objects: number; bytes: number };
}

/** What retention would delete of models and their trainings now. */
export function createFindExpiredModels(dependencies: Dependencies) {
  return function findExpiredModels(input: ModelRetentionInput): Promise<ModelRetentionOutcome> {
    return withHeartbeat(async () => {
      const keepFrom = keepFromOf(input, dependencies.now());
      return outcomeOf(keepFrom, await findExpired(dependencies, keepFrom));
    });
  };
}

/**
 * Deletes what nothing needs any more: bytes that lost long ago and what they were trained on. Versions keep their lines.
 * Done again it goes on where it was.
 */
export function createDropExpiredModels(dependencies: Dependencies) {
  const { pool, objectStore, now } = dependencies;
  return function dropExpiredModels(
    input: ModelRetentionInput & { workflowId: string },
  ): Promise<ModelRetentionOutcome> {
    return withHeartbeat(async (signal) => {
      const keepFrom = keepFromOf(input, now());
      const expired = await findExpired(dependencies, keepFrom);
      const outcome = outcomeOf(keepFrom, expired);
      if (expired.length === 0) return outcome;
      // First the word: of what is gone somebody must be able to say why.
      await withTransaction(pool, async (client) => {
        await saveAuditEntry(client, {
          who: 'retention',
          action: 'drop-models',
          subject: `objects of models before ${outcome.keepFrom.slice(0, 10)}`,
          why: `the configuration keeps ${input.months} months`,
          before: { models: outcome.models, training: outcome.training },
          after: null,
          workflowId: input.workflowId,
        });
        await announceChange(client, 'models');
      });
      for (const { bucket, key } of expired) {
        signal.throwIfAborted();
        await objectStore.remove(bucket, key);
      }
      return outcome;
    });
  };
}

async function findExpired(
  { pool, objectStore }: Pick<Dependencies, 'pool' | 'objectStore'>,
  keepFrom: Date,
): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for (const bucket of [BUCKETS.models, BUCKETS.training] as const) {
    for await (const object of objectStore.listAged(bucket)) {
      if (object.storedMs < keepFrom.getTime()) objects.push({ bucket, ...object });
    }
  }
  // What came to need one of them while they were listed is seen.
  const facts = await withTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    return readRegistryFacts(client);
  });
  return expiredModelObjects(objects, facts, keepFrom.getTime());
}

function outcomeOf(keepFrom: Date, expired: readonly StoredObject[]): ModelRetentionOutcome {
  const of = (bucket: StoredObject['bucket']) => {
    const found = expired.filter((object) => object.bucket === bucket);
    return { objects: found.length, bytes: found.reduce((sum, { bytes }) => sum + bytes, 0) };
  };
  return { keepFrom: keepFrom.toISOString(), models: of('models'), training: of('training') };
}
