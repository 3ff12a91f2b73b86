import { ApplicationFailure, type WorkflowUpdateFailedError } from '@temporalio/client';
import { innermostCause } from './innermost-cause.ts';

/** Whether an update failed because its workflow ended before it heard of it: its own end says better why. */
export function endedUnheard(failed: WorkflowUpdateFailedError): boolean {
  const cause = innermostCause(failed);
  return cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow';
}
