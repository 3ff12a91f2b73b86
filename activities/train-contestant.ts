import { encodeTestPredictions, type LearnerKind, type TrainingReport } from '../models/forecast/index.ts';
import { BUCKETS, type ObjectStore } from '../services/object-store.ts';
import type { Dependencies } from './dependencies.ts';
import { withHeartbeat } from './heartbeat.ts';

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
    }
  /** There is not enough history to learn from; the base rates still compete. */
  | { kind: LearnerKind; outcome: 'too-few-runs'; reason: string };

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
      try {
        const trained = await modelThread.trainContestant(bytes, { kind, seed }, signal);
        const [artifact, predictions, report] = await Promise.all([
          objectStore.put(BUCKETS.training, trained.artifact),
          objectStore.put(BUCKETS.training, encodeTestPredictions(trained.testPredictions)),
          objectStore.put(BUCKETS.training, Buffer.from(JSON.stringify(trained.report))),
        ]);
        return { kind, outcome: 'trained', artifact, predictions, report, ...trained.cost };
      } catch (error) {
        if ((error as Error).name !== 'TooFewRuns') throw error;
        return { kind, outcome: 'too-few-runs', reason: (error as Error).message };
      }
    });
  };
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
