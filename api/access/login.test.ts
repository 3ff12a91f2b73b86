import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disableUser } from '../../db/access/users.ts';
import { withTransaction } from '../../db/pool.ts';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { aUser, cheapHash } from '../../tests/people.ts';
import { openEvents } from '../../tests/server-events.ts';
import type { RunningApi } from '../server.ts';
import { ownAddress } from './login-page.ts';

const PASSWORD = 'mirabelle & quetsche';
/** With every one, live streams are asked whose session is over: browsers wait for the 15 s of the API. */
const HEARTBEAT_MS = 250;
let database: TestDatabase;
let api: RunningApi;
let ann: number;

beforeAll(async () => {
  database = await createTestDatabase();
  ann = await aUser(database.pool, 'Ann', 'operator', PASSWORD);
});
afterAll(() => database?.drop());
// Anew for each: limits are kept in memory.
beforeEach(async () => {
  api = await startTestApi({ databaseUrl: database.apiUrl }, HEARTBEAT_MS);
  return () => api.close();
});

const OWN = { 'sec-fetch-site': 'same-origin' };
const send = (path: string, headers: Record<string, string>, form: Record<string, string> | null = null) =>
  fetch(api.url + path, {
    method: form === null ? 'GET' : 'POST',
    headers,
    redirect: 'manual',
    ...(form && { body: new URLSearchParams(form) }),
  });
const logIn = (form: Record<string, string>, headers: Record<string, string> = OWN) =>
  send('/login', headers, form);
const RIGHT = { name: 'ann', password: PASSWORD };
const cookieIn = (response: Response) => response.headers.getSetCookie()[0]!.split(';')[0]!;
const me = async (cookie: string) => {
  const response = await send('/v1/me', { cookie });
  return response.status === 200
    ? ((await response.json()) as { who: string; role: string })
    : response.status;
};
const audited = async () =>
  (await database.pool.query('select who, action, why, after from audit_log order by id desc limit 1'))
    .rows[0];

describe('the page to log in', () => {
  it.each([
    ['fr-FR,fr;q=0.9', 'fr', 'Mot de passe'],
    ['de, en;q=0.5', 'en', 'Password'],
  ])('speaks to a browser of %s', async (accepted, language, word) => {
    const response = await send('/login?next=/main.ts', { 'accept-language': accepted });
    const html = await response.text();
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(word);
    expect(html).toContain('name="next" value="/main.ts"');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('/login/openid');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'.*form-action 'self'/,
    );
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['/', '/'],
    ['/?view=week#x', '/?view=week#x'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\r\nset-cookie: x', '/'],
    ['/é', '/'],
    [`/${'a'.repeat(2_001)}`, '/'],
    [undefined, '/'],
    [['/a', '/b'], '/'],
  ])('goes on to an address of ours: %s', (asked, address) => {
    expect(ownAddress(asked)).toBe(address);
  });

  it('writes what was asked for as text, whatever it is', async () => {
    const html = await (await send(`/login?next=${encodeURIComponent('/"><b>')}`, {})).text();
    expect(html).not.toContain('<b>');
  });
});

describe('a session', () => {
  it('is what a right password opens, in a cookie that no script reads, until it is ended', async () => {
    const response = await logIn({ ...RIGHT, next: '/?view=week' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/?view=week']);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^setl_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/),
    ]);
    const cookie = cookieIn(response);
    expect(await me(cookie)).toMatchObject({ who: 'Ann', role: 'operator', kind: 'session' });
    expect(await audited()).toMatchObject({ who: 'Ann', action: 'login', after: { address: '127.0.0.1' } });
    const kept = await database.pool.query('select to_jsonb(web_session)::text as row from web_session');
    expect(kept.rows.map(({ row }) => row).join()).not.toContain(cookie.split('=')[1]);

    expect((await send('/logout', { cookie }, {})).status).toBe(403);
    const out = await send('/logout', { cookie, ...OWN }, {});
    expect([out.status, out.headers.get('location')]).toEqual([303, '/login']);
    expect(out.headers.getSetCookie()[0]).toContain('setl_session=; ');
    expect(await me(cookie)).toBe(401);
    expect(await audited()).toMatchObject({ who: 'Ann', action: 'logout' });
  });

  it('is a new one at each log-in, and the one that the browser had is over', async () => {
    const first = cookieIn(await logIn(RIGHT));
    const second = cookieIn(await logIn(RIGHT, { ...OWN, cookie: first }));
    expect(second).not.toBe(first);
    expect([await me(first), typeof (await me(second))]).toEqual([401, 'object']);
    // One that somebody else put there is never taken over.
    const put = `setl_session=${'A'.repeat(43)}`;
    expect(cookieIn(await logIn(RIGHT, { ...OWN, cookie: put }))).not.toBe(put);
    expect(await me(put)).toBe(401);
  });

  it('follows the role of its user at once, and ends with them', async () => {
    const bob = await aUser(database.pool, 'bob', 'viewer', PASSWORD);
    const cookie = cookieIn(await logIn({ name: 'bob', password: PASSWORD }));
    await database.pool.query(`update app_user set role = 'admin' where id = $1`, [bob]);
    expect(await me(cookie)).toMatchObject({ role: 'admin' });
    await withTransaction(database.pool, (client) =>
      disableUser(client, 'BOB', { who: 'test', why: 'gone' }),
    );
    expect(await me(cookie)).toBe(401);
    expect((await logIn({ name: 'bob', password: PASSWORD })).status).toBe(401);
  });

  it('that ends takes the live stream with it', async () => {
    const cookie = cookieIn(await logIn(RIGHT));
    const events = await openEvents(api.url, { cookie });
    const stays = await openEvents(api.url, { cookie: cookieIn(await logIn(RIGHT)) });
    expect((await send('/logout', { ...OWN, cookie }, {})).status).toBe(303);
    await expect(events.next('never')).rejects.toThrow('the stream ended');
    await database.pool.query(`select pg_notify('changes', 'runs')`);
    await stays.next('change');
    stays.close();
  });

  it('is over after a change of the password, wherever it was begun', async () => {
    const cookie = cookieIn(await logIn(RIGHT));
    await database.pool.query(
      'update app_user set password = $2, password_changed_at = now() where id = $1',
      [ann, cheapHash(PASSWORD)],
    );
    expect(await me(cookie)).toBe(401);
  });

  it('of one person is in at most 20 browsers', async () => {
    const first = cookieIn(await logIn(RIGHT));
    for (let index = 0; index < 20; index++) await logIn(RIGHT);
    expect(await me(first)).toBe(401);
    const { rows } = await database.pool.query(
      'select count(*) from web_session where user_id = $1 and ended_at is null',
      [ann],
    );
    expect(rows).toEqual([{ count: 20 }]);
  });

  it('that comes twice is none', async () => {
    const cookie = cookieIn(await logIn(RIGHT));
    expect(await me(`${cookie}; setl_session=other`)).toBe(401);
  });

  it('over TLS is a cookie that only this host sets, and the browser stays with TLS', async () => {
    const secure = await startTestApi({ databaseUrl: database.apiUrl, apiPublicUrl: 'https://etl.example' });
    const response = await fetch(`${secure.url}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: 'https://etl.example' },
      body: new URLSearchParams(RIGHT),
    });
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-setl_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/,
    );
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const cookie = cookieIn(response);
    expect((await fetch(`${secure.url}/v1/me`, { headers: { cookie } })).status).toBe(200);
    const plain = cookie.replace('__Host-', '');
    expect((await fetch(`${secure.url}/v1/me`, { headers: { cookie: plain } })).status).toBe(401);
    await secure.close();
  });
});

describe('a log-in is refused', () => {
  it.each([
    [{ name: 'ann', password: 'another password' }, 'Ann'],
    [{ name: 'nobody-here', password: PASSWORD }, 'nobody known'],
    [{ name: 'my secret typed here', password: '' }, 'nobody known'],
    [{}, 'nobody known'],
  ])('with %j, in the same words, with a line in the audit log that holds no secret', async (form, who) => {
    const response = await logIn(form as Record<string, string>);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('Name or password is not right.');
    expect(response.headers.getSetCookie()).toEqual([]);
    const entry = await audited();
    expect(entry).toMatchObject({ who, action: 'login.refused', why: 'wrong password' });
    expect(JSON.stringify(entry)).not.toContain('secret');
  });

  it('when another site sends the form, or the browser does not say', async () => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'http://evil.example' }, {}]) {
      const response = await logIn(RIGHT, headers as Record<string, string>);
      expect(response.status).toBe(403);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect((await logIn(RIGHT, { origin: api.url })).status).toBe(303);
  });

  it('after five wrong ones for a while, right or wrong, told in seconds', async () => {
    await aUser(database.pool, 'eve', 'viewer', PASSWORD);
    const statuses: number[] = [];
    for (let index = 0; index < 5; index++) {
      statuses.push((await logIn({ name: index % 2 ? 'EVE' : 'eve', password: `wrong ${index}` })).status);
    }
    const late = await logIn({ name: 'eve', password: PASSWORD });
    expect([...statuses, late.status]).toEqual([401, 401, 401, 401, 401, 429]);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await late.text()).toContain('Too many attempts');
    expect((await logIn(RIGHT)).status).toBe(303);
  });

  it('from an address that tried thirty names, whoever it is', async () => {
    const tries = Array.from({ length: 30 }, (_, index) => index);
    // Wrong names cost a third of a second each: that many right ones with a wrong password cost nothing here.
    for (const index of tries) await aUser(database.pool, `many${index}`, 'viewer', PASSWORD);
    for (const index of tries) await logIn({ name: `many${index}`, password: 'wrong' });
    expect((await logIn(RIGHT)).status).toBe(429);
  });

  it('when it is not a form', async () => {
    const response = await fetch(`${api.url}/login`, {
      method: 'POST',
      headers: { ...OWN, 'content-type': 'application/json' },
      body: JSON.stringify(RIGHT),
    });
    expect(response.status).toBe(415);
  });
});

describe('the database', () => {
  it('gives the role of Grafana and people no way in: it neither reads hashes nor begins sessions', async () => {
    const { createPool } = await import('../../db/pool.ts');
    const reader = createPool(database.readerUrl, { max: 1 });
    for (const sql of [
      'select * from app_user',
      'select * from api_token',
      'select * from web_session',
      `select * from password_of('ann')`,
      `select begin_session('${'a'.repeat(64)}', null, 'x', 'admin', '1 hour', '', null)`,
    ]) {
      await expect(reader.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
    await reader.end();
    const door = createPool(database.apiUrl, { max: 1 });
    for (const sql of [
      'select * from app_user',
      'select * from web_session',
      `update app_user set role = 'admin'`,
    ]) {
      await expect(door.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
    await door.end();
  });

  it('asked as a role that may not ask who comes in, lets nobody in and says what to do', async () => {
    const lonely = await startTestApi({ databaseUrl: database.readerUrl });
    const headers = { authorization: `Bearer ${(await import('../../services/token-text.ts')).newToken()}` };
    const response = await fetch(`${lonely.url}/v1/runs`, { headers });
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      503,
      expect.stringContaining('smart_etl_api'),
    ]);
    await lonely.close();
  });

  it('a name that no text of the database can be is nobody’s', async () => {
    expect((await logIn({ name: 'nobody\0', password: `${PASSWORD}\0` })).status).toBe(401);
  });
});

describe('on loopback, where nobody logs in yet', () => {
  let fresh: TestDatabase;
  beforeAll(async () => {
    fresh = await createTestDatabase();
  });
  afterAll(() => fresh.drop());

  it('everybody is local, until the first user or token is there: then at once nobody is', async () => {
    const own = await startTestApi({ databaseUrl: fresh.apiUrl });
    const asked = async () => (await fetch(`${own.url}/v1/me`)).json();
    expect(await asked()).toMatchObject({ who: 'local', role: 'admin', kind: 'local' });
    await aUser(fresh.pool, 'ann', 'viewer', PASSWORD);
    expect(await asked()).toMatchObject({ status: 401 });
    await own.close();
  });

  it('somebody has to log in all the same, where the settings say so', async () => {
    const empty = await createTestDatabase();
    const own = await startTestApi({ databaseUrl: empty.apiUrl, apiLogin: 'required' });
    expect((await fetch(`${own.url}/v1/me`)).status).toBe(401);
    expect((await fetch(`${own.url}/livez`)).status).toBe(200);
    await own.close();
    await empty.drop();
  });

  it('changes have a limit, and say when to come again', async () => {
    const empty = await createTestDatabase();
    const own = await startTestApi({ databaseUrl: empty.apiUrl });
    let last = new Response();
    // Two a second come again: on a slow machine it takes some more to be over it.
    for (let index = 0; index < 240 && last.status !== 429; index++) {
      last = await fetch(`${own.url}/v1/incidents/7/feedback`, { method: 'POST' });
    }
    expect(last.status).toBe(429);
    expect(last.headers.get('retry-after')).toBe('1');
    expect(await last.json()).toMatchObject({ type: 'urn:smart-etl:problem:too-many-requests' });
    expect((await fetch(`${own.url}/v1/me`)).status).toBe(200);
    await own.close();
    await empty.drop();
  });
});
