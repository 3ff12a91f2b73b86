import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ModelThread } from '../activities/forecast/model-thread.ts';
import type { ThreadAnswer, ThreadRequest } from './model-thread-entry.ts';
import type { TrainingLimits } from './training-limits.ts';
import { createTurns } from './turns.ts';

/** A thread without work for so long ends, and its memory with it. */
const IDLE_MS = 10_000;

/** A training took longer than it may. Trying again would take as long. */
export class TrainingTooSlow extends Error {
  override name = 'TrainingTooSlow';
}

/**
 * Runs trainings and forecasts side by side, each on a thread of its own; those beyond the limit wait for their turn. A thread is
 * kept for the next training for a while, one that is cancelled, too slow or too large is stopped at once.
 */
export function createModelThread({ threads, heapMb, longestMs }: TrainingLimits): ModelThread {
  const turns = createTurns(threads);
  const idle = new Map<Worker, NodeJS.Timeout>();

  function takeThread(): Worker {
    for (const [thread, timer] of idle) {
      clearTimeout(timer);
      idle.delete(thread);
      thread.ref();
      return thread;
    }
    return new Worker(new URL('./model-thread-entry.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
  }

  function keepThread(thread: Worker): void {
    const end = () => {
      idle.delete(thread);
      void thread.terminate();
    };
    idle.set(thread, setTimeout(end, IDLE_MS).unref());
    // Nothing is lost when the process ends meanwhile.
    thread.unref();
  }

  async function ask<Result>(request: ThreadRequest, signal: AbortSignal): Promise<Result> {
    await turns.wait(signal);
    const thread = takeThread();
    const late = AbortSignal.timeout(longestMs);
    try {
      const answered = once(thread, 'message', { signal: AbortSignal.any([signal, late]) });
      thread.postMessage(request);
      const [answer] = (await answered) as [ThreadAnswer<Result>];
      keepThread(thread);
      if ('result' in answer) return answer.result;
      throw errorNamed(answer.name, answer.message);
    } catch (error) {
      if (!late.aborted || signal.aborted || idle.has(thread)) throw error;
      throw new TrainingTooSlow(`training may take ${longestMs / 1_000} s, and took longer`);
    } finally {
      if (!idle.has(thread)) await thread.terminate();
      turns.next();
    }
  }

  return {
    trainContestant: (snapshot, options, signal) => ask({ snapshot, ...options }, signal),
    testImported: (snapshot, options, signal) => ask({ snapshot, ...options }, signal),
    judgeTraining: (snapshot, training, signal) => ask({ snapshot, training }, signal),
    scoreForecast: (artifact, snapshot, signal) => ask({ artifact, snapshot }, signal),
    observeModel: (watch, signal) => ask({ watch }, signal),
  };
}

/** An error as the thread threw it. Temporal tells errors that are not tried again by the name of their class. */
function errorNamed(name: string, message: string): Error {
  const { [name]: NamedError } = { [name]: class extends Error {} };
  return Object.assign(new NamedError!(message), { name });
}
