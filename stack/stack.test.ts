import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { AlreadyRunning, lockHolder } from './home-lock.ts';
import type { ScriptPart } from './parts.ts';
import { removeHome } from './postgres-account.ts';
import { isRunning } from './process-identity.ts';
import { findOrphans, readProcessRecords } from './process-records.ts';
import { type RunningStack, StackFailed, type StackOptions, startStack } from './stack.ts';

const homes: string[] = [];
const stacks: RunningStack[] = [];

function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-stack-'));
  homes.push(home);
  return home;
}

afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
  for (const home of homes.splice(0)) removeHome(home);
});

/** Scripts that stand where the worker and the tasks do, small enough to read here. */
const FIXTURES = {
  'migrate.js': `console.log('as ' + new URL(process.env.SMART_ETL_DATABASE_URL).username);`,
  'worker.js': `
    process.on('disconnect', () => process.exit(0));
    process.on('SIGTERM', () => { console.log('drained'); process.exit(0); });
    console.log('as ' + new URL(process.env.SMART_ETL_DATABASE_URL).username);
    setInterval(() => {}, 1000);
    process.send({ ready: true });`,
  'broken.js': `console.error('no such table: run'); process.exit(3);`,
};

const script = (name: 'migrate' | 'worker', file: string): ScriptPart => ({
  name,
  title: name,
  script: file,
  kind: name === 'worker' ? 'service' : 'task',
  role: name === 'worker' ? 'writer' : 'owner',
  needs: name === 'worker' ? ['migrate'] : ['postgres'],
  drainMs: 5_000,
});

function withFixtures(home: string, ...scripts: ScriptPart[]): StackOptions {
  const scriptsFolder = path.join(home, 'scripts');
  mkdirSync(scriptsFolder);
  for (const [name, text] of Object.entries(FIXTURES)) writeFileSync(path.join(scriptsFolder, name), text);
  return { home, ports: 'free', only: ['postgres', 'worker', 'migrate'], scripts, scriptsFolder };
}

async function start(options: StackOptions): Promise<RunningStack> {
  const stack = await startStack(options);
  stacks.push(stack);
  return stack;
}

const logOf = (home: string, name: string) => readFileSync(path.join(home, 'logs', `${name}.log`), 'utf8');

async function count(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('create table if not exists seen ()');
    await client.query('insert into seen default values');
    return Number((await client.query('select count(*) from seen')).rows[0].count);
  } finally {
    await client.end();
  }
}

const ownerUrl = ({ ports, credentials }: RunningStack) =>
  `postgresql://smart_etl_owner:${credentials.postgresOwner}@127.0.0.1:${ports.postgres}/smart_etl`;

test('all parts of a real stack serve, and stop in order', { timeout: 60_000 }, async () => {
  const home = newHome();
  const changes: string[] = [];
  const stack = await start({
    ...withFixtures(home, script('migrate', 'migrate.js'), script('worker', 'worker.js')),
    only: ['postgres', 'temporal', 'object-store', 'mail-sink', 'worker'],
    onProgress: (progress) => {
      if (progress.kind === 'part') changes.push(`${progress.status.name} ${progress.status.state}`);
    },
  });
  expect(Object.fromEntries(stack.status().map(({ name, state }) => [name, state]))).toEqual({
    postgres: 'up',
    temporal: 'up',
    'object-store': 'up',
    'mail-sink': 'up',
    migrate: 'done',
    worker: 'up',
  });
  expect(changes.indexOf('migrate starting')).toBeGreaterThan(changes.indexOf('postgres up'));
  expect(changes.indexOf('worker starting')).toBeGreaterThan(changes.indexOf('migrate done'));
  expect(logOf(home, 'migrate')).toContain('as smart_etl_owner');
  expect(logOf(home, 'worker')).toContain('as smart_etl_writer');
  for (const file of ['connections.json', 'credentials.json', 'processes.json']) {
    expect(statSync(path.join(home, file)).mode & 0o777, file).toBe(0o600);
  }
  expect(await count(ownerUrl(stack))).toBe(1);

  const pids = stack.status().flatMap(({ process }) => process ?? []);
  await stack.stop();
  expect(pids).toHaveLength(4);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(logOf(home, 'worker')).toContain('drained');
  expect(changes.indexOf('worker stopped')).toBeLessThan(changes.indexOf('postgres stopped'));
  expect(lockHolder(home)).toBeUndefined();
});

test('a second start on the same home is refused, and the first goes on', { timeout: 30_000 }, async () => {
  const home = newHome();
  const stack = await start({ home, ports: 'free', only: ['mail-sink'] });
  await expect(startStack({ home, ports: 'free', only: ['mail-sink'] })).rejects.toThrow(AlreadyRunning);
  expect(stack.status()[0]?.state).toBe('up');
  await stack.stop();
  await start({ home, ports: 'free', only: ['mail-sink'] });
});

test('a part that dies is started again', { timeout: 30_000 }, async () => {
  const home = newHome();
  const up = Promise.withResolvers<void>();
  let starts = 0;
  const stack = await start({
    ...withFixtures(home, script('migrate', 'migrate.js'), script('worker', 'worker.js')),
    onProgress: (progress) => {
      if (progress.kind !== 'part' || progress.status.name !== 'postgres') return;
      if (progress.status.state === 'up' && ++starts === 2) up.resolve();
    },
  });
  expect(await count(ownerUrl(stack))).toBe(1);
  const before = stack.status()[0]!.process!;
  process.kill(before.pid, 'SIGKILL');
  await up.promise;
  expect(stack.status()[0]).toMatchObject({ state: 'up', restarts: 1 });
  expect(stack.status()[0]!.process!.pid).not.toBe(before.pid);
  expect(await count(ownerUrl(stack))).toBe(2);
  await stack.restart('worker');
  expect(logOf(home, 'worker').match(/as smart_etl_writer/g)).toHaveLength(2);
});

test('a part that never starts is told with its last words', { timeout: 60_000 }, async () => {
  const home = newHome();
  const starting = startStack({
    ...withFixtures(home, script('migrate', 'broken.js'), script('worker', 'worker.js')),
    restartPauseMs: () => 10,
  });
  await expect(starting).rejects.toThrow(StackFailed);
  await expect(starting).rejects.toThrow(/migrate: migrate ended with exit code 3\nno such table: run/);
  expect(lockHolder(home)).toBeUndefined();
  expect(findOrphans(home)).toEqual([]);
});

test('what a killed supervisor leaves behind is stopped, and its data is kept', {
  timeout: 60_000,
}, async () => {
  const home = newHome();
  const program = path.join(home, 'supervisor.ts');
  const options = withFixtures(home, script('migrate', 'migrate.js'), script('worker', 'worker.js'));
  writeFileSync(
    program,
    `import { startStack } from ${JSON.stringify(path.join(import.meta.dirname, 'stack.ts'))};
     const stack = await startStack(${JSON.stringify(options)});
     process.send({ ports: stack.ports, credentials: stack.credentials });`,
  );
  const supervisor = fork(program, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [first] = (await once(supervisor, 'message')) as [RunningStack];
  expect(await count(ownerUrl(first))).toBe(1);
  const left = readProcessRecords(home)!.parts.flatMap(({ process }) => process ?? []);
  supervisor.kill('SIGKILL');
  await once(supervisor, 'exit');
  expect(left).toHaveLength(2);
  expect(findOrphans(home).map(({ title }) => title)).toContain('PostgreSQL');

  const notices: string[] = [];
  const stack = await start({
    ...options,
    onProgress: (progress) => progress.kind === 'notice' && notices.push(progress.text),
  });
  expect(notices.join()).toContain('PostgreSQL');
  expect(stack.ports).toEqual(first.ports);
  expect(await count(ownerUrl(stack))).toBe(2);
  while (left.some(isRunning)) await pause(20); // the worker leaves by itself when its channel closes
});

test('a process that only got the number of a recorded one is left alone', async () => {
  const home = newHome();
  const records = {
    supervisor: { pid: process.pid, started: 'before' },
    startedAt: '2026-01-01T00:00:00.000Z',
    parts: [{ name: 'worker', title: 'Worker', process: { pid: process.pid, started: 'long ago' } }],
  };
  writeFileSync(path.join(home, 'processes.json'), JSON.stringify(records));
  writeFileSync(path.join(home, 'supervisor.lock'), JSON.stringify({ pid: process.pid, started: 'before' }));
  expect(findOrphans(home)).toEqual([]);
  expect(lockHolder(home)).toBeUndefined();
  // A stale lock of a number given again does not stop a start either.
  await start({ home, ports: 'free', only: ['mail-sink'] });
  expect(
    execFileSync('ps', ['-o', 'pid=', '-p', String(process.pid)])
      .toString()
      .trim(),
  ).toBe(String(process.pid));
});
