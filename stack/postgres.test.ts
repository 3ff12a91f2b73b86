import { mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { loadCredentials } from './credentials.ts';
import { freePort } from './ports.ts';
import { type RunningPostgres, startPostgres } from './postgres.ts';
import { removeHome } from './postgres-account.ts';
import { makeHome } from './private-files.ts';

let parent = '';
let running: RunningPostgres | undefined;

afterEach(async () => {
  await running?.stop();
  removeHome(path.join(parent, 'home'));
  removeHome(parent);
});

/** A home below a folder that only we may enter, as `mktemp -d` makes them. */
function privateHome(): string {
  parent = mkdtempSync(path.join(tmpdir(), 'smart-etl-postgres-'));
  const home = path.join(parent, 'home');
  mkdirSync(home);
  makeHome(home);
  return home;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a database below a private folder keeps its rows over a stop and a crash', {
  timeout: 60_000,
}, async () => {
  const home = privateHome();
  const credentials = loadCredentials(home);
  const port = await freePort();
  const options = { home, port, credentials };
  running = await startPostgres(options);
  await query(running.ownerUrl, 'create table kept (n int)');
  await query(running.ownerUrl, 'insert into kept values (1)');
  await running.stop();

  running = await startPostgres(options);
  await query(running.ownerUrl, 'insert into kept values (2)');
  await running.kill();

  running = await startPostgres(options);
  expect(await query(running.ownerUrl, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);

  const [settings] = await query(
    running.adminUrl,
    `select current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
            current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
            (select bool_and(rolpassword like 'SCRAM-SHA-256$%') from pg_authid where rolcanlogin) as scram,
            (select datlocale from pg_database where datname = 'smart_etl') as locale`,
  );
  expect(settings).toEqual({
    checksums: 'on',
    encoding: 'UTF8',
    addresses: '127.0.0.1',
    sockets: '',
    scram: true,
    locale: 'C.UTF-8',
  });

  // Roles: only the owner makes tables; nobody else comes in, not even with another role's password.
  await expect(query(running.writerUrl, 'create table refused ()')).rejects.toThrow(/permission denied/);
  await expect(query(running.readerUrl, 'select * from kept')).rejects.toThrow(/permission denied/);
  const wrong = running.readerUrl.replace(credentials.postgresReader, credentials.postgresWriter);
  await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);

  // No password in the log or on a command line that anybody may read.
  const log = readFileSync(path.join(home, 'logs', 'postgres.log'), 'utf8');
  const commandLine = running.child.spawnargs.join(' ');
  for (const secret of Object.values(credentials)) expect(log + commandLine).not.toContain(secret);
  expect(statSync(path.join(home, 'credentials.json')).mode & 0o777).toBe(0o600);

  // Data made with other passwords is not touched, and the reason is told.
  await running.stop();
  await expect(
    startPostgres({ ...options, credentials: { ...credentials, postgresSuperuser: 'another' } }),
  ).rejects.toThrow(/made with other passwords than those in credentials.json/);
});

test('a port that is taken is told with the words of PostgreSQL', { timeout: 60_000 }, async () => {
  const home = privateHome();
  const port = await freePort();
  running = await startPostgres({ home, port, credentials: loadCredentials(home) });
  const other = path.join(parent, 'other');
  mkdirSync(other);
  makeHome(other);
  const starting = startPostgres({ home: other, port, credentials: loadCredentials(other) });
  await expect(starting).rejects.toThrow('PostgreSQL ended with exit code 1 before it served');
  await expect(starting).rejects.toMatchObject({
    lastLines: expect.arrayContaining([expect.stringContaining('Address already in use')]),
  });
  removeHome(other);
});
