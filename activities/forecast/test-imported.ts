import { BUCKETS } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type ContestantReference, keepTrained, notTrained } from './train-contestant.ts';

/** A model trained elsewhere as its files are kept: hashes, and keys in the bucket `models`. */
export interface ImportedFileKeys {
  week: string;
  day: string;
}

/** Where a model comes from that was trained elsewhere. */
export interface ImportedOrigin extends ImportedFileKeys {
  /** What people call it. */
  name: string;
  /** Who brought it. */
  who: string;
  /** Nothing that became known later was learned from; ISO 8601. Null: the files tell. */
  trainedAt: string | null;
}

/**
 * Calibrates and tests a model trained elsewhere on a frozen snapshot, like every contestant, on a thread of its own.
 *
 * @throws OnnxNotUnderstood, TestMayBeKnown
 */
export function createTestImported({ objectStore, modelThread }: Dependencies) {
  return async function testImported(input: {
    snapshot: string;
    seed: number;
    imported: ImportedOrigin;
  }): Promise<ContestantReference> {
    const { snapshot, seed, imported } = input;
    return withHeartbeat(async (signal) => {
      const [frozen, week, day] = await Promise.all([
        objectStore.get(BUCKETS.training, snapshot),
        objectStore.get(BUCKETS.models, imported.week),
        objectStore.get(BUCKETS.models, imported.day),
      ]);
      const trainedAt = imported.trainedAt === null ? null : Date.parse(imported.trainedAt);
      const options = { files: { week, day }, trainedAt, seed };
      return modelThread.testImported(frozen, options, signal).then(
        async (trained) => ({ ...(await keepTrained(objectStore, trained)), imported }),
        (error: Error) => notTrained('imported', error),
      );
    });
  };
}
