/** A real PostgreSQL in the state folder: made on first use, started, stopped, recovered after a crash. */
import { execFile } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Credentials } from './credentials.ts';
import { serverEnvironment } from './environment.ts';
import { openLogFile } from './log-file.ts';
import { type PostgresPlace, preparePostgresPlace } from './postgres-account.ts';
import { ensureDatabase, type PostgresUrls, postgresUrls } from './postgres-roles.ts';
import {
  ServerFailed,
  type ServerProcess,
  type StartHooks,
  startServerProcess,
  untilServing,
} from './server-process.ts';

/** Sized for a laptop that also runs everything else; a server of one's own is tuned by its owner. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // loopback with a password is the only way in
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '128MB',
  work_mem: '16MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  checkpoint_timeout: '15min',
  jit: 'off', // costs more than it saves on queries of milliseconds
  timezone: 'UTC',
  log_timezone: 'UTC',
  cluster_name: 'smart_etl',
  // Statements are not logged with their errors: they may hold people's data.
  log_min_error_statement: 'panic',
  log_line_prefix: '%m [%p] %q%u@%d ',
} as const;

/** SIGINT ends sessions and writes a checkpoint; SIGQUIT skips it and costs a recovery at the next start. */
const STOP_PLAN = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
] as const;

const RECOVERY_LIMIT_MS = 300_000;
const LEFTOVER_LIMIT_MS = 15_000;

export interface PostgresOptions extends StartHooks {
  home: string;
  port: number;
  credentials: Credentials;
  onNotice?: (text: string) => void;
}

export interface RunningPostgres extends ServerProcess, PostgresUrls {
  readonly port: number;
}

/**
 * Starts PostgreSQL on 127.0.0.1 and makes sure that the database and its roles exist.
 *
 * @throws ServerFailed with the last log lines when it does not start
 * @throws WrongCredentials when the data was made with other passwords
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { port, credentials } = options;
  const server = await startBarePostgres({
    ...options,
    superuserPassword: credentials.postgresSuperuser,
    settings: SETTINGS,
  });
  try {
    await ensureDatabase(credentials, port, server.folder);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, port, ...postgresUrls(credentials, port) };
}

export interface BarePostgresOptions extends Omit<PostgresOptions, 'credentials'> {
  superuserPassword: string;
  settings: Readonly<Record<string, string>>;
}

/**
 * Starts PostgreSQL on 127.0.0.1 with nothing in it but what initdb makes.
 *
 * @throws ServerFailed with the last log lines when it does not start
 */
export async function startBarePostgres(
  options: BarePostgresOptions,
): Promise<ServerProcess & { folder: string }> {
  const { home, port, superuserPassword, settings, onSpawn, signal, onNotice = () => {} } = options;
  const place = preparePostgresPlace(home, onNotice);
  if (!existsSync(path.join(place.folder, 'data'))) await initialise(place, superuserPassword, signal);
  const server = await startAndWait(place, { home, port, settings }, { onSpawn, signal });
  return { ...server, folder: place.folder };
}

/** Makes the data folder beside its place and renames it, so that an interrupted start begins anew. */
async function initialise(
  { binaries, folder, account }: PostgresPlace,
  password: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const partial = path.join(folder, 'data.partial');
  const passwordFile = path.join(folder, 'password');
  rmSync(partial, { recursive: true, force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const args = ['-D', partial, '-U', 'postgres', `--pwfile=${passwordFile}`];
  args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  args.push('--data-checksums', '--auth=scram-sha-256', '--no-instructions');
  try {
    await promisify(execFile)(binaries.initdb, args, {
      cwd: folder,
      env: serverEnvironment({ TZ: 'UTC', LC_ALL: 'C' }),
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    throw new ServerFailed('initdb could not make the data folder of PostgreSQL', lines.slice(-20));
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(partial, path.join(folder, 'data'));
}

async function startAndWait(
  place: PostgresPlace,
  { home, port, settings }: Pick<BarePostgresOptions, 'home' | 'port' | 'settings'>,
  hooks: StartHooks,
): Promise<ServerProcess> {
  const data = path.join(place.folder, 'data');
  const log = openLogFile(path.join(home, 'logs'), 'postgres');
  const args = ['-D', data, '-p', String(port)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const startedAt = performance.now();
  for (;;) {
    const server = await startServerProcess({
      name: 'PostgreSQL',
      command: place.binaries.postgres,
      args,
      env: serverEnvironment({ TZ: 'UTC', LC_ALL: 'C' }),
      cwd: place.folder,
      account: place.account,
      log,
      stopPlan: STOP_PLAN,
      ...hooks,
    });
    try {
      await untilServing(server, {
        name: 'PostgreSQL',
        log,
        limitMs: RECOVERY_LIMIT_MS,
        serves: async () => saysReady(data, server.pid),
      });
      return server;
    } catch (error) {
      // After kill -9 of the main process its sessions need a moment to notice; until then the data is theirs.
      const leftovers = log.lastLines().some((line) => line.includes('pre-existing shared memory block'));
      if (!leftovers || hooks.signal?.aborted || performance.now() - startedAt > LEFTOVER_LIMIT_MS)
        throw error;
      await setTimeout(250);
    }
  }
}

/** As pg_ctl asks: line 1 of postmaster.pid is the process, line 8 its state. */
function saysReady(data: string, pid: number): boolean {
  const lines = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
