import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { isBaseRate } from '../models/learners/learner.ts';
import { control, train } from './calls.ts';
import { requireInput } from './input.ts';
import { outcomeKey } from './search-attributes.ts';
import { type GateOutcome, standBeforeGate } from './stand-before-gate.ts';

export interface ChallengeInput {
  /** Hashes of the ONNX files, keys in the bucket `models`. */
  week: string;
  day: string;
  /** What people call the model, and who brought it: kept with its version. */
  name: string;
  who: string;
  /** Nothing that became known later was learned from; ISO 8601. Left out: the files tell. */
  trainedAt?: string;
  /** Calibrate and test on what was known at this instant; ISO 8601. Left out: now. */
  asOf?: string;
  /** Left out: 1. */
  seed?: number;
}

/** `version` is null where there was too little to calibrate and test it with: then nothing is registered. */
export type ChallengeOutcome = GateOutcome | UntestedOutcome;
export interface UntestedOutcome {
  version: null;
  kind: null;
  verdict: 'undecided';
  promotedVersion: null;
  reason: string;
}

/** Lets a model trained elsewhere compete: calibrated and tested beside the base rates, then judged by the gate. */
export async function challengeImported(input: ChallengeInput): Promise<ChallengeOutcome> {
  requireInput('challengeImported', input, { week: 'text', day: 'text', name: 'text', who: 'text' });
  const { week, day, name, who, trainedAt = null, asOf, seed = 1 } = input;
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  setCurrentDetails(`Freezing what was known at ${now.asOf}`);
  const { snapshot, runs, jobs, kinds, gate } = await train.freezeSnapshot(now);

  setCurrentDetails(`${runs} runs of ${jobs} jobs as of ${now.asOf}: testing "${name}", brought by ${who}`);
  const imported = { week, day, name, who, trainedAt };
  const [challenger, ...rates] = await Promise.all([
    train.testImported.executeWithOptions({ summary: name }, [{ snapshot, seed, imported }]),
    ...kinds
      .filter(isBaseRate)
      .map((kind) => train.trainContestant.executeWithOptions({ summary: kind }, [{ snapshot, kind, seed }])),
  ]);
  if (challenger.outcome === 'trained') {
    return standBeforeGate({ snapshot, seed, contestants: [challenger, ...rates], gate });
  }
  const { reason } = challenger;
  upsertSearchAttributes([{ key: outcomeKey, value: 'undecided' }]);
  setCurrentDetails(`"${name}" could not be tested: ${reason}`);
  return { version: null, kind: null, verdict: 'undecided', promotedVersion: null, reason };
}
