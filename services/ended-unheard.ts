import { ApplicationFailure, type WorkflowUpdateFailedError } from '@temporalio/client';

/** Whether an update failed because its workflow ended before it heard of it: its own end says better why. */
export function endedUnheard(failed: WorkflowUpdateFailedError): boolean {
  let cause: Error = failed;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow';
}
