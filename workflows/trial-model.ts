import { ChildWorkflowFailure, rootCause, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { TrialLook } from '../activities/forecast/trials.ts';
import { control, deliverPending } from './calls.ts';
import { requireInput } from './input.ts';
import { LOOK_AGAIN, TASK_QUEUES, workflowIds } from './names.ts';
import { type PromoteInput, promoteModel } from './promote-model.ts';
import { rollbackModel } from './rollback-model.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface TrialInput {
  model: string;
  version: number;
  /** `challenger`: promoted where it proves better; `predecessor`: it then gets its place back. */
  role: 'challenger' | 'predecessor';
  days: number;
  /** By what a challenger that proves better is promoted. */
  policy: PromoteInput['policy'];
  /** Who wants it, and why: kept with the trial, and of a challenger in the audit log. */
  who: string;
  why: string;
  /** That was a person, who then is the first of two that have to approve. */
  isAsked?: boolean;
}

export interface TrialEnd {
  outcome: 'better' | 'worse' | 'undecided' | 'overtaken' | 'taken' | 'pointless';
}

/** Something was forecast, or came true. */
export const lookAgain = defineSignal(LOOK_AGAIN);

/** Outcomes come in by the day. */
const LOOK_EVERY = '1 day';
/** Keeps the history of a trial of months short. */
const MOST_LOOKS = 200;

/**
 * Lets a version forecast beside the champion until a sequential test tells which of both is better, or the time is up:
 * then the champion stays. A challenger that is better is promoted, a predecessor that is better serves again.
 */
export async function trialModel(input: TrialInput): Promise<TrialEnd> {
  requireInput('trialModel', input, {
    ...{ model: 'text', version: 'number', role: 'text' },
    ...{ days: 'number', policy: 'text', who: 'text', why: 'text' },
  });
  const { model, version, role, days, who, why } = input;
  const name = `${model}/${version}`;
  const { workflowId } = workflowInfo();
  let isNew = false;
  setHandler(lookAgain, () => {
    isNew = true;
  });
  const end = (outcome: TrialEnd['outcome'], said: string): TrialEnd => {
    upsertSearchAttributes([{ key: outcomeKey, value: outcome }]);
    setCurrentDetails(said);
    return { outcome };
  };
  upsertSearchAttributes([{ key: modelVersionKey, value: name }]);
  const { state, against } = await control.beginTrial({ model, version, role, days, who, why, workflowId });
  if (state !== 'begun') return end(state, `${name} is not on trial: ${REASONS[state]}`);

  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    isNew = false;
    const look = await control.lookAtTrial({ workflowId });
    if (look.outcome !== 'lasts') {
      const refused = look.outcome === 'better' ? await act(input, look) : null;
      const but = refused === null ? '' : `, but ${refused}`;
      if (look.outcome !== 'better' && patched('trial-told')) await deliverPending();
      return end(look.outcome, `${name} beside version ${against}: ${look.outcome}${but}\n\n${look.summary}`);
    }
    setCurrentDetails(`${name} forecasts beside version ${against} for ${days} days\n\n${look.summary}`);
    await condition(() => isNew, LOOK_EVERY);
  }
  return continueAsNew<typeof trialModel>(input);
}

const REASONS = { taken: 'another version is', pointless: 'there is no other champion' };

/**
 * What follows when the version on trial is better than the champion.
 *
 * @returns why it could not be done: somebody was faster, or it may not be; null: it was done, or is being done by hand
 */
async function act(
  { model, version, role, policy, who, isAsked }: TrialInput,
  look: TrialLook,
): Promise<string | null> {
  const child = { taskQueue: TASK_QUEUES.control, parentClosePolicy: ParentClosePolicy.ABANDON };
  const why = `better on trial beside version ${look.against}: ${look.summary}`;
  try {
    if (role === 'challenger') {
      await executeChild(promoteModel, {
        ...child,
        workflowId: workflowIds.promoteModel(model, version),
        args: [{ model, version, policy, shadowDays: 0, ...(isAsked && { asked: { who, why } }) }],
        staticSummary: `Promote ${model}/${version} after its trial`,
      });
    } else {
      await executeChild(rollbackModel, {
        ...child,
        workflowId: workflowIds.rollbackModel(model, look.against),
        args: [{ model, fromVersion: look.against, who: 'monitor', why: `version ${version} is ${why}` }],
        staticSummary: `Roll back ${model}/${look.against} after its trial`,
      });
    }
  } catch (error) {
    if (error instanceof ChildWorkflowFailure) return rootCause(error) ?? error.message;
    // Somebody does the same by hand at the moment.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return null;
}
