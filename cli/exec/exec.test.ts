import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningApi } from '../../api/server.ts';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { NODE_ENVIRONMENT } from '../../tests/node-environment.ts';

const KEY = 'the-ping_key-of-this-test';

let database: TestDatabase;
let api: RunningApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({
    databaseUrl: database.readerUrl,
    pingKey: KEY,
    apiToken: 'the-token-of-this-test',
  });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

let home: string;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-exec-'));
  await database.pool.query('truncate received_event restart identity');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const start = (args: string[], env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, [path.join(import.meta.dirname, '..', 'main.ts'), 'exec', ...args], {
    env: { ...NODE_ENVIRONMENT, SMART_ETL_HOME: home, SMART_ETL_PING_KEY: KEY, ...env },
  });
async function textOf(stream: Readable | null): Promise<string> {
  let text = '';
  stream!.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  await once(stream!, 'end');
  return text;
}
async function end(child: ChildProcess) {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, signal, stdout, stderr };
}
const JOB = ['--job', 'load'];
/** Runs `sh -c script` under exec. */
const sh = (script: string, options: string[] = ['--url', api.url], env: Record<string, string> = {}) =>
  end(start([...JOB, ...options, '--', 'sh', '-c', script], env));

async function told() {
  const { rows } = await database.pool.query('select message from received_event order by id');
  return rows.map(({ message }) => JSON.parse(message));
}
const spooled = () => {
  const folder = path.join(home, 'spool');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((of) =>
    readdirSync(path.join(folder, of)).map((name) => path.join(folder, of, name)),
  );
};
const NOWHERE = ['--url', 'http://127.0.0.1:2'];

describe('smart-etl exec', () => {
  it('runs the command with our streams and tells of start and end', async () => {
    const child = start([
      ...JOB,
      '--namespace',
      'nightly',
      '--url',
      api.url,
      '--',
      'sh',
      '-c',
      'cat; echo done >&2',
    ]);
    child.stdin!.end('line\n');
    expect(await end(child)).toEqual({ code: 0, signal: null, stdout: 'line\n', stderr: 'done\n' });
    const [started, ended] = await told();
    expect(started).toMatchObject({ eventType: 'START', job: { namespace: 'nightly', name: 'load' } });
    expect(ended).toMatchObject({ eventType: 'COMPLETE', run: { runId: started.run.runId } });
    const { exitStatus, durationMs, log, host } = ended.run.facets.smartEtl_exec;
    expect({ exitStatus, log }).toEqual({ exitStatus: 0, log: 'done' });
    expect(host).not.toBe('');
    expect(durationMs).toBe(Math.round(durationMs));
    const wallMs = Date.parse(ended.eventTime) - Date.parse(started.eventTime);
    expect(Math.abs(wallMs - durationMs)).toBeLessThanOrEqual(20);
    expect(JSON.stringify([started, ended])).not.toContain('cat');
    expect(spooled()).toEqual([]);
  });

  it.each([
    ['exit 3', 3, 'FAIL'],
    ['exit 255', 255, 'FAIL'],
    ['kill -KILL $$', 137, 'FAIL'],
    ['kill -TERM $$', 143, 'FAIL'],
  ])('%s: exit code %i, told as %s', async (script, code, eventType) => {
    expect(await sh(`echo why >&2; ${script}`)).toMatchObject({ code, signal: null });
    const ended = (await told())[1];
    expect(ended.eventType).toBe(eventType);
    expect(ended.run.facets.smartEtl_exec.exitStatus).toBe(code);
    expect(ended.run.facets.errorMessage.message).toBe(`exit status ${code}\nwhy`);
  });

  it('what cannot be started is 127 or 126, as in a shell', async () => {
    const missing = await end(start([...JOB, '--url', api.url, '--', 'no-such-command']));
    expect(missing).toMatchObject({ code: 127, stderr: 'smart-etl: no-such-command: command not found\n' });
    const file = path.join(home, 'not-executable');
    writeFileSync(file, '');
    chmodSync(file, 0o644);
    expect((await end(start([...JOB, '--url', api.url, '--', file]))).code).toBe(126);
    expect((await told()).map(({ eventType }) => eventType)).toEqual(['START', 'FAIL', 'START', 'FAIL']);
  });

  it('signals are passed on: the command decides, and an end by one is a cancellation', async () => {
    const deaf = start([
      ...JOB,
      '--url',
      api.url,
      '--',
      'sh',
      '-c',
      'trap "exit 9" TERM; echo up; while :; do sleep 0.05; done',
    ]);
    await once(deaf.stdout!, 'data');
    deaf.kill('SIGTERM');
    expect((await end(deaf)).code).toBe(9);
    const obedient = start([...JOB, '--url', api.url, '--', 'sh', '-c', 'echo up; exec sleep 60']);
    await once(obedient.stdout!, 'data');
    obedient.kill('SIGINT');
    expect((await end(obedient)).code).toBe(130);
    expect((await told()).map(({ eventType }) => eventType)).toEqual(['START', 'FAIL', 'START', 'ABORT']);
  });

  it('of much on standard error everything passes, the end is told, without colours', async () => {
    const script = `i=0; while [ $i -lt 4000 ]; do echo "line $i of a long error text"; i=$((i+1)); done >&2
      printf '\\033[31mred\\033[0m\\n' >&2; exit 1`;
    const { stderr } = await sh(script);
    expect(stderr.split('\n')).toHaveLength(4002);
    const { message } = (await told())[1].run.facets.errorMessage;
    expect(message.length).toBeLessThanOrEqual(8_020);
    expect(message).toMatch(/^exit status 1\n[\s\S]*line 3999 of a long error text\nred$/);
  });

  it('does not wait for a process that the command left behind', async () => {
    const started = Date.now();
    expect(await sh('sleep 20 >/dev/null & echo left')).toMatchObject({ code: 0 });
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('while the server is away events wait in a private folder, and the next one sends them in order', async () => {
    const away = await sh('exit 4', NOWHERE);
    expect(away).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^smart-etl: the next .* ECONNREFUSED.*\n$/),
    });
    const waiting = spooled();
    expect(waiting).toHaveLength(2);
    for (const file of waiting) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(home, 'spool')).mode & 0o777).toBe(0o700);
    expect(statSync(path.dirname(waiting[0]!)).mode & 0o777).toBe(0o700);

    // The same server comes up: a proxy in its place.
    const port = Number(new URL(api.url).port);
    const proxy = createServer((socket) => {
      const through = connect(port, '127.0.0.1');
      socket.pipe(through).pipe(socket);
      socket.on('error', () => through.destroy());
      through.on('error', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
    proxy.close();
    expect((await sh('exit 5', ['--url', url])).code).toBe(5);
    await new Promise<void>((resolve) => proxy.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    expect((await sh('exit 6', ['--url', url])).code).toBe(6);
    proxy.close();
    const exits = (await told()).map(({ eventType, run }) => [
      eventType,
      run.facets.smartEtl_exec.exitStatus,
    ]);
    expect(exits).toEqual([
      ['START', undefined],
      ['FAIL', 5],
      ['START', undefined],
      ['FAIL', 6],
    ]);
    // Those for the other server still wait for it.
    expect(spooled()).toEqual(waiting);
  });

  it('a server that never answers holds the end up for 3 seconds at most', async () => {
    const hole = createServer(() => {}).listen(0, '127.0.0.1');
    await once(hole, 'listening');
    const started = Date.now();
    const { code } = await sh('exit 7', [
      '--url',
      `http://127.0.0.1:${(hole.address() as { port: number }).port}`,
    ]);
    hole.close();
    expect(code).toBe(7);
    expect(Date.now() - started).toBeLessThan(8_000);
    expect(spooled()).toHaveLength(2);
  });

  it.each([
    ['a wrong key', { SMART_ETL_PING_KEY: 'another-key-of-16' }, /the server answered 401/, 2],
    ['a wrong setting', { SMART_ETL_PNIG_KEY: 'x' }, /not reported: unknown variable SMART_ETL_PNIG_KEY/, 0],
  ])('%s never fails the command', async (_, env, stderr, waiting) => {
    const ended = await sh('echo out; exit 0', ['--url', api.url], env as Record<string, string>);
    expect(ended).toMatchObject({ code: 0, stdout: 'out\n', stderr: expect.stringMatching(stderr) });
    expect(ended.stderr).not.toContain(KEY);
    expect(spooled()).toHaveLength(waiting);
  });

  it('nor does a spool that others can read or that is no folder', async () => {
    await sh('true', NOWHERE);
    chmodSync(path.dirname(spooled()[0]!), 0o755);
    expect(await sh('exit 8', NOWHERE)).toMatchObject({
      code: 8,
      stderr: expect.stringMatching(/expected mode 0700/),
    });
    rmSync(path.join(home, 'spool'), { recursive: true });
    writeFileSync(path.join(home, 'spool'), '');
    expect(await sh('exit 8')).toMatchObject({ code: 8, stderr: expect.stringMatching(/not reported/) });
  });

  it('an event that the server refuses for good goes, with a word', async () => {
    await sh('true', NOWHERE);
    const folder = path.dirname(spooled()[0]!);
    await sh('true');
    // A broken file in the folder of the server that is up.
    const own = readdirSync(path.join(home, 'spool')).map((name) => path.join(home, 'spool', name));
    const up = own.find((one) => one !== folder)!;
    mkdirSync(up, { recursive: true });
    writeFileSync(path.join(up, '2026-broken.json'), '{"half":');
    expect(await sh('true')).toMatchObject({
      code: 0,
      stderr: 'smart-etl: the server refused an event with 400\n',
    });
    expect(readdirSync(up)).toEqual([]);
  });

  it('takes the id of the run, and refuses what it cannot use before anything starts', async () => {
    const rid = '728B3763-ea80-4113-9fc0-f49b3adf226a';
    await sh('true', ['--url', api.url, '--rid', rid]);
    expect((await told()).map(({ run }) => run.runId)).toEqual([rid.toLowerCase(), rid.toLowerCase()]);
    for (const options of [
      ['--rid', 'x'],
      ['--url', 'ftp://x'],
    ]) {
      expect(await sh('echo started', options)).toMatchObject({ code: 2, stdout: '' });
    }
    expect((await end(start(['--', 'echo', 'started']))).stderr).toMatch(/required option '--job <name>'/);
  });
});
