import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { aBrowser, aToken, aUser } from '../../tests/people.ts';
import type { Problem } from '../contract/system.ts';
import { PAGE_PATHS } from '../page/page-paths.ts';
import type { RunningApi } from '../server.ts';
import { mayDo, type Need, ROLES, ROUTE_ROLES, type Role, rolesOf } from './roles.ts';

let database: TestDatabase;
let api: RunningApi;
/** What each sends to say who they are. */
const headersOf = new Map<string, Record<string, string>>();
const REFUSED = [
  'nobody',
  'unknown token',
  'expired token',
  'revoked token',
  'ended session',
  'disabled user',
];
REFUSED.push('old session', 'idle session', 'ping key');
const CONFIG_TOKEN = 'the-token-of-the-settings';
const PING_KEY = 'a-ping-key-of-this-test';

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  for (const role of ROLES) {
    headersOf.set(`${role} by token`, bearer(await aToken(pool, role, role)));
    const user = await aUser(pool, `user-${role}`, role, 'never used here');
    headersOf.set(`${role} by session`, await aBrowser(pool, user));
  }
  headersOf.set('admin by the token of the settings', bearer(CONFIG_TOKEN));
  headersOf.set('nobody', {});
  headersOf.set('unknown token', bearer(`setl_${'A'.repeat(49)}`));
  headersOf.set('ping key', bearer(PING_KEY));
  for (const state of ['expired', 'revoked'] as const) {
    headersOf.set(`${state} token`, bearer(await aToken(pool, state, 'admin')));
    await pool.query(
      `update api_token set ${state === 'expired' ? 'expires' : 'revoked'}_at = now() where name = $1`,
      [state],
    );
  }
  const admin = await aUser(pool, 'once-admin', 'admin', 'never used here');
  for (const [name, change] of Object.entries({
    'ended session': 'ended_at = now()',
    'old session': 'ends_at = now()',
    'idle session': `seen_at = now() - interval '12 hours'`,
  })) {
    headersOf.set(name, await aBrowser(pool, admin));
    await pool.query(`update web_session set ${change} where id = (select max(id) from web_session)`);
  }
  const gone = await aUser(pool, 'gone', 'admin', 'never used here');
  headersOf.set('disabled user', await aBrowser(pool, gone));
  await pool.query('update app_user set disabled_at = now() where id = $1', [gone]);
  api = await startTestApi({ databaseUrl: database.apiUrl, apiToken: CONFIG_TOKEN, pingKey: PING_KEY });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const needOf = (route: string): Need | undefined =>
  ROUTE_ROLES[route] ??
  (PAGES.has(route) || /^GET \/([\w-]+\/)?[\w-]+\.(ts|css|svg)$/.test(route) ? 'page' : undefined);
const PAGES = new Set<string>(PAGE_PATHS.map((path) => `GET ${path}`));

async function ask(route: string, headers: Record<string, string>) {
  const [method, path] = route.split(' ') as [string, string];
  const leave = new AbortController();
  const response = await fetch(api.url + path.replaceAll(/:\w+/g, '7'), {
    method,
    headers,
    redirect: 'manual',
    signal: leave.signal,
  });
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const type = isProblem ? ((await response.json()) as Problem).type.split(':').at(-1)! : null;
  // The stream would never end.
  leave.abort();
  return { status: response.status, type, headers: response.headers };
}

describe('the table of roles', () => {
  it('has a line for every route of the running server, and no line for another', () => {
    expect(api.routes.length).toBeGreaterThan(50);
    expect(api.routes.filter((route) => needOf(route) === undefined)).toEqual([]);
    expect(Object.keys(ROUTE_ROLES).filter((route) => !api.routes.includes(route))).toEqual([]);
  });

  it('opens to everybody what tells nothing or asks for a proof of its own, and lets viewers change nothing but their opinion', () => {
    const open = Object.keys(ROUTE_ROLES).filter((route) => ROUTE_ROLES[route] === 'open');
    expect(open.filter((route) => !/^(GET|POST) \/(ping\/:key|act|login|logout)/.test(route))).toEqual([
      'GET /livez',
      'GET /readyz',
      'GET /openapi.json',
    ]);
    const changesOfViewers = Object.keys(ROUTE_ROLES).filter(
      (route) => !route.startsWith('GET ') && ['viewer', 'page'].includes(ROUTE_ROLES[route]!),
    );
    expect(changesOfViewers).toEqual([
      'POST /v1/incidents/:id/feedback',
      // What the model says is asked, nothing is changed.
      'POST /v1/predict',
      'POST /v1/predict/batch',
    ]);
  });

  it('knows which role is above which', () => {
    const table = ROLES.map((role) => ROLES.map((need) => mayDo(role, need)));
    const [yes, no] = [true, false];
    expect(table).toEqual([
      [yes, no, no, no],
      [yes, yes, no, no],
      [yes, no, yes, no],
      [yes, yes, yes, yes],
    ]);
    expect(rolesOf('ml-engineer')).toEqual(['viewer', 'ml-engineer']);
    expect(ROLES.filter((role) => mayDo(role, 'acting'))).toEqual(['operator', 'ml-engineer', 'admin']);
  });
});

it('every route answers every identity as the table says', async () => {
  const wrong: string[] = [];
  for (const route of api.routes) {
    const need = needOf(route)!;
    for (const [identity, { 'sec-fetch-site': site, ...rest }] of headersOf) {
      // Another site sends it: else the sessions of this test would be over.
      const headers = route === 'POST /logout' ? rest : { ...rest, ...(site && { 'sec-fetch-site': site }) };
      const { status, type } = await ask(route, headers);
      const role = ROLES.find((name) => identity.startsWith(`${name} by`)) as Role | undefined;
      const isPing = identity === 'ping key' && route === 'POST /api/v1/lineage';
      const expected =
        need === 'open' || isPing
          ? 'answered'
          : role === undefined
            ? 401
            : mayDo(role, need === 'page' ? 'viewer' : need)
              ? 'answered'
              : 403;
      const found =
        status === 401 && type !== null ? 401 : status === 403 && type === 'not-allowed' ? 403 : 'answered';
      if (found !== expected || status >= 500) wrong.push(`${route} as ${identity}: ${status} ${type}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

it('says of whoever is refused what is wrong, and never what they brought', async () => {
  for (const identity of REFUSED) {
    const response = await fetch(`${api.url}/v1/runs`, { headers: headersOf.get(identity)! });
    expect([identity, response.status]).toEqual([identity, 401]);
    const text = await response.text();
    expect(text).not.toMatch(/setl_[\w-]{20}/);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="Smart ETL"');
    if (/expired|revoked/.test(identity)) expect(text).toContain(`is ${identity.split(' ')[0]}`);
  }
});

it('an address where nothing is tells those who may look, and nobody else', async () => {
  expect((await ask('GET /v1/nothing', {})).status).toBe(401);
  expect((await ask('GET /v1/nothing', headersOf.get('viewer by token')!)).status).toBe(404);
});

it('a browser that is nobody is sent to the page to log in, a program is not', async () => {
  const { status, headers } = await ask('GET /', { accept: 'text/html,*/*' });
  expect([status, headers.get('location')]).toEqual([303, '/login?next=%2F']);
  expect((await ask('GET /', { accept: '*/*' })).status).toBe(401);
});

it('what another site has a browser send changes nothing, whoever it is', async () => {
  const route = 'POST /v1/incidents/:id/acknowledge';
  for (const identity of ['operator by session', 'operator by token']) {
    const { authorization, cookie } = headersOf.get(identity)!;
    const own = { ...(authorization && { authorization }), ...(cookie && { cookie }) };
    for (const [foreign, told] of [
      [true, { 'sec-fetch-site': 'cross-site' }],
      [true, { 'sec-fetch-site': 'same-site' }],
      [true, { origin: 'https://evil.example' }],
      [true, { origin: 'null' }],
      [true, { origin: api.url.replace('127.0.0.1', 'localhost') }],
      [false, { origin: api.url }],
      [false, { 'sec-fetch-site': 'same-origin', origin: 'https://what-a-proxy-made-of-it' }],
      // Programs do not say; a browser with a cookie always does.
      [cookie !== undefined, {}],
    ] as const) {
      const { status, type } = await ask(route, { ...own, ...told });
      expect([identity, told, type === 'not-own-page', status === 403]).toEqual([
        identity,
        told,
        foreign,
        foreign,
      ]);
    }
  }
});

it('a token or a session is noted as used, at most once in a while', async () => {
  const { pool } = database;
  const seen = async () =>
    (await pool.query(`select last_used_at as at from api_token where name = 'viewer'`)).rows[0].at as Date;
  const first = await seen();
  expect(first).not.toBeNull();
  await ask('GET /v1/me', headersOf.get('viewer by token')!);
  expect(await seen()).toEqual(first);
});

it('a route that nobody wrote into the table is refused', async () => {
  const { default: Fastify } = await import('fastify');
  const { addGuard } = await import('./guard.ts');
  const app = Fastify();
  const door = {
    identify: async () => ({ who: 'ann', role: 'admin', kind: 'token' }) as const,
    wouldLetIn: async () => true,
    requireOwnHost: async () => {},
    isOpen: async () => false,
    hasLoginPage: () => true,
  };
  const routes = addGuard(app, {
    door,
    config: {} as never,
    methodsOf: () => undefined,
    pageFiles: ['/a.css'],
    nowMs: () => 0,
  });
  app.get('/v1/forgotten', async () => 'secret');
  app.get('/a.css', async () => 'page');
  expect(routes).toEqual(['GET /v1/forgotten', 'GET /a.css']);
  expect((await app.inject('/v1/forgotten')).statusCode).toBe(500);
  expect((await app.inject('/v1/forgotten')).body).toContain('Nobody has said who may do this');
  expect((await app.inject('/a.css')).body).toBe('page');
  await app.close();
});
