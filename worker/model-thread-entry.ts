/** The inside of a training thread: one request after another, one answer each. */
import { parentPort } from 'node:worker_threads';
import type { ModelThread } from '../activities/model-thread.ts';
import {
  decodeSnapshot,
  type ImportedFiles,
  type LearnerKind,
  type PreparedSnapshot,
  prepareTraining,
  testImported,
  trainPrepared,
} from '../models/forecast/index.ts';

export type ThreadRequest = { snapshot: Uint8Array; seed: number } & (
  | { kind: LearnerKind }
  | { files: ImportedFiles; trainedAt: number | null }
);

export type ThreadAnswer =
  | { contestant: Awaited<ReturnType<ModelThread['trainContestant']>> }
  | { name: string; message: string };

/** All contestants of a retraining are trained on one snapshot: its features are computed once a thread. */
let last: { bytes: Uint8Array; prepared: PreparedSnapshot } | null = null;

function preparedOf(bytes: Uint8Array): PreparedSnapshot {
  if (last === null || Buffer.compare(last.bytes, bytes) !== 0) {
    last = { bytes, prepared: prepareTraining(decodeSnapshot(bytes)) };
  }
  return last.prepared;
}

function answer(request: ThreadRequest): ThreadAnswer {
  const startedMs = performance.now();
  let peakMemoryBytes = 0;
  const onProgress = () => {
    const { heapUsed, external } = process.memoryUsage();
    peakMemoryBytes = Math.max(peakMemoryBytes, heapUsed + external);
  };
  try {
    const prepared = preparedOf(request.snapshot);
    const contestant =
      'kind' in request
        ? trainPrepared(prepared, { ...request, onProgress })
        : testImported(prepared, { ...request, onProgress });
    onProgress();
    return { contestant: { ...contestant, cost: { fitMs: performance.now() - startedMs, peakMemoryBytes } } };
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

parentPort!.on('message', (request: ThreadRequest) => parentPort!.postMessage(answer(request)));
