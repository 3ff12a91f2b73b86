import { executeChild, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { RedactOutcome } from '../activities/load/erase-owner.ts';
import { ingest } from './calls.ts';
import { requireInput } from './input.ts';
import { TASK_QUEUES, workflowIds } from './names.ts';
import { rebuild } from './rebuild.ts';
import { outcomeKey } from './search-attributes.ts';

export interface EraseOwnerInput {
  /** Number of the request: histories are kept, so they never name the person. */
  erasureId: number;
}

/**
 * Erases a person everywhere: from the originals, from the tables by making them anew from these, and from every
 * other text.
 */
export async function eraseOwner(input: EraseOwnerInput): Promise<RedactOutcome> {
  requireInput('eraseOwner', input, { erasureId: 'number' });
  const { erasureId } = input;
  const { workflowId } = workflowInfo();
  setCurrentDetails('Reading every original');
  const redacted = await ingest.redactOriginals({ erasureId });
  setCurrentDetails(`${redacted.originals} originals replaced; making the tables anew`);
  await executeChild(rebuild, {
    workflowId: workflowIds.rebuild,
    taskQueue: TASK_QUEUES.control,
    args: [{ who: workflowId, why: 'originals were redacted' }],
    staticSummary: 'Make the tables anew from redacted originals',
  });
  await ingest.finishErasure({ erasureId, workflowId });
  upsertSearchAttributes([{ key: outcomeKey, value: 'erased' }]);
  setCurrentDetails(`Erased: ${redacted.originals} originals replaced, ${redacted.deleted} objects deleted`);
  return redacted;
}
