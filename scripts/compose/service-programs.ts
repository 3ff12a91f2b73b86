/** What each service of docker-compose.yml is as a process here. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { type LogFile, openLogFile } from '../../stack/log-file.ts';
import { startBarePostgres } from '../../stack/postgres.ts';
import { type ServerProcess, startServerProcess, untilServing } from '../../stack/server-process.ts';
import { type ComposeService, readDatabaseScript } from './compose-file.ts';
import type { ServicePlace } from './service-place.ts';

/** The part of a Temporal server that listens beside its front door; each needs a port of its own. */
const TEMPORAL_PORTS = [
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

export interface ServiceContext {
  place: ServicePlace;
  /** The files of our image. */
  app: string;
  /** The port here of `host:port` there. */
  portOf(address: string): number;
  /** More ports of loopback, a different one each time. */
  nextPort(): number;
  logs: string;
  /** Ends whatever runs, also while it is still starting. */
  signal: AbortSignal;
}

/** Starts a service; a server is returned when it serves, a task when it has ended with exit code 0. */
export type StartService = (
  service: ComposeService,
  context: ServiceContext,
  name: string,
) => Promise<ServerProcess>;

/** By name in docker-compose.yml. What is not here is an image of others that is not built from source here. */
export const PROGRAMS: Readonly<Record<string, StartService>> = {
  postgres: startPostgresService,
  'temporal-schema': startScript,
  temporal: startTemporalService,
  'temporal-namespace': startScript,
  minio: startMinioService,
};

/** Anything that the image of Smart ETL runs. */
export const startNode: StartService = async (service, context, name) => {
  const { place } = context;
  const [program, ...args] = service.command!;
  if (program !== 'node') throw new Error(`${service.name}: expected a command of node, found ${program}`);
  const environment = environmentOf(service, context, place.image.environment);
  environment.SMART_ETL_HOME = place.home;
  const [listen] = service.ports;
  // In a container it listens on all addresses and compose publishes loopback; here there is only loopback.
  if (listen !== undefined) {
    environment.SMART_ETL_API_HOST = '127.0.0.1';
    environment.SMART_ETL_API_PORT = String(context.portOf(`${service.name}:${listen.container}`));
  }
  const log = openLogFile(context.logs, name);
  const server = await startServerProcess({
    name,
    command: path.join(place.bin, 'node'),
    args: args.map((arg) => place.here(service, arg)),
    env: environment,
    cwd: context.app,
    account: place.account,
    log,
    signal: context.signal,
    stopPlan: [{ signal: 'SIGTERM', waitMs: 20_000 }],
  });
  const serves = servesAs(args[0], environment.SMART_ETL_API_PORT, log);
  if (serves !== null) await untilServing(server, { name, log, limitMs: 120_000, serves });
  return server;
};

/** How it shows that a process of ours serves; null: it is a task, or does not say. */
function servesAs(script: string | undefined, port: string | undefined, log: LogFile) {
  // It has bundled its workflows by then, which takes a processor some seconds.
  if (script === 'worker/main.ts')
    return async () => log.lastLines().some((line) => line.includes('worker is polling'));
  if (port === undefined) return null;
  const url = `http://127.0.0.1:${port}/livez`;
  return async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
}

async function startPostgresService(
  service: ComposeService,
  { place, portOf, signal }: ServiceContext,
  name: string,
) {
  const port = portOf(`${service.name}:5432`);
  const superuserPassword = place.secretOf('postgres_superuser');
  const server = await startBarePostgres({
    home: place.folderOf(service, 'data'),
    port,
    superuserPassword,
    signal,
    settings: {
      ...settingsIn(service.command ?? []),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      cluster_name: name,
    },
  });
  // What the image's entry point does with a script when the volume is new.
  const script = readDatabaseScript(path.join(place.folder, 'infra', 'postgres', 'make-databases.sh'));
  const clientOf = (database: string) =>
    new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password: superuserPassword, database });
  for (const { database, statements } of script.parts) {
    const client = clientOf(database);
    await client.connect();
    try {
      // One by one: a database cannot be made within a transaction, which several in one message are.
      for (const statement of statements) {
        const filled = statement.replace(/:'(\w+)'/g, (_, variable: string) =>
          client.escapeLiteral(place.secretOf(script.secretOf[variable]!)),
        );
        await client.query(filled);
      }
    } finally {
      await client.end();
    }
  }
  return server;
}

/** `-c name=value` of a command line. */
function settingsIn(command: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    command.flatMap((word, at) => {
      if (command[at - 1] !== '-c') return [];
      const equals = word.indexOf('=');
      return [[word.slice(0, equals), word.slice(equals + 1)]];
    }),
  );
}

/** A shell script that is mounted into an image with tools: the same script, with addresses as they are here. */
async function startScript(service: ComposeService, context: ServiceContext, name: string) {
  const { place } = context;
  const [mounted] = service.volumes;
  if (mounted === undefined) throw new Error(`${service.name}: expected a mounted script, found none`);
  const script = place.here(service, readFileSync(path.join(place.folder, mounted.source), 'utf8'));
  return startServerProcess({
    name,
    command: '/bin/sh',
    args: ['-c', script],
    env: environmentOf(service, context),
    account: place.account,
    log: openLogFile(context.logs, name),
    signal: context.signal,
    stopPlan: [{ signal: 'SIGTERM', waitMs: 5_000 }],
  });
}

async function startTemporalService(service: ComposeService, context: ServiceContext, name: string) {
  const { place, portOf, nextPort } = context;
  const environment = environmentOf(service, context);
  environment.BIND_ON_IP = '127.0.0.1';
  environment.FRONTEND_GRPC_PORT = String(portOf(`${service.name}:7233`));
  for (const variable of TEMPORAL_PORTS) environment[variable] = String(nextPort());
  environment.POSTGRES_PWD = place.secretOf('postgres_temporal');
  return startServerProcess({
    name,
    command: path.join(place.bin, 'temporal-server'),
    // As the image's entry point starts it.
    args: ['start'],
    env: environment,
    cwd: place.folderOf(service, 'tmp'),
    account: place.account,
    log: openLogFile(context.logs, name),
    signal: context.signal,
    stopPlan: [{ signal: 'SIGTERM', waitMs: 15_000 }],
  });
}

async function startMinioService(service: ComposeService, context: ServiceContext, name: string) {
  const { place, portOf, nextPort } = context;
  const port = portOf(`${service.name}:9000`);
  const log = openLogFile(context.logs, name);
  const server = await startServerProcess({
    name,
    command: path.join(place.bin, 'minio'),
    args: [
      ...['server', '--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${nextPort()}`],
      place.here(service, '/data'),
    ],
    env: environmentOf(service, context),
    cwd: place.folderOf(service, 'tmp'),
    account: place.account,
    log,
    signal: context.signal,
    stopPlan: [{ signal: 'SIGTERM', waitMs: 10_000 }],
  });
  await untilServing(server, {
    name,
    log,
    limitMs: 60_000,
    serves: async () =>
      (await fetch(`http://127.0.0.1:${port}/minio/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
  });
  return server;
}

/** What a container has in its environment, and nothing of ours. */
function environmentOf(
  service: ComposeService,
  { place, portOf }: ServiceContext,
  image: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries({ ...image, ...service.environment }).map(([name, value]) => [
      name,
      place.here(service, value),
    ]),
  );
  if (own.POSTGRES_SEEDS !== undefined) {
    // Host and port in two variables.
    own.DB_PORT = String(portOf(`${own.POSTGRES_SEEDS}:${own.DB_PORT}`));
    own.POSTGRES_SEEDS = '127.0.0.1';
  }
  const tmp = place.folderOf(service, 'tmp');
  return { PATH: `${place.bin}:/usr/bin:/bin`, HOME: tmp, TMPDIR: tmp, LANG: 'C.UTF-8', ...own };
}
