import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ParentClosePolicy,
  setCurrentDetails,
  startChild,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { deliverPending, looks } from './calls.ts';
import { learn } from './learn.ts';
import type { LookOutcome } from './look.ts';
import { TASK_QUEUES, workflowIds } from './names.ts';
import { outcomeKey } from './search-attributes.ts';

export interface DetectInput {
  /** Act as if now were this instant; ISO 8601. */
  asOf?: string;
}

/**
 * Looks at what no load tells of: slots whose deadline passed, runs that take too long, servers and sources that fell
 * silent. By schedule, also so that a message whose cause was committed while everything was down is sent. Has what is
 * usual of jobs learned when it is time.
 */
export async function detect(input: DetectInput = {}): Promise<LookOutcome> {
  const { asOf } = input;
  const outcome = await looks.detect(asOf === undefined ? { unlessLoading: true } : { asOf });
  const { opened, resolved } = outcome;
  if (outcome.isToLearn) await startLearning(asOf);
  await deliverPending();
  const isQuiet = opened + resolved === 0;
  upsertSearchAttributes([{ key: outcomeKey, value: isQuiet ? 'nothing-new' : 'changed' }]);
  setCurrentDetails(isQuiet ? 'Nothing new' : `${opened} incidents opened, ${resolved} resolved`);
  return { opened, resolved };
}

async function startLearning(asOf: string | undefined): Promise<void> {
  try {
    await startChild(learn, {
      workflowId: workflowIds.learn,
      taskQueue: TASK_QUEUES.control,
      args: [asOf === undefined ? {} : { asOf }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: 'Learn what is usual of every job',
    });
  } catch (error) {
    // It is under way.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
