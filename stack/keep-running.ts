/** Keeps one part running: starts it, and starts it again, after a growing pause, when it ends. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Part, PartState, PartStatus, RunningPart } from './part.ts';
import { describeExit, ServerFailed } from './server-process.ts';

/** So many times in a row without a minute of service, and a person is told. */
const FAILURES_UNTIL_TOLD = 5;
const STEADY_AFTER_MS = 60_000;
const LONGEST_PAUSE_MS = 30_000;

/** 1 s, 2 s, 4 s … 30 s. */
export const restartPauseMs = (failuresInARow: number): number =>
  Math.min(1000 * 2 ** (failuresInARow - 1), LONGEST_PAUSE_MS);

export interface KeptPart {
  status(): PartStatus;
  /** Settles when the part served (or ended well, as a task) for the first time; rejects when it was stopped before. */
  readonly served: Promise<void>;
  /** Settles when it served for the first time or is failing or stopped. */
  readonly settled: Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A part was stopped before it ever served. */
export class StoppedEarly extends Error {
  override name = 'StoppedEarly';
}

/**
 * @param needs settles when the parts it needs have served
 * @param onChange told at every change of state, and as soon as a process exists
 */
export function keepRunning(
  part: Part,
  needs: Promise<unknown>,
  onChange: (status: PartStatus) => void,
  pauseMs: (failuresInARow: number) => number = restartPauseMs,
): KeptPart {
  const status: PartStatus = {
    name: part.name,
    title: part.title,
    state: 'waiting',
    url: part.url,
    since: new Date().toISOString(),
    process: null,
    restarts: 0,
    error: null,
    lastLines: [],
  };
  const served = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  // Who does not ask for these must not be told of their rejection by a crash.
  served.promise.catch(() => {});
  const stopping = new AbortController();
  let running: RunningPart | undefined;
  let restartWanted = false;
  let nextUp = Promise.withResolvers<void>();

  function enter(state: PartState, error: unknown = null): void {
    status.state = state;
    status.since = new Date().toISOString();
    status.error = error === null ? null : error instanceof Error ? error.message : String(error);
    status.lastLines = error instanceof ServerFailed ? error.lastLines : [];
    if (state !== 'up' && state !== 'starting') status.process = null;
    if (state === 'up' || state === 'done') {
      served.resolve();
      nextUp.resolve();
      nextUp = Promise.withResolvers<void>();
    }
    if (state !== 'waiting' && state !== 'starting' && state !== 'restarting') settled.resolve();
    onChange({ ...status });
  }

  /** Starts the part and waits for its end. @returns why it ended; `undefined` when a task is done */
  async function serveOnce(): Promise<Error | undefined> {
    enter('starting');
    try {
      running = await part.start({
        signal: stopping.signal,
        onSpawn: (identity) => {
          status.process = identity;
          onChange({ ...status });
        },
      });
    } catch (error) {
      return error as Error;
    }
    if (running === undefined) {
      enter('done');
      return undefined;
    }
    if (stopping.signal.aborted) await running.stop();
    else enter('up');
    const exit = await (running.exited ?? untilAborted());
    running = undefined;
    return new Error(exit === undefined ? 'stopped' : `${part.title} ${describeExit(exit)}`);
  }

  const untilAborted = () =>
    new Promise<undefined>((resolve) => {
      if (stopping.signal.aborted) resolve(undefined);
      else stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });

  async function run(): Promise<void> {
    await Promise.race([needs, untilAborted()]);
    let failures = 0;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const ended = await serveOnce();
      if (ended === undefined) return;
      if (stopping.signal.aborted) break;
      status.restarts += 1;
      if (restartWanted) {
        restartWanted = false;
        continue;
      }
      failures = performance.now() - startedAt > STEADY_AFTER_MS ? 1 : failures + 1;
      enter(failures >= FAILURES_UNTIL_TOLD ? 'failing' : 'restarting', ended);
      await pause(pauseMs(failures), undefined, { signal: stopping.signal }).catch(() => {});
    }
    served.reject(new StoppedEarly(`${part.title} was stopped before it served`));
    enter('stopped');
  }
  const ended = run().catch((error) => {
    // Only a part this one needs can reject here, and then it was stopped.
    served.reject(error);
    enter('stopped');
  });

  return {
    status: () => ({ ...status }),
    served: served.promise,
    settled: settled.promise,
    async restart() {
      if (running === undefined) return;
      restartWanted = true;
      const up = nextUp.promise;
      await running.stop();
      await up;
    },
    async stop() {
      stopping.abort();
      await running?.stop();
      await ended;
    },
  };
}
