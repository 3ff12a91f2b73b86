import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findKnownVersion, type KnownModelVersion } from '../../db/forecast/model-signatures.ts';
import { countPredictions, madePredictions } from '../../db/forecast/predictions.ts';
import { readModelKeys } from '../../services/model-keys.ts';
import { signatureName } from '../../services/model-registry.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { writeModelKeys } from '../../tests/model-keys.ts';
import { AS_OF as ESTATE_AS_OF, registerModels } from '../../tests/registered-models.ts';
import { createMakeForecast } from './make-forecast.ts';
import { createMakePredictions } from './make-predictions.ts';
import { findServingModel } from './serving-model.ts';

const MODEL = 'job-failure';
const AS_OF = Date.parse(ESTATE_AS_OF);
const HOUR_MS = 3_600_000;

let stage: ActivityStage;
let client: Client;
let champion: KnownModelVersion;
/** Keys in the bucket `models` of what the champion is made of, with their bytes. */
let objects: { name: string; bytes: Buffer }[];
beforeAll(async () => {
  stage = await openActivityStage();
  const { hostname, port } = new URL(inject('objectStoreUrl'));
  client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: inject('objectStoreAccessKey'),
    secretKey: inject('objectStoreSecretKey'),
  });
  await registerModels(stage, 11);
  champion = (await findKnownVersion(stage.dependencies.pool, MODEL, 3))!;
  objects = await objectsOf(champion);
});
afterAll(() => stage.close());

async function objectsOf({ manifestSha256, artifactSha256, signatures }: KnownModelVersion) {
  const names = [artifactSha256, manifestSha256, signatureName(manifestSha256, signatures[0]!.keyId)];
  return Promise.all(
    names.map(async (name) => ({
      name,
      bytes: await buffer(await stage.dependencies.objectStore.stream(BUCKETS.models, name)),
    })),
  );
}
const overwrite = (name: string, bytes: Buffer) => client.putObject(BUCKETS.models, name, bytes);
const flipped = (bytes: Buffer, at: number, mask = 1): Buffer => {
  const other = Buffer.from(bytes);
  other[at % bytes.length]! ^= mask;
  return other;
};
const serving = (asked = 3) => findServingModel(stage.dependencies, MODEL, asked);
const forecast = (hoursLater: number) =>
  stage.run(createMakeForecast(stage.dependencies), {
    model: MODEL,
    asOf: new Date(AS_OF + hoursLater * HOUR_MS).toISOString(),
  });
const rows = async (sql: string) => (await stage.database.pool.query(sql)).rows;

describe('a champion in the object store', () => {
  it('is verified and served as it was registered', async () => {
    const { model, refused } = await serving();
    expect(refused).toEqual([]);
    expect(model).toMatchObject({ version: 3, keyId: champion.signatures[0]!.keyId });
    expect(model!.artifact).toEqual(objects[0]!.bytes);
    expect(model!.manifest).toMatchObject({ kind: 'base-window-rate', features: expect.any(Array) });
    expect(await forecast(0)).toEqual({
      ...{ cutoff: '2026-03-01T06:00:00.000Z', candidates: 3, modelVersion: 3, made: true },
    });
    expect(await rows('select from incident')).toEqual([]);
  });

  it('is refused with any byte of artefact, manifest or signature flipped, and the one before it serves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, at, mask) => {
        const { name, bytes } = objects[which]!;
        await overwrite(name, flipped(bytes, at, mask));
        try {
          const { model, refused } = await serving();
          expect(model).toMatchObject({ version: 2 });
          expect(refused).toEqual([{ version: 3, reason: expect.stringContaining(name) }]);
        } finally {
          await overwrite(name, bytes);
        }
      }),
      { numRuns: 150 },
    );
    expect((await serving()).refused).toEqual([]);
  });

  it('is refused shortened, lengthened, empty and missing', async () => {
    for (const { name, bytes } of objects) {
      const wrong = [bytes.subarray(1), Buffer.concat([bytes, Buffer.of(10)]), Buffer.alloc(0), null];
      for (const now of wrong) {
        await (now === null ? client.removeObject(BUCKETS.models, name) : overwrite(name, now));
        expect((await serving()).model).toMatchObject({ version: 2 });
        await overwrite(name, bytes);
      }
    }
  });

  it('opens one incident however often it is needed, forecasts by the version before, and ends it when it is whole', async () => {
    for (const [i, { name, bytes }] of objects.entries()) {
      await overwrite(name, flipped(bytes, 7));
      expect(await forecast(i + 1)).toMatchObject({ modelVersion: 2, insteadOf: 3, made: true });
      const cutoff = new Date(AS_OF + i * HOUR_MS);
      const predict = createMakePredictions(stage.dependencies);
      await stage.run(predict, { model: MODEL, version: 3, cutoff: cutoff.toISOString() });
      const key = { cutoff, model: MODEL, modelVersion: 3 };
      expect(await countPredictions(stage.dependencies.pool, key)).toBe(3);
      expect(await madePredictions(stage.dependencies.pool, key)).toBe(2);
      if (i < 2) await overwrite(name, bytes);
    }
    expect(await forecast(1)).toMatchObject({ modelVersion: 2, insteadOf: 3, made: false });
    const [finding] = await rows(
      `select incident.state, severity, causes, model, finding.kind, variant, evidence ->> 'text' as text
       from incident join finding on incident_id = incident.id`,
    );
    expect(finding).toMatchObject({
      ...{ state: 'open', severity: 'major', model: MODEL, kind: 'quality', variant: 'model-unusable' },
      causes: [{ kind: 'itself', name: MODEL, weight: 1 }],
    });
    expect(finding.text).toMatch(
      new RegExp(
        `^version 3 cannot be used: object models/${objects[0]!.name}: .*\nversion 2 serves meanwhile$`,
      ),
    );
    expect(await rows('select count(*)::int from incident')).toEqual([{ count: 1 }]);
    const told = await rows(`select subject from notification where kind = 'incidents-opened'`);
    expect(told).toEqual([{ subject: '[Major] job-failure: its champion cannot be used' }]);
    const [message] = await rows(
      `select body from notification where kind = 'forecast-ready' order by created_at desc limit 1`,
    );
    expect(JSON.stringify(message)).toContain(
      'model version 2, in the place of version 3, which cannot be used',
    );

    await overwrite(objects[2]!.name, objects[2]!.bytes);
    expect(await forecast(4)).toEqual(expect.objectContaining({ modelVersion: 3, made: true }));
    expect(await rows('select state from incident')).toEqual([{ state: 'resolved' }]);
  });

  it('goes back as far as it must; with none left it says so for good, and there is an incident', async () => {
    const before = (await findKnownVersion(stage.dependencies.pool, MODEL, 2))!;
    await overwrite(objects[0]!.name, Buffer.from('{}'));
    await client.removeObject(BUCKETS.models, before.artifactSha256);
    expect(await forecast(5)).toMatchObject({ modelVersion: 1, insteadOf: 3 });
    const first = (await findKnownVersion(stage.dependencies.pool, MODEL, 1))!;
    const [artifact] = await objectsOf(first);
    await client.removeObject(BUCKETS.models, first.artifactSha256);
    await expect(forecast(6)).rejects.toMatchObject({
      name: 'NoUsableModel',
      message: expect.stringMatching(/^job-failure: version 3 .*; version 2 .*; version 1 .*; none is left$/),
    });
    expect(await rows(`select state from incident order by id`)).toEqual([
      { state: 'resolved' },
      { state: 'open' },
    ]);
    await overwrite(artifact!.name, artifact!.bytes);
    await overwrite(objects[0]!.name, objects[0]!.bytes);
  });

  it('needs a signature by a key that is trusted here', async () => {
    const stranger = readModelKeys(writeModelKeys(`${stage.folder}/stranger`));
    const asked = { ...stage.dependencies, modelKeys: stranger };
    const { model, refused } = await findServingModel(asked, MODEL, 3);
    expect(model).toBe(null);
    expect(refused[0]).toEqual({
      version: 3,
      reason: `job-failure/3: expected a signature by ${stranger.trusted[0]}; found those of ${champion.signatures[0]!.keyId}`,
    });
  });

  it('is not refused because the store does not answer', async () => {
    const down = {
      ...stage.dependencies.objectStore,
      get: () => Promise.reject(new Error('connect ECONNREFUSED')),
    };
    await expect(findServingModel({ ...stage.dependencies, objectStore: down }, MODEL, 3)).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
