import {
  encodeTestPredictions,
  type LearnerKind,
  type TrainedContestant,
  type TrainingReport,
} from '../../models/forecast/index.ts';
import { BUCKETS, type ObjectStore } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { TrainingCost } from './model-thread.ts';
import type { ImportedOrigin } from './test-imported.ts';

/** A contestant as the workflow knows it: references into the bucket `training`, and what it cost. */
export type ContestantReference =
  | {
      kind: LearnerKind;
      outcome: 'trained';
      artifact: string;
      predictions: string;
      report: string;
      fitMs: number;
      peakMemoryBytes: number;
      /** Only of a model trained elsewhere. */
      imported?: ImportedOrigin;
    }
  /** There is not enough history to learn from, or the time was up; the base rates still compete. */
  | { kind: LearnerKind | 'imported'; outcome: 'too-few-runs' | 'too-slow'; reason: string };

export type TrainedReference = Extract<ContestantReference, { outcome: 'trained' }>;

/** Trains one contestant on a frozen snapshot, on a thread of its own. Same snapshot, kind and seed: same bytes. */
export function createTrainContestant({ objectStore, modelThread }: Dependencies) {
  return async function trainContestant(input: {
    snapshot: string;
    kind: LearnerKind;
    seed: number;
  }): Promise<ContestantReference> {
    const { snapshot, kind, seed } = input;
    return withHeartbeat(async (signal) => {
      const bytes = await objectStore.get(BUCKETS.training, snapshot);
      return modelThread.trainContestant(bytes, { kind, seed }, signal).then(
        (trained) => keepTrained(objectStore, trained),
        (error: Error) => notTrained(kind, error),
      );
    });
  };
}

/** Puts what a training made into the bucket `training`. */
export async function keepTrained(
  objectStore: ObjectStore,
  { artifact, testPredictions, report, cost }: TrainedContestant & { cost: TrainingCost },
): Promise<TrainedReference> {
  const [artifactKey, predictions, reportKey] = await Promise.all([
    objectStore.put(BUCKETS.training, artifact),
    objectStore.put(BUCKETS.training, encodeTestPredictions(testPredictions)),
    objectStore.put(BUCKETS.training, Buffer.from(JSON.stringify(report))),
  ]);
  const { kind } = report;
  return { kind, outcome: 'trained', artifact: artifactKey, predictions, report: reportKey, ...cost };
}

/** Names of errors that are an answer: the others compete without this one. */
const ANSWERS = { TooFewRuns: 'too-few-runs', TrainingTooSlow: 'too-slow' } as const;

/** The answer of a contestant that could not be trained. @throws what is no answer. */
export function notTrained(kind: LearnerKind | 'imported', error: Error): ContestantReference {
  const outcome = ANSWERS[error.name as keyof typeof ANSWERS];
  if (outcome === undefined) throw error;
  return { kind, outcome, reason: error.message };
}

/** The report of a trained contestant. */
export async function readReport(
  objectStore: ObjectStore,
  contestant: TrainedReference,
): Promise<TrainingReport> {
  const bytes = await objectStore.get(BUCKETS.training, contestant.report);
  return JSON.parse(bytes.toString('utf8')) as TrainingReport;
}

/** Those that could be trained. */
export const trainedOf = (contestants: readonly ContestantReference[]): TrainedReference[] =>
  contestants.filter((contestant) => contestant.outcome === 'trained');
