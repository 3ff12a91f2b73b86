/** A Node script of ours as a child: a service that says when it is ready, or a task that ends. */
import type { LogFile } from './log-file.ts';
import {
  describeExit,
  ServerFailed,
  type ServerProcess,
  type StartHooks,
  startServerProcess,
  untilServing,
} from './server-process.ts';

const READY_LIMIT_MS = 120_000;
/**
 * MiB of each half of the space for new objects. Records live for a moment only: with V8's default of 64 the worker
 * keeps 100 MB more and is no faster.
 */
export const SMALL_NURSERY = '--max-semi-space-size=8';

export interface NodeScriptOptions extends StartHooks {
  name: string;
  /** Absolute path of the script. */
  script: string;
  env: NodeJS.ProcessEnv;
  log: LogFile;
  /** How long it may finish what it is doing after SIGTERM. */
  drainMs: number;
}

const spawnScript = ({ name, script, env, log, drainMs, onSpawn, signal }: NodeScriptOptions) =>
  startServerProcess({
    name,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', SMALL_NURSERY, script],
    env,
    // Ends itself when this channel closes, so nothing of ours outlives a supervisor that was killed.
    channel: true,
    log,
    stopPlan: [{ signal: 'SIGTERM', waitMs: drainMs }],
    onSpawn,
    signal,
  });

/**
 * Starts a service; ready when it sends `{ready: true}`.
 *
 * @throws ServerFailed when it ends before that, or says nothing for two minutes
 */
export async function startNodeService(options: NodeScriptOptions): Promise<ServerProcess> {
  const { name, log } = options;
  const service = await spawnScript(options);
  let ready = false;
  service.child.on('message', (message) => {
    if ((message as { ready?: unknown } | null)?.ready === true) ready = true;
  });
  await untilServing(service, { name, log, limitMs: READY_LIMIT_MS, serves: async () => ready });
  return service;
}

/**
 * Runs a task to its end.
 *
 * @throws ServerFailed when its exit code is not 0
 */
export async function runNodeTask(options: NodeScriptOptions): Promise<void> {
  const task = await spawnScript(options);
  const exit = await task.exited;
  if (exit.code !== 0)
    throw new ServerFailed(`${options.name} ${describeExit(exit)}`, options.log.lastLines());
}
