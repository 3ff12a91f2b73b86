import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findKnownVersion } from '../../db/forecast/model-signatures.ts';
import { verifiedModel } from '../../services/model-registry.ts';
import { BUCKETS, type ObjectStore } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { registerModels } from '../../tests/registered-models.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { createDropExpiredModels, createFindExpiredModels } from './model-retention.ts';

const LATER = Date.parse('2099-06-15T00:00:00Z');
let stage: ActivityStage;
/** The objects of other tests are not there. */
let own: Set<string>;
let objectStore: ObjectStore;
beforeAll(async () => {
  stage = await openActivityStage({ now: () => LATER });
  const store = stage.dependencies.objectStore;
  own = new Set();
  const noted: ObjectStore = {
    ...store,
    put: async (bucket, bytes) => {
      const key = await store.put(bucket, bytes);
      if (bucket !== BUCKETS.raw) own.add(key);
      return key;
    },
    putBeside: async (bucket, name, bytes) => {
      await store.putBeside(bucket, name, bytes);
      own.add(name);
    },
    async *listAged(bucket) {
      for await (const object of store.listAged(bucket)) if (own.has(object.key)) yield object;
    },
  };
  stage.dependencies.objectStore = noted;
  objectStore = noted;
  await registerModels(stage, 13);
});
afterAll(() => stage.close());

const ASKED = { months: 3, asOf: new Date(LATER).toISOString() };
const drop = () =>
  stage.run(createDropExpiredModels(stage.dependencies), { ...ASKED, workflowId: 'retention' });

it('deletes what nothing needs, tells it beforehand, keeps what served, and does it once', async () => {
  const orphans = await Promise.all(
    (['models', 'training'] as const).map((bucket) => objectStore.put(bucket, randomBytes(77))),
  );
  const told = await stage.run(createFindExpiredModels(stage.dependencies), ASKED);
  expect(told.models).toEqual({ objects: 1, bytes: 77 });
  // Reports and contestants' bytes of a training that is long over.
  expect(told.training.objects).toBeGreaterThan(1);
  expect(await drop()).toEqual(told);
  await expect(objectStore.get('models', orphans[0]!)).rejects.toMatchObject({ name: 'MissingObject' });
  await expect(objectStore.get('training', orphans[1]!)).rejects.toMatchObject({ name: 'MissingObject' });
  for (const version of [1, 2, 3]) {
    const known = (await findKnownVersion(stage.dependencies.pool, FAILURE_MODEL, version))!;
    await verifiedModel(objectStore, stage.dependencies.modelKeys, known);
    // The champion can be rebuilt.
    if (version === 3) await objectStore.get(BUCKETS.training, known.snapshotSha256);
  }
  expect((await drop()).training.objects).toBe(0);
  const { rows } = await stage.database.pool.query(
    `select who, before, workflow_id from audit_log where action = 'drop-models'`,
  );
  expect(rows).toEqual([
    { who: 'retention', before: { models: told.models, training: told.training }, workflow_id: 'retention' },
  ]);
});

it('deletes nothing that is young, and refuses to keep less than three months', async () => {
  const key = await objectStore.put('models', randomBytes(10));
  const today = { ...stage.dependencies, now: Date.now };
  const dropToday = createDropExpiredModels(today);
  const outcome = await stage.run(dropToday, { ...ASKED, workflowId: 'retention' });
  expect(outcome).toMatchObject({ models: { objects: 0 }, training: { objects: 0 } });
  await objectStore.get('models', key);
  await expect(stage.run(dropToday, { ...ASKED, months: 2, workflowId: 'x' })).rejects.toThrow('at least 3');
});
