import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ModelThread } from '../activities/model-thread.ts';
import type { ThreadAnswer, ThreadRequest } from './model-thread-entry.ts';

/** A training that needs more than this is stopped rather than the machine. */
const MAX_HEAP_MB = 4_096;

/** Runs each training on a thread of its own: it ends with its memory, and a cancelled one is stopped at once. */
export function createModelThread(): ModelThread {
  return {
    async trainContestant(snapshot, options, signal) {
      signal.throwIfAborted();
      const request: ThreadRequest = { snapshot, ...options };
      const thread = new Worker(new URL('./model-thread-entry.ts', import.meta.url), {
        workerData: request,
        resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      });
      try {
        const [answer] = (await once(thread, 'message', { signal })) as [ThreadAnswer];
        if ('contestant' in answer) return answer.contestant;
        throw Object.assign(new Error(answer.message), { name: answer.name });
      } finally {
        await thread.terminate();
      }
    },
  };
}
