import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExampleApi, startExampleApi } from '../../tests/example-api.ts';
import {
  explanationSchema,
  modelComparisonSchema,
  modelHistorySchema,
  modelLineageSchema,
} from '../contract/registry.ts';

let api: ExampleApi;
beforeAll(async () => {
  api = await startExampleApi();
});
afterAll(() => api?.close());

const ask = async (path: string): Promise<{ status: number; body: never }> => {
  const response = await fetch(`${api.url}/v1/models/${path}`);
  return { status: response.status, body: (await response.json()) as never };
};
const read = async (path: string): Promise<never> => {
  const { status, body } = await ask(path);
  expect(status, path).toBe(200);
  return body;
};

describe('a model over HTTP', () => {
  test('tells which version was champion when', async () => {
    const { items } = modelHistorySchema.parse(await read('job-failure/history'));
    expect(items.map(({ version }) => version)).toEqual([2, 1]);
    expect(items[1]!.until).toBe(items[0]!.from);
    const [now] = modelHistorySchema.parse(await read(`job-failure/history?at=${items[0]!.from}`)).items;
    expect(now).toEqual(items[0]);
    expect(await read('job-failure/history?at=2001-01-01T00:00:00Z')).toEqual({ items: [] });
    expect((await ask('job-failure/history?at=yesterday')).status).toBe(400);
    expect((await ask('job-failure/history?alias=best')).status).toBe(400);
  });

  test('finds a version by its alias', async () => {
    expect(await read('job-failure/aliases/champion')).toMatchObject({ version: 2, tags: {}, signedBy: [] });
    expect((await ask('job-failure/aliases/shadow')).status).toBe(404);
  });

  test('compares two versions, however they are named', async () => {
    const compared = modelComparisonSchema.parse(
      await read(`job-failure/compare?one=1&other=${encodeURIComponent('models:/job-failure@champion')}`),
    );
    expect([compared.one.version, compared.other.version]).toEqual([1, 2]);
    expect(compared.metrics).toHaveLength(12);
    expect((await ask('job-failure/compare?one=1&other=77')).status).toBe(404);
    expect((await ask('job-failure/compare?one=1&other=models:/another/1')).status).toBe(404);
    expect((await ask('job-failure/compare?one=1')).status).toBe(400);
  });

  test('tells the lineage of a version, who vouches for it, and what is wrong with the champion', async () => {
    const lineage = modelLineageSchema.parse(await read('job-failure/2/lineage'));
    expect(lineage).toMatchObject({ signatures: [], unusable: null, forecasts: { count: 1 } });
    await api.database.pool.query(
      `update file set last_known_at = $1 where state = 'loaded' and sha256 = (
         select min(sha256) from file where state = 'loaded' and source = 'runs')`,
      [new Date('2020-01-01T00:00:00Z')],
    );
    await api.database.pool.query(
      `insert into model_signature (model, version, key_id, signature) values ('job-failure', 2, '0011223344556677', $1)`,
      [Buffer.alloc(64)],
    );
    await api.database.pool.query(
      `with opened as (insert into incident (severity, causes, opened_at) values ('major', '[]', now()) returning id)
       insert into finding (incident_id, key, kind, variant, role, course, model, since, found_at, evidence)
       select id, 'k', 'quality', 'model-unusable', 'cause', 'new', 'job-failure', now(), now(), '{"text": "damaged"}'
       from opened`,
    );
    const again = modelLineageSchema.parse(await read('job-failure/2/lineage'));
    expect(again.signatures).toMatchObject([{ keyId: '0011223344556677' }]);
    expect(again.unusable).toMatchObject({ text: 'damaged' });
    expect(again.data.files).toBe(lineage.data.files + 1);
    expect(again.data.lastKnownAt).not.toBe(null);
    expect((await ask('job-failure/99/lineage')).status).toBe(404);
  });

  test('explains what the last forecast says of a job', async () => {
    const { forecast } = explanationSchema.parse(await read(`job-failure/explain/${api.jobIds[0]}`));
    expect(forecast).toMatchObject({ model: 'job-failure', modelVersion: 2, insteadOf: null });
    expect(await read('job-failure/explain/987654321')).toEqual({ forecast: null });
    expect(await read(`another/explain/${api.jobIds[0]}`)).toEqual({ forecast: null });
  });
});
