import { type Client, WorkflowFailedError } from '@temporalio/client';
import { innermostCause } from '../services/innermost-cause.ts';
import type * as workflows from '../workflows/index.ts';
import { TASK_QUEUES } from '../workflows/names.ts';

type WorkflowName = Exclude<keyof typeof workflows, 'decide' | 'lookAgain' | 'markDone' | 'runsKnown'>;
type Outcome<Name extends WorkflowName> = Awaited<ReturnType<(typeof workflows)[Name]>>;
type Input<Name extends WorkflowName> = NonNullable<Parameters<(typeof workflows)[Name]>[0]>;

/** A workflow ended as failed; the message is that of its cause. Exit code 1. */
export class WorkflowEndedBadly extends Error {
  override name = 'WorkflowEndedBadly';
}

/**
 * Starts a workflow under its business key and waits for its result; when one with that id runs, waits for that.
 *
 * @throws WorkflowEndedBadly with the sentence of the innermost cause.
 */
export async function runWorkflow<Name extends WorkflowName>(
  client: Client,
  name: Name,
  workflowId: string,
  input: Input<Name>,
  summary: string,
): Promise<Outcome<Name>> {
  const handle = await client.workflow.start(name, {
    workflowId,
    taskQueue: TASK_QUEUES.control,
    args: [input],
    staticSummary: summary,
    workflowIdConflictPolicy: 'USE_EXISTING',
  } as never);
  try {
    return (await handle.result()) as Outcome<Name>;
  } catch (error) {
    throw error instanceof WorkflowFailedError
      ? new WorkflowEndedBadly(innermostCause(error).message)
      : error;
  }
}
