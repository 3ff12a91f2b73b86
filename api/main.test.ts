import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { NODE_ENVIRONMENT } from '../tests/node-environment.ts';

let home: string;
let database: TestDatabase;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-api-main-'));
  database = await createTestDatabase();
});

afterAll(async () => {
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

/** Its exit code, once all it wrote has been read. Node tells no `close` of a child that was disconnected. */
async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [[code]] = await Promise.all([once(child, 'exit'), finished(child.stdout!), finished(child.stderr!)]);
  return code;
}

/** Starts the process as `smart-etl up` does; what it wrote is gathered. */
function startMain(settings: Record<string, string>): { child: ChildProcess; said: () => string } {
  const child = fork(path.join(import.meta.dirname, 'main.ts'), {
    env: {
      ...NODE_ENVIRONMENT,
      SMART_ETL_HOME: home,
      SMART_ETL_API_PORT: '0',
      SMART_ETL_DATABASE_URL: database.readerUrl,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  for (const output of [child.stdout!, child.stderr!]) output.on('data', (chunk) => (text += chunk));
  return { child, said: () => text };
}

test.each([
  ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
  ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
  ['the end of its parent', (child: ChildProcess) => child.disconnect()],
])('it says when it is ready and exits cleanly on %s, even with a browser connected', async (_, stop) => {
  const { child, said } = startMain({});
  const [message] = (await once(child, 'message')) as [{ ready: boolean; url: string }];
  expect(message.ready).toBe(true);
  const stream = await fetch(`${message.url}/v1/stream`);
  expect(stream.status).toBe(200);
  const exitCode = exitCodeOf(child);
  stop(child);
  const code = await exitCode;
  expect(code).toBe(0);
  expect(said()).toContain('"msg":"stopping"');
  expect(said()).not.toContain(new URL(database.readerUrl).password);
  await stream.body?.cancel().catch(() => {});
});

test('unsafe settings are one clear line and exit code 3', async () => {
  const { child, said } = startMain({ SMART_ETL_API_HOST: '0.0.0.0' });
  const code = await exitCodeOf(child);
  expect(code).toBe(3);
  expect(said()).toMatch(/^api: apiHost is 0\.0\.0\.0.*set apiToken/m);
  expect(said()).not.toContain('    at ');
});

test('so is a port that is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const { child, said } = startMain({ SMART_ETL_API_PORT: String(port) });
  const code = await exitCodeOf(child);
  taken.close();
  expect(code).toBe(3);
  expect(said()).toContain(`address already in use 127.0.0.1:${port}`);
  expect(said()).not.toContain('    at ');
});
