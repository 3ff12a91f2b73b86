/** The inside of a training thread: one request, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ModelThread } from '../activities/model-thread.ts';
import { decodeSnapshot, type LearnerKind, trainContestant } from '../models/forecast/index.ts';

export interface ThreadRequest {
  snapshot: Uint8Array;
  kind: LearnerKind;
  seed: number;
}

export type ThreadAnswer =
  | { contestant: Awaited<ReturnType<ModelThread['trainContestant']>> }
  | { name: string; message: string };

function answer(): ThreadAnswer {
  const { snapshot, kind, seed } = workerData as ThreadRequest;
  const startedMs = performance.now();
  let peakMemoryBytes = 0;
  const sampleMemory = () => {
    const { heapUsed, external } = process.memoryUsage();
    peakMemoryBytes = Math.max(peakMemoryBytes, heapUsed + external);
  };
  try {
    const contestant = trainContestant(decodeSnapshot(snapshot), { kind, seed, onProgress: sampleMemory });
    sampleMemory();
    return { contestant: { ...contestant, cost: { fitMs: performance.now() - startedMs, peakMemoryBytes } } };
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

parentPort!.postMessage(answer());
