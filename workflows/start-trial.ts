import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { control } from './calls.ts';
import { TASK_QUEUES, workflowIds } from './names.ts';
import type { TrialInput, trialModel } from './trial-model.ts';

/**
 * Begins a trial and leaves it to its workflow, which outlives this one.
 *
 * @returns `taken` where another version is on trial in this role, `pointless` where there is no champion beside it
 */
export async function startTrial(input: TrialInput): Promise<{ state: 'begun' | 'taken' | 'pointless' }> {
  const { model, version, role, days, who, why } = input;
  const workflowId = workflowIds.trialModel(model, version, role, workflowInfo().runId);
  const begun = await control.beginTrial({ model, version, role, days, who, why, workflowId });
  if (begun.state !== 'begun') return begun;
  await startChild<typeof trialModel>('trialModel', {
    workflowId,
    taskQueue: TASK_QUEUES.control,
    args: [input],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `${model}/${version} beside version ${begun.against} for ${days} days`,
  });
  return begun;
}
