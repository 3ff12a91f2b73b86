import type { Duration } from '@temporalio/common';
import {
  condition,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { control, deliverPending } from './calls.ts';
import { requireInput } from './input.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface PromoteInput {
  model: string;
  version: number;
  /** `gate`: the verdict of the gate decides alone; `approval`: a person decides by the update `decide`. */
  policy: 'gate' | 'approval';
  /** How long to wait for a person, such as `2 days`. Left out: a week. */
  decideWithin?: Duration;
}

export interface Decision {
  approve: boolean;
  who: string;
  why: string;
}

export interface PromoteOutcome {
  outcome: 'promoted' | 'champion-already' | 'rejected' | 'expired';
}

/** A person's decision; refused without a name and a reason. */
export const decide = defineUpdate<string, [Decision]>('decide');

/** A model nobody decides about for a week is overtaken by the next retraining. */
const DECIDE_WITHIN: Duration = '7 days';

/** Makes a version the champion, once, by the gate or by a person. */
export async function promoteModel(input: PromoteInput): Promise<PromoteOutcome> {
  requireInput('promoteModel', input, { model: 'text', version: 'number', policy: 'text' });
  const { model, version, policy, decideWithin = DECIDE_WITHIN } = input;
  const name = `${model}/${version}`;
  let decision: Decision | undefined;
  setHandler(
    decide,
    (made) => {
      decision = made;
      return made.approve ? `${name} approved by ${made.who}` : `${name} rejected by ${made.who}`;
    },
    {
      validator(made) {
        if (policy !== 'approval') throw new Error(`${name} is promoted by the gate, not by a person`);
        if (decision) throw new Error(`${name} was decided already by ${decision.who}`);
        if (typeof made?.approve !== 'boolean') throw new Error('approve must be true or false');
        if (!made.who?.trim() || !made.why?.trim()) throw new Error('who and why must be given');
      },
    },
  );
  const end = (outcome: PromoteOutcome['outcome'], said: string): PromoteOutcome => {
    upsertSearchAttributes([{ key: outcomeKey, value: outcome }]);
    setCurrentDetails(said);
    return { outcome };
  };

  upsertSearchAttributes([{ key: modelVersionKey, value: name }]);
  const check = await control.checkPromotion({ model, version, policy });
  if (check.isChampion) return end('champion-already', `${name} is the champion already`);

  if (policy === 'approval') {
    setCurrentDetails(
      `${name} waits for a decision: send the update **decide** with {"approve": true, "who": "…", "why": "…"}\n\n${check.summary}`,
    );
    const decided = await condition(() => decision !== undefined, decideWithin);
    if (!decided) return end('expired', `Nobody decided about ${name} within ${decideWithin}`);
  }
  if (decision && !decision.approve) {
    return end('rejected', `${name} rejected by ${decision.who}: ${decision.why}`);
  }
  const { who, why } = decision ?? { who: 'gate', why: check.summary };
  const { workflowId } = workflowInfo();
  await control.switchChampion({ model, version, fromVersion: check.championVersion, who, why, workflowId });
  await deliverPending();
  return end('promoted', `${name} is the champion. Decided by ${who}: ${why}`);
}
