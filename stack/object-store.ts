/** A real MinIO on loopback, its objects in the state folder. */
import path from 'node:path';
import { findBinary } from './binaries.ts';
import type { Credentials } from './credentials.ts';
import { serverEnvironment } from './environment.ts';
import { openLogFile } from './log-file.ts';
import { makePrivateFolder } from './private-files.ts';
import { type ServerProcess, type StartHooks, startServerProcess, untilServing } from './server-process.ts';

const START_LIMIT_MS = 60_000;
const STOP_PLAN = [{ signal: 'SIGTERM', waitMs: 10_000 }] as const;

export interface ObjectStoreOptions extends StartHooks {
  home: string;
  port: number;
  consolePort: number;
  credentials: Pick<Credentials, 'objectStoreAccessKey' | 'objectStoreSecretKey'>;
}

export interface RunningObjectStore extends ServerProcess {
  readonly url: string;
  readonly consoleUrl: string;
}

/**
 * Starts MinIO; ready when it says so.
 *
 * @throws BinaryMissing, ServerFailed
 */
export async function startObjectStore(options: ObjectStoreOptions): Promise<RunningObjectStore> {
  const { home, port, consolePort, credentials, onSpawn, signal } = options;
  const folder = makePrivateFolder(home, 'objects');
  const log = openLogFile(path.join(home, 'logs'), 'object-store');
  const url = `http://127.0.0.1:${port}`;
  const args = ['server', '--json'];
  args.push('--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${consolePort}`, folder);
  const server = await startServerProcess({
    name: 'MinIO',
    command: findBinary('minio').path,
    args,
    env: serverEnvironment({
      MINIO_ROOT_USER: credentials.objectStoreAccessKey,
      MINIO_ROOT_PASSWORD: credentials.objectStoreSecretKey,
      MINIO_UPDATE: 'off',
      MINIO_CALLHOME_ENABLE: 'off',
      HOME: home, // it makes a folder .minio there
    }),
    cwd: folder,
    log,
    stopPlan: STOP_PLAN,
    onSpawn,
    signal,
  });
  await untilServing(server, {
    name: 'MinIO',
    log,
    limitMs: START_LIMIT_MS,
    serves: async () => {
      const answer = await fetch(`${url}/minio/health/ready`, { signal: AbortSignal.timeout(2_000) });
      return answer.ok;
    },
  });
  return { ...server, url, consoleUrl: `http://127.0.0.1:${consolePort}` };
}
