import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { serverEnvironment } from '../stack/environment.ts';
import { openLogFile } from '../stack/log-file.ts';
import { freePort } from '../stack/ports.ts';
import { startServerProcess, untilServing } from '../stack/server-process.ts';

/** Path of Versity's S3 gateway, a second S3 server to hold the store against; null: it is not installed here. */
export function findVersitygw(): string | null {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, 'versitygw');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Starts it on loopback with the credentials of the tests, its objects in a folder that goes when it is stopped. */
export async function startVersitygw(command: string): Promise<{ url: string; stop(): Promise<void> }> {
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-versitygw-'));
  const [objects, metadata] = [path.join(home, 'objects'), path.join(home, 'metadata')];
  for (const folder of [objects, metadata]) mkdirSync(folder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openLogFile(path.join(home, 'logs'), 'versitygw');
  const server = await startServerProcess({
    name: 'versitygw',
    command,
    // Beside the objects: the folder of tests may know no extended attributes.
    args: ['--port', `127.0.0.1:${port}`, '--health', '/health', 'posix', '--sidecar', metadata, objects],
    env: serverEnvironment({
      ROOT_ACCESS_KEY: inject('objectStoreAccessKey'),
      ROOT_SECRET_KEY: inject('objectStoreSecretKey'),
      VGW_REGION: 'us-east-1',
    }),
    cwd: home,
    log,
    stopPlan: [{ signal: 'SIGTERM', waitMs: 10_000 }],
  });
  await untilServing(server, {
    name: 'versitygw',
    log,
    limitMs: 30_000,
    serves: async () => (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })).ok,
  });
  return {
    url,
    async stop() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
