import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, type OpenIdConfig } from '../../config.ts';
import { freePort } from '../../stack/ports.ts';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { type OpenIdServer, startOpenIdServer } from '../../tests/open-id-server.ts';
import { startHttpReceiver } from '../../tests/receivers.ts';
import type { RunningApi } from '../server.ts';
import { nameOf, roleOf } from './open-id.ts';

const ROLES: OpenIdConfig['roles'] = [
  { group: 'etl-admins', role: 'admin' },
  { group: 'etl-oncall', role: 'operator' },
];
let database: TestDatabase;
let provider: OpenIdServer;
let api: RunningApi;
let folder: string;
let account: { sub: string; [claim: string]: unknown };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-openid-'));
  writeFileSync(path.join(folder, 'secret'), 'secret\n');
  database = await createTestDatabase();
  const port = await freePort(new Set());
  const origin = `http://127.0.0.1:${port}`;
  provider = await startOpenIdServer([`${origin}/login/openid/back`], () => account);
  api = await startTestApi({
    databaseUrl: database.apiUrl,
    apiPort: port,
    openId: {
      issuer: provider.issuer,
      clientId: 'etl',
      clientSecret: { file: path.join(folder, 'secret') },
      roles: ROLES,
    },
  });
});
afterAll(async () => {
  await api?.close();
  await provider?.close();
  await database?.drop();
  rmSync(folder, { recursive: true });
});

/** A browser that follows where it is sent, with the cookies of each host; it stops at the page of ours it ends on. */
function browser() {
  const jars = new Map<string, Map<string, string>>();
  const step = async (address: string) => {
    const { host } = new URL(address);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '' || /max-age=0\b/i.test(line)) jar.delete(name!);
      else jar.set(name!, value!);
    }
    return response;
  };
  return {
    cookies: () => Object.fromEntries(jars.get(new URL(api.url).host) ?? []),
    step,
    /** Every address on the way, and the last answer. */
    async follow(address: string) {
      const way = [address];
      for (let hops = 0; hops < 20; hops++) {
        const response = await step(way.at(-1)!);
        const next = response.headers.get('location');
        if (next === null) return { way, response };
        way.push(new URL(next, way.at(-1)!).href);
      }
      throw new Error(`sent on too often: ${way.join(' ')}`);
    },
  };
}
const me = async (cookies: Record<string, string>) =>
  (await fetch(`${api.url}/v1/me`, { headers: { cookie: `setl_session=${cookies.setl_session}` } })).json();

describe('a log-in by an OpenID provider', () => {
  it('is offered, and gives whoever the provider knows the role of their groups', async () => {
    account = { sub: '17', preferred_username: 'ann', groups: ['staff', 'etl-oncall'] };
    const ann = browser();
    const page = await ann.follow(`${api.url}/?view=week`);
    expect(page.response.status).toBe(200);
    const html = await page.response.text();
    const link = /href="(\/login\/openid[^"]+)"/.exec(html)![1]!;
    const { way, response } = await ann.follow(api.url + link);
    expect(response.status).toBe(200);
    expect(way.at(-1)).toBe(`${api.url}/?view=week`);
    const asked = new URL(way[1]!);
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked.searchParams.get('state')).toMatch(/^.{30,}$/);
    expect(asked.searchParams.get('nonce')).toMatch(/^.{30,}$/);
    expect(Object.keys(ann.cookies())).toEqual(['setl_session']);
    expect(await me(ann.cookies())).toMatchObject({ who: 'ann', role: 'operator', kind: 'session' });
    const { rows } = await database.pool.query(
      'select who, action, why, after from audit_log order by id desc limit 1',
    );
    const after = { role: 'operator', address: '127.0.0.1' };
    expect(rows).toEqual([{ who: 'ann', action: 'login', why: 'OpenID', after }]);
  });

  it('gives nobody a role who has no group with one, and says so', async () => {
    account = { sub: '18', preferred_username: 'bob', groups: 'staff' };
    const bob = browser();
    const { response } = await bob.follow(`${api.url}/login/openid`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('no role is given to you');
    expect(bob.cookies()).toEqual({});
  });

  it('is refused when the answer is not for this browser, this attempt, or comes a second time', async () => {
    account = { sub: '17', preferred_username: 'ann', groups: ['etl-admins'] };
    const ann = browser();
    const { way } = await ann.follow(`${api.url}/login/openid`);
    const back = way.find((address) => address.includes('/back'))!;
    const other = browser();
    expect((await other.step(back)).status).toBe(400);
    await other.step(`${api.url}/login/openid`);
    expect((await other.step(back)).status).toBe(401);
    // The code was used: with the right state too it opens nothing.
    const again = browser();
    const start = await again.step(`${api.url}/login/openid`);
    const state = new URL(start.headers.get('location')!).searchParams.get('state')!;
    const forged = new URL(back);
    forged.searchParams.set('state', state);
    expect((await again.step(forged.href)).status).toBe(401);
    expect(again.cookies()).toEqual({});
  });

  it('is not possible while the provider is away, and is again when it is back', async () => {
    const lonely = await startTestApi({
      databaseUrl: database.apiUrl,
      openId: { issuer: 'http://127.0.0.1:9', clientId: 'etl', roles: ROLES },
    });
    const response = await fetch(`${lonely.url}/login/openid`, { redirect: 'manual' });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('did not let you in');
    expect((await fetch(`${lonely.url}/v1/runs`)).status).toBe(401);
    await lonely.close();
  });

  it('asks no address that is not allowed, though the document of the provider names it', async () => {
    const leading = await startHttpReceiver((response, { path: asked }) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        asked !== '/.well-known/openid-configuration'
          ? '{}'
          : JSON.stringify({
              issuer: leading.url,
              authorization_endpoint: `${leading.url}/authorize`,
              // Leads to the same server by an address that is nobody's.
              token_endpoint: `${leading.url.replace('127.0.0.1', '0.0.0.0')}/token`,
              jwks_uri: `${leading.url}/keys`,
            }),
      );
    });
    const misled = await startTestApi({
      databaseUrl: database.apiUrl,
      openId: { issuer: leading.url, clientId: 'etl', roles: ROLES },
    });
    try {
      const begun = await fetch(`${misled.url}/login/openid`, { redirect: 'manual' });
      const state = new URL(begun.headers.get('location')!).searchParams.get('state')!;
      const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!;
      const back = `${misled.url}/login/openid/back?code=c&state=${encodeURIComponent(state)}`;
      expect((await fetch(back, { redirect: 'manual', headers: { cookie } })).status).toBe(401);
      expect(leading.received.map(({ path: asked }) => asked)).toEqual(['/.well-known/openid-configuration']);
    } finally {
      await misled.close();
      await leading.close();
    }
  });

  it('is at no address where none is configured', async () => {
    const without = await startTestApi({ databaseUrl: database.apiUrl });
    for (const address of ['/login/openid', '/login/openid/back?code=1&state=2']) {
      expect((await fetch(without.url + address)).status).toBe(404);
    }
    await without.close();
  });

  it('does not start with a secret that cannot be read', async () => {
    const openId = {
      issuer: 'https://i.example',
      clientId: 'c',
      clientSecret: { file: 'none' },
      roles: ROLES,
    };
    await expect(startTestApi({ databaseUrl: database.apiUrl, openId })).rejects.toThrow(
      /openId\.clientSecret: cannot read .*none/,
    );
  });
});

describe('claims', () => {
  const settings: OpenIdConfig = { issuer: 'https://i.example', clientId: 'c', roles: ROLES };
  it.each([
    [['etl-oncall', 'etl-admins'], 'admin'],
    ['etl-oncall', 'operator'],
    [['etl'], null],
    [[], null],
    [undefined, null],
    [{ 'etl-admins': true }, null],
  ])('%j are the role %s', (groups, role) => {
    expect(roleOf(settings, { groups })).toBe(role);
    expect(roleOf({ ...settings, roleClaim: 'r' }, { r: groups, groups: ['etl-admins'] })).toBe(role);
  });
  it.each([
    ['ann', 'ann'],
    ['', null],
    [7, null],
    [undefined, null],
    ['a\nb', null],
    ['a'.repeat(201), null],
  ])('%j is the name %s', (name, who) => {
    expect(nameOf(settings, { preferred_username: name })).toBe(who);
  });
});

describe('settings', () => {
  const read = (openId: object) =>
    loadConfig({ SMART_ETL_HOME: folder, SMART_ETL_OPEN_ID: JSON.stringify(openId) }).openId;
  const whole = { issuer: 'https://i.example/realm', clientId: 'c', roles: ROLES };
  it('come from the environment as JSON', () => expect(read(whole)).toEqual(whole));
  it.each([
    [{ ...whole, issuer: 'http://i.example' }, /https, but on loopback/],
    [{ ...whole, issuer: 'http://127.evil.example' }, /https, but on loopback/],
    [{ ...whole, roles: [] }, /roles/],
    [{ ...whole, roles: [{ group: 'g', role: 'boss' }] }, /roles/],
    [{ ...whole, more: 1 }, /unknown key "more"/],
  ])('refuse %j', (openId, why) => {
    expect(() => read(openId)).toThrow(ConfigError);
    expect(() => read(openId)).toThrow(why);
  });
});
