import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../db/migrate.ts';
import { loadCredentials } from '../stack/credentials.ts';
import { freePort } from '../stack/ports.ts';
import { type RunningPostgres, startPostgres } from '../stack/postgres.ts';
import { startTestApi } from '../tests/api.ts';
import { openEvents } from '../tests/server-events.ts';
import { problemSchema } from './contract/system.ts';
import { ROUTES } from './routes/routes.ts';
import type { RunningApi } from './server.ts';

let home: string;
let postgres: RunningPostgres;
let api: RunningApi;
let start: () => Promise<RunningPostgres>;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-outage-'));
  const credentials = loadCredentials(home);
  const port = await freePort(new Set());
  start = () => startPostgres({ home, port, credentials });
  postgres = await start();
  await migrate(postgres.ownerUrl);
  await postgres.stop();
  api = await startTestApi({ databaseUrl: postgres.readerUrl });
});

afterAll(async () => {
  await api?.close();
  await postgres?.stop();
  rmSync(home, { recursive: true, force: true });
});

const NEEDS_NO_DATABASE = new Set(['/livez', '/v1/mailbox']);
/** Whether somebody has to log in is not known yet. */
const NEEDS_NOTHING = new Set(['/livez']);
/** Addresses that name something answer as these do. */
const addresses = ROUTES.filter(({ method, path }) => method === 'GET' && !path.includes(':')).map(
  ({ path }) => path,
);
const addressOf = (path: string): string => (path === '/v1/search' ? `${path}?q=orders` : path);
const statuses = async () =>
  Object.fromEntries(
    await Promise.all(addresses.map(async (path) => [path, (await fetch(api.url + addressOf(path))).status])),
  );
const expected = (status: number, always = NEEDS_NO_DATABASE) =>
  Object.fromEntries(addresses.map((path) => [path, always.has(path) ? 200 : status]));

test('it starts without a database, recovers when it comes, says so when it goes, and recovers again', async () => {
  expect(await statuses()).toEqual(expected(503, NEEDS_NOTHING));
  expect((await fetch(`${api.url}/`)).status).toBe(200);
  const problem = await fetch(`${api.url}/v1/runs`);
  expect(problem.headers.get('retry-after')).toBe('5');
  const { type, detail } = problemSchema.parse(await problem.json());
  expect(type).toBe('urn:smart-etl:problem:database-unreachable');
  expect(detail).not.toMatch(/127\.0\.0\.1|password|ECONN/);

  const browser = await openEvents(api.url);
  for (let round = 0; round < 2; round++) {
    postgres = await start();
    await browser.next('database', ({ reachable }) => reachable);
    // What happened while it was away is unknown, so everything is to be read again.
    await browser.next('change', ({ topic }) => topic === 'runs');
    expect(await statuses()).toEqual(expected(200));

    await postgres.stop();
    await browser.next('database', ({ reachable }) => !reachable);
    expect(await statuses()).toEqual(expected(503));
  }
  browser.close();
});
