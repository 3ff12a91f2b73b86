/** The inside of a model thread: one request after another, one answer each. */
import { parentPort } from 'node:worker_threads';
import type { ModelThread } from '../activities/forecast/model-thread.ts';
import {
  decodeSnapshot,
  type Forecast,
  type GateDecision,
  type ImportedFiles,
  judgeTraining,
  type LearnerKind,
  type PreparedSnapshot,
  prepareTraining,
  scoreForecast,
  type TrainingToJudge,
  testImported,
  trainPrepared,
} from '../models/forecast/index.ts';
import {
  type ModelObservation,
  type ModelUnderWatch,
  observeModel,
} from '../models/monitoring/observe-model.ts';

type Contestant = Awaited<ReturnType<ModelThread['trainContestant']>>;

export type TrainingRequest = { snapshot: Uint8Array; seed: number } & (
  | { kind: LearnerKind }
  | { files: ImportedFiles; trainedAt: number | null }
);
export interface ForecastRequest {
  snapshot: Uint8Array;
  artifact: Uint8Array;
}
export interface JudgingRequest {
  snapshot: Uint8Array;
  training: TrainingToJudge;
}
export interface WatchRequest {
  watch: ModelUnderWatch;
}
export type ThreadRequest = TrainingRequest | ForecastRequest | JudgingRequest | WatchRequest;

export type ThreadAnswer<Result> = { result: Result } | { name: string; message: string };

/** All contestants of a retraining are trained on one snapshot: its features are computed once a thread. */
let last: { bytes: Uint8Array; prepared: PreparedSnapshot } | null = null;

function preparedOf(bytes: Uint8Array): PreparedSnapshot {
  if (last === null || Buffer.compare(last.bytes, bytes) !== 0) {
    last = { bytes, prepared: prepareTraining(decodeSnapshot(bytes)) };
  }
  return last.prepared;
}

function train(request: TrainingRequest): Contestant {
  const startedMs = performance.now();
  let peakMemoryBytes = 0;
  const onProgress = () => {
    const { heapUsed, external } = process.memoryUsage();
    peakMemoryBytes = Math.max(peakMemoryBytes, heapUsed + external);
  };
  const prepared = preparedOf(request.snapshot);
  const contestant =
    'kind' in request
      ? trainPrepared(prepared, { ...request, onProgress })
      : testImported(prepared, { ...request, onProgress });
  onProgress();
  return { ...contestant, cost: { fitMs: performance.now() - startedMs, peakMemoryBytes } };
}

function forecast({ artifact, snapshot }: ForecastRequest): Forecast {
  const known = decodeSnapshot(snapshot);
  return scoreForecast(artifact, known, known.cutoff);
}

function resultOf(request: ThreadRequest): Contestant | Forecast | GateDecision | ModelObservation {
  if ('watch' in request) return observeModel(request.watch);
  if ('artifact' in request) return forecast(request);
  if ('training' in request) return judgeTraining(preparedOf(request.snapshot), request.training);
  return train(request);
}

function answer(request: ThreadRequest): ThreadAnswer<ReturnType<typeof resultOf>> {
  try {
    return { result: resultOf(request) };
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

parentPort!.on('message', (request: ThreadRequest) => parentPort!.postMessage(answer(request)));
