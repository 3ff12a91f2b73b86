/** The whole stack, or some of its parts, in one process that watches over the others. */
import path from 'node:path';
import { type Connections, connectionsOf, writeConnections } from './connections.ts';
import { type Credentials, loadCredentials } from './credentials.ts';
import { givenConnections } from './given-settings.ts';
import { takeHomeLock } from './home-lock.ts';
import { type KeptPart, keepRunning } from './keep-running.ts';
import type { Part, PartName, PartStatus } from './part.ts';
import { partsOf, SCRIPTS, type ScriptPart } from './parts.ts';
import { choosePorts, type PortPreference, type Ports } from './ports.ts';
import { makeHome } from './private-files.ts';
import { identify } from './process-identity.ts';
import { stopOrphans, writeProcessRecords } from './process-records.ts';

export type Progress = { kind: 'part'; status: PartStatus } | { kind: 'notice'; text: string };

export interface StackOptions {
  /** Absolute path of the state folder; made if need be. */
  home: string;
  /** Only these parts (and the tasks that `worker` and `api` need); all by default. */
  only?: readonly PartName[];
  /** For the processes of Smart ETL, not for the servers. */
  extraEnvironment?: Record<string, string>;
  onProgress?: (progress: Progress) => void;
  /** `free` for tests that run side by side. */
  ports?: PortPreference;
  /** On a part that fails five times in a row: go on trying (and return), instead of stopping all and throwing. */
  keepTrying?: boolean;
  /** Stops the start, and everything that was started. */
  signal?: AbortSignal;
  /** How long to wait before the n-th new start in a row; 1 s, 2 s, 4 s … 30 s by default. */
  restartPauseMs?: (failuresInARow: number) => number;
  /** Where our processes find the servers, when something stands in between; where the servers listen by default. */
  reachedAt?: (ports: Ports) => Promise<Ports>;
  scripts?: readonly ScriptPart[];
  /** Where `scripts` are looked for; the project by default. */
  scriptsFolder?: string;
}

export interface RunningStack {
  readonly connections: Connections;
  readonly ports: Ports;
  readonly credentials: Credentials;
  status(): PartStatus[];
  restart(name: PartName): Promise<void>;
  /** In reverse order; settles when nothing of it runs. */
  stop(): Promise<void>;
}

/** A part does not start. */
export class StackFailed extends Error {
  override name = 'StackFailed';
}

/**
 * Starts the stack. What a killed predecessor left running is stopped first.
 *
 * @returns when every part serves (with `keepTrying`: serves or is known to fail)
 * @throws AlreadyRunning when another process runs this home; StackFailed naming part and reason
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { home, onProgress = () => {} } = options;
  makeHome(home);
  const giveLockBack = takeHomeLock(home);
  try {
    return await startLocked(options, onProgress, giveLockBack);
  } catch (error) {
    giveLockBack();
    throw error;
  }
}

async function startLocked(
  options: StackOptions,
  onProgress: (progress: Progress) => void,
  giveLockBack: () => void,
): Promise<RunningStack> {
  const { home } = options;
  const onNotice = (text: string) => onProgress({ kind: 'notice', text });
  const orphans = await stopOrphans(home);
  if (orphans.length > 0) onNotice(`stopped what the last run left behind: ${orphans.join(', ')}`);
  const credentials = loadCredentials(home);
  const { ports, moved } = await choosePorts(home, options.ports);
  for (const { name, from, to } of moved) {
    onNotice(`port ${from} is taken: ${name} gets ${to}`);
  }
  const given = givenConnections(home);
  const reachedAt = (await options.reachedAt?.(ports)) ?? ports;
  const connections = connectionsOf(home, reachedAt, credentials, given);
  writeConnections(home, connections);

  const all = partsOf({
    home,
    ports,
    reachedAt,
    credentials,
    given,
    scripts: options.scripts ?? SCRIPTS,
    scriptsFolder: options.scriptsFolder ?? path.join(import.meta.dirname, '..'),
    extraEnvironment: options.extraEnvironment ?? {},
    onNotice,
  });
  const parts = selected(all, options.only);
  const kept = new Map<PartName, KeptPart>();
  const statuses = () => [...kept.values()].map((part) => part.status());
  const startedAt = new Date().toISOString();
  const supervisor = identify(process.pid)!;
  let recorded = false;
  const record = () => {
    if (recorded) writeProcessRecords(home, { supervisor, startedAt, parts: statuses() });
  };
  for (const part of parts) {
    const needs = part.needs.flatMap((name) => kept.get(name)?.served ?? []);
    const change = (status: PartStatus) => {
      record();
      onProgress({ kind: 'part', status });
    };
    kept.set(part.name, keepRunning(part, Promise.all(needs), change, options.restartPauseMs));
  }
  recorded = true;
  record();

  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopInOrder(kept).finally(giveLockBack);
    return stopped;
  };
  options.signal?.addEventListener('abort', () => void stop(), { once: true });
  if (options.signal?.aborted) await stop();
  await settledEnough(kept);
  const failing = statuses().filter(({ state }) => state === 'failing' || state === 'stopped');
  if (failing.length > 0 && (!options.keepTrying || options.signal?.aborted)) {
    await stop();
    const [{ title, error, lastLines }] = failing as [PartStatus];
    throw new StackFailed([`${title}: ${error ?? 'was stopped'}`, ...lastLines].join('\n'));
  }
  return {
    connections,
    ports,
    credentials,
    status: statuses,
    stop,
    async restart(name) {
      const part = kept.get(name);
      if (part === undefined)
        throw new Error(`restart: no part "${name}"; there are ${[...kept.keys()].join(', ')}`);
      await part.restart();
    },
  };
}

/** Worker and API are useless without the tasks that prepare the servers for them. */
function selected(parts: readonly Part[], only: readonly PartName[] | undefined): Part[] {
  if (only === undefined) return [...parts];
  const wanted = new Set<PartName>(only);
  if (wanted.has('worker') || wanted.has('api')) wanted.add('migrate');
  if (wanted.has('worker')) wanted.add('set-up');
  return parts.filter(({ name }) => wanted.has(name));
}

/** Every part serves; or one is failing, in which case those that wait for it are not waited for. */
async function settledEnough(kept: ReadonlyMap<PartName, KeptPart>): Promise<void> {
  const allServe = Promise.all([...kept.values()].map(({ served }) => served));
  const firstFailing = Promise.race(
    [...kept.values()].map(async (part) => {
      await part.settled;
      if (['up', 'done'].includes(part.status().state)) await new Promise(() => {});
    }),
  );
  await Promise.race([allServe.catch(() => {}), firstFailing]);
}

/** What works on the servers first, so that it can finish; then the servers, which do not need each other. */
async function stopInOrder(kept: ReadonlyMap<PartName, KeptPart>): Promise<void> {
  const servers: PartName[] = ['postgres', 'temporal', 'object-store', 'mail-sink'];
  const stopAll = (wanted: (name: PartName) => boolean) =>
    Promise.all([...kept].filter(([name]) => wanted(name)).map(([, part]) => part.stop()));
  await stopAll((name) => !servers.includes(name));
  await stopAll((name) => servers.includes(name));
}
