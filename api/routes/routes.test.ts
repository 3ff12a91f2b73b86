import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { EXAMPLE_MS, type ExampleApi, startExampleApi } from '../../tests/example-api.ts';
import type { Files } from '../contract/files.ts';
import type { Models } from '../contract/models.ts';
import type { Runs } from '../contract/runs.ts';
import { type Overview, problemSchema } from '../contract/system.ts';
import type { RunningApi } from '../server.ts';
import { ROUTES } from './routes.ts';

let empty: TestDatabase;
let apiOnEmpty: RunningApi;
let api: ExampleApi;

beforeAll(async () => {
  empty = await createTestDatabase();
  apiOnEmpty = await startTestApi({ databaseUrl: empty.readerUrl });
  api = await startExampleApi();
});

afterAll(async () => {
  await Promise.all([api?.close(), apiOnEmpty?.close()]);
  await empty?.drop();
});

/** What an address is asked for at least. */
const NEEDED: Record<string, string> = { '/v1/search': 'q=orders' };
const addressOf = (path: string, query = ''): string =>
  [path, [NEEDED[path], query].filter(Boolean).join('&')].filter(Boolean).join('?');

const read = async <Answer>(path: string): Promise<Answer> => {
  const response = await fetch(api.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

interface Parameter {
  name: string;
  schema: { pattern?: string };
}

const lists = ROUTES.filter(({ method, path }) => method === 'GET' && !path.includes(':'));

describe.each(lists)('$path', ({ path, response: schema }) => {
  test('keeps its contract on an empty database', async () => {
    const response = await fetch(apiOnEmpty.url + addressOf(path));
    expect(response.status).toBe(200);
    schema.parse(await response.json());
  });

  test('keeps its contract on a filled one', async () => {
    schema.parse(await read(addressOf(path)));
  });

  test('refuses a parameter it does not know', async () => {
    const response = await fetch(api.url + addressOf(path, 'nonsense=1'));
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = problemSchema.parse(await response.json());
    expect(problem.errors).toEqual([
      { parameter: 'nonsense', detail: expect.stringMatching(/known are|takes none/) },
    ]);
  });
});

const limited = lists.filter(({ path, query }) => 'limit' in query.shape && path !== '/v1/search');
const paged = lists.filter((route) => 'after' in route.query.shape);

test.each(limited)('$path keeps and checks its limit', async ({ path }) => {
  const answer = await read<{ items: unknown[] }>(`${path}?limit=1`);
  expect(answer.items.length).toBeLessThanOrEqual(1);
  for (const limit of ['0', '501', 'x', '1.5', '', '1&limit=2']) {
    expect((await fetch(`${api.url}${path}?limit=${limit}`)).status).toBe(400);
  }
});

test.each(paged)(
  '$path read page by page is the whole list, and bad cursors are refused',
  async ({ path }) => {
    type Page = { items: unknown[]; next: string | null };
    const whole = await read<Page>(`${path}?limit=500`);
    const limit = whole.items.length > 20 ? 29 : 1;
    const items: unknown[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: Page = await read(`${path}?limit=${limit}${after && `&after=${after}`}`);
      items.push(...page.items);
      after = page.next;
    }
    expect(items).toEqual(whole.items);
    expect(whole.next).toBeNull();
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const cursor of [
      'x',
      'bm8',
      made([]),
      made({}),
      made(['a\u0000', 'b']),
      made([1e300, 'x', 2, 3]),
      '%FF',
    ]) {
      const response = await fetch(`${api.url}${path}?after=${cursor}`);
      expect(response.status).toBe(400);
      expect(problemSchema.parse(await response.json()).errors![0]!.parameter).toBe('after');
    }
    expect((await fetch(`${api.url}${path}?after=`)).status).toBe(400);
  },
);

describe('what the filled database says', () => {
  test('in time of the data, the overview stands at the last arrival', async () => {
    const overview = await read<Overview>('/v1/overview');
    expect(overview).toMatchObject({
      asOf: new Date(EXAMPLE_MS - 60_000).toISOString(),
      lastArrival: new Date(EXAMPLE_MS - 60_000).toISOString(),
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
    const { rows } = await api.database.pool.query(
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
    for (const { path } of lists) {
      const posted = await fetch(api.url + path, { method: 'POST', body: '{}' });
      expect(posted.status).toBe(405);
      expect(posted.headers.get('allow')).toBe('GET, HEAD');
      problemSchema.parse(await posted.json());
    }
  });

  test('a method that nobody knows is one that is not possible, whatever it carries', async () => {
    for (const method of ['QUERY', 'PROPFIND', 'PATCH']) {
      const asked = await fetch(`${api.url}/v1/runs`, {
        method,
        body: 'x',
        headers: { 'content-type': 'x/y' },
      });
      expect([method, asked.status, asked.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  test.each([
    ['POST', '/v1/sources/%00/release', { why: 'mine' }],
    ['POST', '/v1/models/%00/1/promote', { why: 'mine' }],
    ['POST', '/v1/models/%00/rollback', { why: 'mine', from: 1 }],
    ['POST', '/v1/quarantine/replay', { why: 'mine', source: '\0' }],
    ['POST', '/v1/incidents/1/acknowledge', { why: 'a\0b' }],
    ['GET', '/v1/reports/%00/en/pdf', undefined],
    ['GET', '/v1/models/%00/changes', undefined],
    ['GET', '/v1/runs/1/%00', undefined],
  ])('%s %s with a zero character is refused', async (method, path, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(api.url + path, {
      method,
      ...(body && { headers, body: JSON.stringify(body) }),
    });
    expect([400, 404]).toContain(answer.status);
    problemSchema.parse(await answer.json());
  });

  test('the methods of an address are those of the nearest', async () => {
    const asked = await fetch(`${api.url}/v1/models/job-failure/rollback`, { method: 'PUT' });
    expect([asked.status, asked.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each(['limit=', 'limit=0x10', 'limit=1e2', 'limit=%205', 'limit=+5'])(
    '%s is no whole number',
    async (query) => {
      expect((await fetch(`${api.url}/v1/runs?${query}`)).status).toBe(400);
    },
  );

  test.each([
    ['from=0020-02-29T00:00:00Z', 400],
    ['from=2026-02-29T00:00:00Z', 400],
    ['from=2026-04-31T00:00:00Z', 400],
    ['from=2024-02-29T00:00:00%2B02:00', 200],
    ['after=no%20cursor', 400],
    [`host=${encodeURIComponent('𝒽'.repeat(500))}`, 200],
    [`host=${'h'.repeat(501)}`, 400],
  ])('what the document says of %.40s is so: %i', async (query, status) => {
    const { paths } = await read<{ paths: Record<string, { get: { parameters: Parameter[] } }> }>(
      '/openapi.json',
    );
    const [name, value] = [...new URLSearchParams(query)][0]!;
    const { schema } = paths['/v1/runs']!.get.parameters.find((one) => one.name === name)!;
    expect(new RegExp(schema.pattern!, 'u').test(value)).toBe(status === 200);
    expect((await fetch(`${api.url}/v1/runs?${query}`)).status).toBe(status);
  });

  test('the document says that nobody has to log in only where that is so', async () => {
    const closed = await startTestApi({ databaseUrl: api.database.readerUrl, apiLogin: 'required' });
    try {
      const securityOf = async (url: string) =>
        ((await (await fetch(`${url}/openapi.json`)).json()) as { security: object[] }).security;
      expect(await securityOf(api.url)).toContainEqual({});
      expect(await securityOf(closed.url)).not.toContainEqual({});
      const put = await fetch(`${closed.url}/livez`, { method: 'PUT' });
      expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      const unknown = await fetch(`${closed.url}/v1/runs`, { method: 'PUT' });
      expect([unknown.status, unknown.headers.has('www-authenticate')]).toEqual([401, true]);
    } finally {
      await closed.close();
    }
  });

  test('every operation says what becomes of nobody, of a role that is too low, and of what cannot be read', async () => {
    const { paths } = await read<{
      paths: Record<string, Record<string, { security?: []; responses: Record<string, object> }>>;
    }>('/openapi.json');
    for (const [address, methods] of Object.entries(paths)) {
      for (const [method, { security, responses }] of Object.entries(methods)) {
        const guarded = security === undefined ? ['401', '403', '503'] : [];
        const said = Object.keys(responses);
        expect(said, `${method} ${address}`).toEqual(expect.arrayContaining(['400', '431', ...guarded]));
      }
    }
  });

  test('more headers than are read is a problem as well', async () => {
    const response = await fetch(`${api.url}/livez`, { headers: { 'x-long': 'x'.repeat(20_000) } });
    expect(response.status).toBe(431);
    problemSchema.parse(await response.json());
  });

  test('an address that is too long or cannot be read is a problem too', async () => {
    for (const [path, status] of [
      [`/v1/runs/1/${'x'.repeat(1_001)}`, 414],
      ['/v1/runs/1/%ff', 400],
    ] as const) {
      const response = await fetch(api.url + path);
      expect(problemSchema.parse(await response.json()).status).toBe(status);
      expect(response.status).toBe(status);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('every answer carries a policy that allows nothing inline', async () => {
    for (const path of ['/', '/v1/runs', '/v1/nothing', '/main.ts']) {
      const { headers } = await fetch(api.url + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test.each(['/v1/runs', '/v1/jobs', '/v1/files?limit=2', '/openapi.json'])(
    '%s is not sent twice',
    async (path) => {
      const first = await fetch(api.url + path);
      const etag = first.headers.get('etag')!;
      expect(etag).toMatch(/^W\/"[\w-]+"$/);
      for (const known of [etag, etag.slice(2), `"other", ${etag}`]) {
        const again = await fetch(api.url + path, { headers: { 'if-none-match': known } });
        expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
      }
      const other = await fetch(api.url + path, { headers: { 'if-none-match': 'W/"other"' } });
      expect(other.status).toBe(200);
    },
  );

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
        ...ROUTES.map(({ path }) => path.replace(/:(\w+)/g, '{$1}')),
        '/v1/stream',
        ...['/v1/me', '/v1/audit', '/login', '/logout', '/login/openid', '/login/openid/back'],
        '/metrics',
        '/api/v1/lineage',
        '/ping/{key}/{slug}',
        '/ping/{key}/{slug}/{signal}',
        '/v1/sources/{source}/files/{name}',
        '/v1/sources/{source}/samples',
        '/v1/reports/{period}/{language}/pdf',
        ...['acknowledge', 'silence', 'waive', 'rerun', 'feedback'].map((act) => `/v1/incidents/{id}/${act}`),
        '/act/{action}/{incident}/{expiry}/{signature}',
        ...['promote', 'reject', 'shadow', 'tags/{key}'].map((act) => `/v1/models/{model}/{version}/${act}`),
        '/v1/jobs/{jobId}/forecast-override',
        '/v1/models/{model}/rollback',
        '/v1/sources/{source}/release',
        '/v1/quarantine/replay',
        ...['/v1/codec/decode', '/v1/codec/encode'],
        '/v1/reports/{period}/recommendations/decide',
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
