import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../tests/api.ts';
import { insertExampleRows } from '../tests/browser/example-rows.ts';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { type Files, type Models, type Overview, problemSchema, type Runs } from './contract.ts';
import { ROUTES } from './routes.ts';
import type { RunningApi } from './server.ts';

const NOW_MS = Date.parse('2026-03-02T06:00:00Z');

let empty: TestDatabase;
let filled: TestDatabase;
let apiOnEmpty: RunningApi;
let api: RunningApi;

beforeAll(async () => {
  empty = await createTestDatabase();
  filled = await createTestDatabase();
  await insertExampleRows(filled.pool, NOW_MS);
  // As the role that may only read: nothing here needs more.
  apiOnEmpty = await startTestApi({ databaseUrl: empty.readerUrl });
  api = await startTestApi({ databaseUrl: filled.readerUrl, time: 'data' });
});

afterAll(async () => {
  await Promise.all([api?.close(), apiOnEmpty?.close()]);
  await Promise.all([empty?.drop(), filled?.drop()]);
});

const read = async <Answer>(path: string): Promise<Answer> => {
  const response = await fetch(api.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

describe.each(ROUTES.filter(({ path }) => !path.includes(':')))('$path', ({ path, response: schema }) => {
  test('keeps its contract on an empty database', async () => {
    const response = await fetch(apiOnEmpty.url + path);
    expect(response.status).toBe(200);
    schema.parse(await response.json());
  });

  test('keeps its contract on a filled one', async () => {
    schema.parse(await read(path));
  });

  test('refuses a parameter it does not know', async () => {
    const response = await fetch(`${api.url}${path}?nonsense=1`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = problemSchema.parse(await response.json());
    expect(problem.errors).toEqual([
      { parameter: 'nonsense', detail: expect.stringMatching(/known are|takes none/) },
    ]);
  });
});

const limited = ROUTES.filter((route) => 'limit' in route.query.shape);

test.each(limited)('$path keeps and checks its limit', async ({ path }) => {
  const answer = await read<{ items: unknown[] }>(`${path}?limit=1`);
  expect(answer.items.length).toBeLessThanOrEqual(1);
  for (const limit of ['0', '501', 'x', '1.5', '', '1&limit=2']) {
    expect((await fetch(`${api.url}${path}?limit=${limit}`)).status).toBe(400);
  }
});

describe('what the filled database says', () => {
  test('in time of the data, the overview stands at the last arrival', async () => {
    const overview = await read<Overview>('/v1/overview');
    expect(overview).toMatchObject({
      asOf: new Date(NOW_MS - 60_000).toISOString(),
      lastArrival: new Date(NOW_MS - 60_000).toISOString(),
      jobs: 26,
      runsLoaded: 18_112 + 17_902 + 1_204,
      openIncidents: 3,
      files: 6,
      refusedFilesLast24h: 1,
      quarantinedRows: 36,
      championVersion: 2,
      lastForecastCutoff: '2026-03-02T00:00:00.000Z',
    });
  });

  test('failed runs of the last day are those of view run_latest', async () => {
    const overview = await read<Overview>('/v1/overview');
    const { rows } = await filled.pool.query(
      `select count(*) as n from run_latest where status = 'failed' and started_at <= $1
         and started_at > $1::timestamptz - interval '24 hours'`,
      [overview.asOf],
    );
    expect(overview.failedLast24h).toBe(rows[0].n);
    expect(overview.failedLast24h).toBeGreaterThan(0);
  });

  test('runs can be narrowed to a job and a state', async () => {
    const { items } = await read<Runs>('/v1/runs?job=orders_import&status=failed');
    expect(items.length).toBeGreaterThan(0);
    expect(items.every((run) => run.job === 'orders_import' && run.status === 'failed')).toBe(true);
    expect((await read<Runs>('/v1/runs?job=no_such_job')).items).toEqual([]);
  });

  test('every file accounts for its rows, and so do all together', async () => {
    const { items, totals } = await read<Files>('/v1/files');
    const loaded = items.filter((file) => file.state === 'loaded');
    expect(loaded.length).toBe(4);
    for (const { rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined } of [...loaded, totals]) {
      expect(rowsLoaded! + rowsDuplicate! + rowsQuarantined!).toBe(rowsIn);
    }
  });

  test('a metric that is not known stays null', async () => {
    const { items } = await read<Models>('/v1/models');
    const first = items.find((version) => version.version === 1)!;
    expect(
      first.metrics.find(({ head, metric }) => head === 'week' && metric === 'brier_score')?.value,
    ).toBeNull();
    expect(first.aliases).toEqual([]);
  });
});

describe('around the routes', () => {
  test('an unknown address and an unknown method are problems', async () => {
    const missing = await fetch(`${api.url}/v1/nothing`);
    expect(missing.status).toBe(404);
    problemSchema.parse(await missing.json());
    for (const { path } of ROUTES) {
      const posted = await fetch(api.url + path, { method: 'POST', body: '{}' });
      expect(posted.status).toBe(405);
      expect(posted.headers.get('allow')).toBe('GET, HEAD');
      problemSchema.parse(await posted.json());
    }
  });

  test('more headers than are read is a problem as well', async () => {
    const response = await fetch(`${api.url}/livez`, { headers: { 'x-long': 'x'.repeat(20_000) } });
    expect(response.status).toBe(431);
    problemSchema.parse(await response.json());
  });

  test('every answer carries a policy that allows nothing inline', async () => {
    for (const path of ['/', '/v1/runs', '/v1/nothing', '/main.ts']) {
      const { headers } = await fetch(api.url + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('the page is not sent twice', async () => {
    const first = await fetch(`${api.url}/`);
    const etag = first.headers.get('etag')!;
    const second = await fetch(`${api.url}/`, { headers: { 'if-none-match': etag } });
    expect([first.status, second.status]).toEqual([200, 304]);
  });
});

describe('the OpenAPI document', () => {
  test('describes every route of the table, the stream and what jobs tell', async () => {
    const document = await read<{ openapi: string; paths: object }>('/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual(
      [
        ...ROUTES.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}')),
        '/v1/stream',
        '/api/v1/lineage',
        '/ping/{key}/{slug}',
        '/ping/{key}/{slug}/{signal}',
        '/v1/sources/{source}/files/{name}',
        '/v1/sources/{source}/samples',
        '/v1/files/{sha256}',
        ...['acknowledge', 'silence', 'waive', 'rerun', 'feedback'].map((act) => `/v1/incidents/{id}/${act}`),
        '/act/{action}/{incident}/{expiry}/{signature}',
      ].sort(),
    );
  });

  test('points only at schemas that it holds, and names each operation once', async () => {
    const document = await read<{
      components: { schemas: Record<string, unknown> };
      paths: Record<string, { get: { operationId: string } }>;
    }>('/openapi.json');
    const text = JSON.stringify(document);
    const targets = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]!));
    expect(targets.size).toBeGreaterThan(10);
    for (const target of targets) expect(document.components.schemas).toHaveProperty(target);
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
