import { setCurrentDetails } from '@temporalio/workflow';
import { control, train } from './calls.ts';
import { type GateOutcome, standBeforeGate } from './stand-before-gate.ts';

export interface RetrainInput {
  /** Train on what was known at this instant; ISO 8601. Left out: now. */
  asOf?: string;
  /** Seed of all randomness; left out: 1. */
  seed?: number;
}

export type RetrainOutcome = GateOutcome;

/** Freezes the data, trains every contestant, registers the best, lets the gate judge it, promotes what passed. */
export async function retrain({ asOf, seed = 1 }: RetrainInput = {}): Promise<RetrainOutcome> {
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  setCurrentDetails(`Freezing what was known at ${now.asOf}`);
  const { snapshot, runs, jobs, kinds, gate } = await train.freezeSnapshot(now);

  setCurrentDetails(`${runs} runs of ${jobs} jobs as of ${now.asOf}: training ${kinds.join(', ')}`);
  const contestants = await Promise.all(
    kinds.map((kind) =>
      train.trainContestant.executeWithOptions({ summary: kind }, [{ snapshot, kind, seed }]),
    ),
  );
  return standBeforeGate({ snapshot, seed, contestants, gate });
}
