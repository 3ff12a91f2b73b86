/** A real Temporal (the development server of its command line) on loopback, with its page and its data on disk. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { SEARCH_ATTRIBUTES } from '../workflows/names.ts';
import { type BinaryName, findBinary } from './binaries.ts';
import { serverEnvironment } from './environment.ts';
import { openLogFile } from './log-file.ts';
import { makePrivateFolder } from './private-files.ts';
import { type ServerProcess, type StartHooks, startServerProcess, untilServing } from './server-process.ts';

const PROGRAM: BinaryName = 'temporal';
const NAMESPACE = 'default';
/** How long the page shows workflows that have ended. The server's own default is one day. */
const RETENTION_DAYS = 30;
const START_LIMIT_MS = 60_000;
const STOP_PLAN = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGINT', waitMs: 3_000 },
] as const;

export interface TemporalOptions extends StartHooks {
  home: string;
  /** gRPC, where clients and workers connect. */
  port: number;
  uiPort: number;
  httpPort: number;
  metricsPort: number;
  /** Whom its page asks for what is encrypted; null or left out: nobody. */
  codecUrl?: string | null;
}

export interface RunningTemporal extends ServerProcess {
  /** host:port */
  readonly address: string;
  readonly uiUrl: string;
}

/**
 * Starts Temporal; ready when its namespace answers and the search attributes are there.
 *
 * @throws BinaryMissing, ServerFailed
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { home, port, uiPort, httpPort, metricsPort, codecUrl, onSpawn, signal } = options;
  const folder = makePrivateFolder(home, 'temporal');
  const log = openLogFile(path.join(home, 'logs'), 'temporal');
  const databaseFile = path.join(folder, 'temporal.db');
  const isNew = !existsSync(databaseFile);
  const args = ['server', 'start-dev', '--db-filename', databaseFile, '--namespace', NAMESPACE];
  args.push('--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort));
  args.push('--http-port', String(httpPort), '--metrics-port', String(metricsPort));
  args.push('--ui-disable-news-fetch', '--log-level', 'warn', '--log-format', 'json');
  if (codecUrl) args.push('--ui-codec-endpoint', codecUrl);
  // Settings of the person who starts it are for their client, not for this server.
  args.push('--disable-config-file', '--disable-config-env');
  for (const name of SEARCH_ATTRIBUTES) args.push('--search-attribute', `${name}=Keyword`);
  const server = await startServerProcess({
    name: 'Temporal',
    command: findBinary(PROGRAM).path,
    args,
    env: serverEnvironment(),
    cwd: folder,
    log,
    stopPlan: STOP_PLAN,
    onSpawn,
    signal,
  });
  await untilServing(server, {
    name: 'Temporal',
    log,
    limitMs: START_LIMIT_MS,
    serves: () => servesNamespace(httpPort),
  });
  if (isNew) await keepLonger(httpPort);
  return { ...server, address: `127.0.0.1:${port}`, uiUrl: `http://127.0.0.1:${uiPort}` };
}

const call = (httpPort: number, route: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${httpPort}${route}`, { ...init, signal: AbortSignal.timeout(5_000) });

/** The HTTP door opens after the gRPC one and asks the same services; search attributes come last. */
async function servesNamespace(httpPort: number): Promise<boolean> {
  const answer = await call(httpPort, `/cluster/namespaces/${NAMESPACE}/search-attributes`);
  if (!answer.ok) return false;
  const { customAttributes = {} } = (await answer.json()) as { customAttributes?: Record<string, string> };
  return SEARCH_ATTRIBUTES.every((name) => name in customAttributes);
}

async function keepLonger(httpPort: number): Promise<void> {
  const seconds = RETENTION_DAYS * 24 * 3600;
  const answer = await call(httpPort, `/cluster/namespaces/${NAMESPACE}/update`, {
    method: 'POST',
    body: JSON.stringify({ config: { workflowExecutionRetentionTtl: `${seconds}s` } }),
  });
  if (!answer.ok)
    throw new Error(`Temporal refused a retention of ${RETENTION_DAYS} days: ${await answer.text()}`);
}
