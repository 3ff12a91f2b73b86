import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApi } from '../../api/server.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { startTestApi } from '../../tests/api.ts';
import { smartEtlOn } from '../../tests/command-line.ts';

const PASSWORD = 'quetsche et groseille';
let stage: ActivityStage;
let api: RunningApi;
beforeAll(async () => {
  stage = await openActivityStage();
  api = await startTestApi({ databaseUrl: stage.database.apiUrl, apiLogin: 'required' });
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
});

async function smartEtl(args: string[], typed = '') {
  const { status, stdout, stderr } = await smartEtlOn(stage, args, {}, typed);
  const lines = args.includes('--json') ? [] : stdout.split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  return { status, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}
const asked = async (path: string, token: string) => {
  const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
};
const dump = async () => {
  const tables = await Promise.all(
    ['app_user', 'api_token', 'web_session', 'audit_log'].map((table) =>
      stage.database.pool.query(`select to_jsonb(t)::text as row from ${table} t`),
    ),
  );
  return tables.flatMap(({ rows }) => rows.map(({ row }) => row as string)).join('\n');
};
const DECIDED = ['--who', 'ann', '--why', 'for the scheduler'];

describe('smart-etl token', () => {
  it('makes a token that is shown once, opens what its role may, and nothing after it is revoked', async () => {
    const made = await smartEtl([
      'token',
      'create',
      '--name',
      'cron',
      '--role',
      'viewer',
      '--expires',
      '90d',
      ...DECIDED,
    ]);
    expect(made.status).toBe(0);
    expect(made.stdout).toMatch(/^setl_[\w-]{49}$/);
    expect(made.stderr).toMatch(/^cron: viewer, until 20\d\d-.*shown this once/);
    const token = made.stdout;
    expect(await dump()).not.toContain(token.slice(5, 40));
    expect(await asked('/v1/me', token)).toMatchObject({
      status: 200,
      body: { who: 'token:cron', role: 'viewer', kind: 'token', mayDo: ['viewer'] },
    });
    expect((await asked('/v1/audit', token)).status).toBe(403);
    const { items } = JSON.parse((await smartEtl(['token', 'list', '--json'])).stdout);
    expect(items).toMatchObject([{ name: 'cron', role: 'viewer', createdBy: 'ann', revokedAt: null }]);
    expect(Date.parse(items[0].expiresAt) - Date.parse(items[0].createdAt)).toBe(90 * 86_400_000);
    expect((await smartEtl(['token', 'list'])).stdout).toMatch(
      /^name {2}role .*\ncron {2}viewer {2}valid until 20/,
    );

    expect((await smartEtl(['token', 'revoke', 'cron', ...DECIDED])).stdout).toBe(
      'cron opens nothing any more',
    );
    expect((await smartEtl(['token', 'revoke', 'cron', ...DECIDED])).stdout).toBe('cron was revoked already');
    expect(await asked('/v1/me', token)).toMatchObject({
      status: 401,
      body: { detail: 'This token is revoked.' },
    });
  });

  it.each([
    [['create', '--name', 'cron', '--role', 'admin'], 6, /a name is used once/],
    [
      ['create', '--name', 'x', '--role', 'boss'],
      2,
      /one of viewer, operator, ml-engineer, admin, found "boss"/,
    ],
    [['create', '--name', 'x y', '--role', 'admin'], 2, /letters, digits/],
    [['create', '--name', 'x', '--role', 'admin', '--expires', '0d'], 2, /such as 12h, 90d or 4w/],
    [['create', '--role', 'admin'], 2, /--name/],
    [['revoke', 'nobody'], 2, /there is no token "nobody"/],
  ])('refuses %j', async (args, status, why) => {
    const { stderr, ...found } = await smartEtl(['token', ...args]);
    expect([found.status, found.stdout]).toEqual([status, '']);
    expect(stderr).toMatch(why);
  });
});

describe('smart-etl user', () => {
  const logIn = (name: string, password: string) =>
    fetch(`${api.url}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ name, password }),
    });
  const role = async (cookie: string) => {
    const response = await fetch(`${api.url}/v1/me`, { headers: { cookie } });
    return response.status === 200 ? ((await response.json()) as { role: string }).role : response.status;
  };

  it('adds one who logs in, changes role and password, and disables; each is in the audit log, no password is', async () => {
    const added = await smartEtl(
      ['user', 'add', 'marc', '--role', 'viewer', ...DECIDED],
      `${PASSWORD}\nignored`,
    );
    expect(added).toMatchObject({ status: 0, stdout: 'marc is viewer and can log in' });
    const cookie = (await logIn('marc', PASSWORD)).headers.getSetCookie()[0]!.split(';')[0]!;
    expect(await role(cookie)).toBe('viewer');
    await smartEtl(['user', 'role', 'marc', 'operator', ...DECIDED]);
    expect(await role(cookie)).toBe('operator');
    expect((await smartEtl(['user', 'list'])).stdout).toMatch(
      /^name {2}role .*\nmarc {2}operator {2}may log in {2}20\d\d-\d\d-\d\d {2}1$/,
    );
    await smartEtl(['user', 'password', 'marc', ...DECIDED], 'another long password');
    expect(await role(cookie)).toBe(401);
    expect((await logIn('marc', PASSWORD)).status).toBe(401);
    const again = (await logIn('marc', 'another long password')).headers.getSetCookie()[0]!.split(';')[0]!;
    expect((await smartEtl(['user', 'logout', 'MARC', '--json', ...DECIDED])).stdout).toBe(
      '{"name":"MARC","sessionsEnded":1}',
    );
    expect(await role(again)).toBe(401);
    await smartEtl(['user', 'disable', 'marc', ...DECIDED]);
    expect((await logIn('marc', 'another long password')).status).toBe(401);
    const all = await dump();
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toContain('another long password');
    const { rows } = await stage.database.pool.query(
      `select action, who, before, after from audit_log where subject ilike 'user marc' order by id`,
    );
    expect(rows).toEqual([
      { action: 'user.add', who: 'ann', before: null, after: { role: 'viewer' } },
      { action: 'user.role', who: 'ann', before: { role: 'viewer' }, after: { role: 'operator' } },
      {
        action: 'user.password',
        who: 'ann',
        before: { disabled: false },
        after: { disabled: false, sessionsEnded: 1 },
      },
      { action: 'user.logout', who: 'ann', before: null, after: { sessionsEnded: 1 } },
      {
        action: 'user.disable',
        who: 'ann',
        before: { disabled: false },
        after: { disabled: true, sessionsEnded: 0 },
      },
    ]);
  });

  it.each([
    [['add', 'Marc', '--role', 'admin'], PASSWORD, 6, /there is a user "Marc" already/],
    [['add', 'eve', '--role', 'admin'], 'short', 2, /12 to 200 characters, found 5/],
    [['add', 'eve', '--role', 'admin'], '', 2, /12 to 200 characters, found 0/],
    [['add', 'local', '--role', 'admin'], PASSWORD, 2, /is not local/],
    [['role', 'nobody', 'admin'], '', 2, /there is no user "nobody"/],
  ])('refuses %j with %j', async (args, typed, status, why) => {
    const { stderr, ...found } = await smartEtl(['user', ...args], typed);
    expect([found.status, found.stdout]).toEqual([status, '']);
    expect(stderr).toMatch(why);
  });
});

describe('smart-etl audit', () => {
  it('lists entries, newest first, of a subject, a person, from an instant on', async () => {
    const all = await smartEtl(['audit', 'list']);
    expect(all.stdout).toMatch(
      / {2}ann {2}user.disable {2}user marc\n {4}for the scheduler\n {4}\{"disabled":false\} -> \{/,
    );
    const list = async (...args: string[]) =>
      JSON.parse((await smartEtl(['audit', 'list', '--json', ...args])).stdout).items.map(
        ({ action }: { action: string }) => action,
      );
    expect(await list('--subject', 'token cron')).toEqual(['token.revoke', 'token.create']);
    expect(await list('--who', 'marc', '--limit', '1')).toEqual(['login.refused']);
    expect(await list('--since', '2999-01-01T00:00:00Z')).toEqual([]);
    expect((await smartEtl(['audit', 'list', '--since', 'soon'])).status).toBe(2);
  });

  it('verifies the chain, prints the head, finds a kept head again, and says where it was broken', async () => {
    const good = await smartEtl(['audit', 'verify']);
    expect(good).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+ entries, each as it was written\nhead [0-9a-f]{64}$/),
    });
    const head = good.stdout.split('head ')[1]!;
    await smartEtl(['token', 'create', '--name', 'later', '--role', 'viewer', ...DECIDED]);
    expect((await smartEtl(['audit', 'verify', '--head', head])).status).toBe(0);
    const other = await smartEtl(['audit', 'verify', '--head', 'f'.repeat(64)]);
    expect([other.status, other.stdout]).toEqual([1, expect.stringContaining('the log was written anew')]);
    expect((await smartEtl(['audit', 'verify', '--head', 'x'])).status).toBe(2);
    await stage.database.pool.query(
      `alter table audit_log disable trigger user; update audit_log set who = 'bob' where id = 2; alter table audit_log enable trigger user`,
    );
    const bad = await smartEtl(['audit', 'verify']);
    expect(bad).toMatchObject({
      status: 1,
      stdout: 'broken at entry 2 (content):\n  it says something else than when it was written',
    });
    expect(JSON.parse((await smartEtl(['audit', 'verify', '--json'])).stdout)).toMatchObject({
      whole: false,
      firstBreak: { id: '2', kind: 'content' },
    });
  });
});
