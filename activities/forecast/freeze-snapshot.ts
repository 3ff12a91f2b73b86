import { loadSnapshot } from '../../db/forecast/load-snapshot.ts';
import {
  encodeSnapshot,
  type GateThresholds,
  LEARNER_KINDS,
  type LearnerKind,
} from '../../models/forecast/index.ts';
import { BUCKETS } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';

/** Nobody ran anything: there is nothing to train on or to forecast. */
export class NoCandidates extends Error {
  override name = 'NoCandidates';
}

export interface FrozenSnapshot {
  /** Key in the bucket `training`. */
  snapshot: string;
  jobs: number;
  runs: number;
  /** The contestants to train on it. */
  kinds: LearnerKind[];
  /** What the gate will ask: fixed here, before anything is trained, whatever the configuration says later. */
  gate: GateThresholds;
}

/** Freezes what is known at an instant as training data, named by its hash: the same knowledge is the same name. */
export function createFreezeSnapshot({ pool, objectStore, time, gate }: Dependencies) {
  return async function freezeSnapshot({ asOf }: { asOf: string }): Promise<FrozenSnapshot> {
    const cutoff = new Date(asOf);
    const known = await loadSnapshot(pool, cutoff, time);
    const { histories } = known;
    if (histories.length === 0) throw new NoCandidates(`no run is known as of ${asOf}: nothing to train on`);
    return {
      snapshot: await objectStore.put(BUCKETS.training, encodeSnapshot(known)),
      jobs: histories.length,
      runs: histories.reduce((sum, history) => sum + history.startedAt.length, 0),
      kinds: [...LEARNER_KINDS],
      gate,
    };
  };
}
