/** One server as a child process: started, awaited until it serves, stopped in its own way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LogFile } from './log-file.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  readonly identity: ProcessIdentity;
  readonly child: ChildProcess;
  /** Settles when the process has ended, whoever ended it. */
  readonly exited: Promise<Exit>;
  /** Sends each signal in turn until the process ends. */
  stop(): Promise<void>;
  /** As a crash would: SIGKILL, no goodbye. */
  kill(): Promise<void>;
}

/** Ways to end a process: the signal, and how long to wait before the next one. */
export type StopPlan = readonly { signal: NodeJS.Signals; waitMs: number }[];

export interface ServerOptions {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** The unprivileged account to run as, when we are root. */
  account?: { uid: number; gid: number } | undefined;
  /** Opens a message channel; the child is a Node script of ours. */
  channel?: boolean;
  log: LogFile;
  stopPlan: StopPlan;
  /** Told as soon as the process exists, before it serves. */
  onSpawn?: ((identity: ProcessIdentity) => void) | undefined;
  /** Stops the process, also while it is still starting. */
  signal?: AbortSignal | undefined;
}

/** What whoever starts a server may hand over, whichever server it is. */
export type StartHooks = Pick<ServerOptions, 'onSpawn' | 'signal'>;

/** The server ended, or did not serve in time. Holds its last words. */
export class ServerFailed extends Error {
  override name = 'ServerFailed';
  readonly lastLines: string[];
  constructor(message: string, lastLines: string[]) {
    super(message);
    this.lastLines = lastLines;
  }
}

/**
 * Starts a program. It gets a process group of its own, because Ctrl-C on the terminal would otherwise end
 * every server at the same time instead of in order.
 *
 * @throws ServerFailed when the program cannot be started
 */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { name, log } = options;
  const child = spawn(options.command, options.args, {
    env: options.env,
    detached: true,
    stdio: options.channel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...options.account,
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new ServerFailed(`${name}: cannot start ${options.command}: ${(error as Error).message}`, []);
  }
  // After the start, errors of the child are about signals and messages that no longer reach it.
  child.on('error', () => {});
  log.follow(child.stdout!, 'stdout');
  log.follow(child.stderr!, 'stderr');
  const pid = child.pid!;
  const identity = identify(pid) ?? { pid, started: 'ended at once' };
  options.onSpawn?.(identity);

  const running = () => child.exitCode === null && child.signalCode === null;
  async function stop(): Promise<void> {
    for (const { signal, waitMs } of options.stopPlan) {
      if (!running()) return;
      child.kill(signal);
      if (await within(exited, waitMs)) return;
    }
    await kill();
  }
  async function kill(): Promise<void> {
    if (running()) child.kill('SIGKILL');
    await exited;
  }
  const onAbort = () => void stop();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  void exited.then(() => options.signal?.removeEventListener('abort', onAbort));
  if (options.signal?.aborted) onAbort();
  return { pid, identity, child, exited, stop, kill };
}

/** Whether the promise settles within the time. */
export async function within(promise: Promise<unknown>, waitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), waitMs);
  });
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** "ended with exit code 1" or "was ended by SIGKILL". */
export const describeExit = ({ code, signal }: Exit): string =>
  signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;

/**
 * Waits until `serves()` says true; asks every 25 ms.
 *
 * @throws ServerFailed when the process ends first or the time is over; a process that did not serve in time
 * is killed.
 */
export async function untilServing(
  server: ServerProcess,
  {
    name,
    log,
    limitMs,
    serves,
  }: { name: string; log: LogFile; limitMs: number; serves: () => Promise<boolean> },
): Promise<void> {
  let exit: Exit | undefined;
  void server.exited.then((how) => {
    exit = how;
  });
  const startedAt = performance.now();
  for (;;) {
    if (await serves().catch(() => false)) return;
    if (exit !== undefined) {
      throw new ServerFailed(`${name} ${describeExit(exit)} before it served`, log.lastLines());
    }
    if (performance.now() - startedAt > limitMs) {
      await server.kill();
      throw new ServerFailed(`${name} did not serve within ${limitMs / 1000} s`, log.lastLines());
    }
    await within(server.exited, 25);
  }
}
