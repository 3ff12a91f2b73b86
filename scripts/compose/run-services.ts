/** Services of docker-compose.yml as processes, each when those it depends on are there; stopped in reverse. */
import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { TemporalLink } from '../../services/temporal-link.ts';
import { isPortFree } from '../../stack/ports.ts';
import { describeExit, type Exit, ServerFailed, type ServerProcess } from '../../stack/server-process.ts';
import { TEMPORAL_DEFAULTS } from '../../temporal-config.ts';
import { type ComposeService, readCompose } from './compose-file.ts';
import { addressesHere, makePlace, type ServicePlace } from './service-place.ts';
import { PROGRAMS, type ServiceContext, startNode } from './service-programs.ts';

const FILE = path.join(import.meta.dirname, '..', '..', 'docker-compose.yml');
/** How our own image is called there. */
const OURS = /^smart-etl:/;
/** Ports that the services of others listen on, as the addresses between containers name them. */
const LISTENING = ['postgres:5432', 'temporal:7233', 'minio:9000'];
const SPARE_PORTS = 12;
/** Temporal keeps the ports of its parts in PostgreSQL as `smallint`; those the system hands out are above. */
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 32_767;

export interface RunOptions {
  /** Absolute and empty; whoever asked removes it. */
  folder: string;
  /** As in `.env`. */
  variables?: Readonly<Record<string, string>>;
  /** How many of a service, as `docker compose up --scale`; one of each by default. */
  scale?: Readonly<Record<string, number>>;
  /** Settings of our processes beside those of the file, as an `environment:` of a compose override. */
  override?: Readonly<Record<string, string>>;
  onProgress?: (text: string) => void;
}

export interface RunningServices {
  place: ServicePlace;
  /** Where a service listens here. @param address `host:port` between containers */
  portOf(address: string): number;
  /** How Temporal is reached here, with the key of what it keeps. */
  temporalLink: TemporalLink;
  /** What stands in a secret, with addresses as they are here. */
  urlOf(secret: string): string;
  /** What runs, by name; of several, `worker-1`, `worker-2` … */
  processes: ReadonlyMap<string, ServerProcess>;
  /**
   * One more of a service of ours.
   *
   * @param app files of another release; see `ServicePlace.release`
   */
  add(service: string, name: string, app?: string): Promise<ServerProcess>;
  /** Epoch milliseconds: everything that is not made while they run was there by then. */
  startedAt: number;
  /** Services without a profile that are not started: images of others that have no program here. */
  left: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts what `docker compose up` starts, with its environment, as far as it is ours or built from source.
 *
 * @throws ServerFailed with the last log lines of what did not start
 */
export async function runServices(options: RunOptions): Promise<RunningServices> {
  const { folder, variables = {}, scale = {}, override = {}, onProgress = () => {} } = options;
  const asked = readCompose(FILE, variables).filter(({ profiles }) => profiles.length === 0);
  const services = asked.filter(({ name, image }) => OURS.test(image) || PROGRAMS[name] !== undefined);
  const { portOf, spare, ports } = await choosePorts(services);
  const place = makePlace(folder, services, ports, onProgress);
  const startedAt = Date.now();
  const failing = new AbortController();
  const context: ServiceContext = {
    place,
    app: place.app,
    portOf,
    nextPort: () => spare.pop()!,
    logs: path.join(folder, 'logs'),
    signal: failing.signal,
  };
  const processes = new Map<string, ServerProcess>();
  // What waits for a server would wait for ever once it has ended.
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const endOf = (name: string, exit: Exit) =>
    new ServerFailed(`${name} ${describeExit(exit)}`, [`see ${context.logs}/${name}.log`]);

  async function start(service: ComposeService, name: string, app = place.app): Promise<ServerProcess> {
    const isOurs = OURS.test(service.image);
    const given = isOurs ? { ...service, environment: { ...service.environment, ...override } } : service;
    const begunAt = performance.now();
    const server = await (isOurs ? startNode : PROGRAMS[service.name]!)(given, { ...context, app }, name);
    if (service.isTask) {
      const exit = await server.exited;
      if (exit.code !== 0) throw endOf(name, exit);
    } else {
      processes.set(name, server);
      void server.exited.then((exit) => ended.reject(endOf(name, exit)));
    }
    const seconds = ((performance.now() - begunAt) / 1_000).toFixed(1);
    onProgress(`${name}: ${service.isTask ? 'done' : 'started'} (${seconds} s)`);
    return server;
  }

  const begun = new Map<string, Promise<unknown>>();
  const begin = (service: ComposeService): Promise<unknown> => {
    const already = begun.get(service.name);
    if (already) return already;
    const work = (async () => {
      const needs = services.filter(({ name }) => name in service.dependsOn);
      await Promise.all(needs.map(begin));
      const count = scale[service.name] ?? 1;
      const names =
        count === 1 ? [service.name] : Array.from({ length: count }, (_, i) => `${service.name}-${i + 1}`);
      await Promise.all(names.map((name) => start(service, name)));
    })();
    begun.set(service.name, work);
    return work;
  };
  const stop = async () => {
    for (const server of [...processes.values()].reverse()) await server.stop();
  };
  try {
    await Promise.race([Promise.all(services.map(begin)), ended.promise]);
  } catch (error) {
    // What is still starting, and tasks that wait for a server, end as well.
    failing.abort();
    await Promise.allSettled(begun.values());
    await stop();
    throw error;
  }
  return {
    temporalLink: {
      ...TEMPORAL_DEFAULTS,
      temporalAddress: `127.0.0.1:${portOf('temporal:7233')}`,
      temporalPayloadKeysFile: path.join(folder, 'secrets', 'temporal_payload_keys'),
    },
    urlOf: (secret) => addressesHere(place.secretOf(secret), ports),
    ...{ place, portOf, processes, startedAt, stop },
    add: (name, as, app) => start(services.find((service) => service.name === name)!, as, app),
    left: asked.filter((service) => !services.includes(service)).map(({ name }) => name),
  };
}

async function choosePorts(services: readonly ComposeService[]) {
  const addresses = [
    ...LISTENING,
    ...services
      .filter(({ image }) => OURS.test(image))
      .flatMap(({ name, ports }) => ports.map(({ container }) => `${name}:${container}`)),
  ];
  const ports = new Map<string, number>();
  const taken = new Set<number>();
  const next = async () => {
    for (;;) {
      const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
      if (taken.has(port) || !(await isPortFree(port))) continue;
      taken.add(port);
      return port;
    }
  };
  for (const address of addresses) ports.set(address, await next());
  const spare: number[] = [];
  while (spare.length < SPARE_PORTS) spare.push(await next());
  const portOf = (address: string): number => {
    const port = ports.get(address);
    if (port === undefined)
      throw new Error(`no service listens at ${address}; there are ${addresses.join(', ')}`);
    return port;
  };
  return { ports, portOf, spare };
}
