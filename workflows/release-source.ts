import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild, ParentClosePolicy, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { control, deliverPending } from './calls.ts';
import { type IngestOutcome, ingestFiles } from './ingest-files.ts';
import { requireInput } from './input.ts';
import { batchOf, TASK_QUEUES, workflowIds } from './names.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface ReleaseSourceInput {
  source: string;
  /** Who lets it through, and why: kept in the audit log. */
  who: string;
  why: string;
}

export interface ReleaseSourceOutcome {
  /** Files that were held and are let through. */
  released: number;
  /** Whether the source had been stopped. */
  resumed: boolean;
  /** What came of the released files; null when there were none. */
  ingest: IngestOutcome | null;
}

/** Files of one load: its arguments stay below 64 KB. What is more waits for the next collection. */
const BATCH_FILES = 200;

/** Lets through what the limit of refused rows holds, and starts the intake of the source again. */
export async function releaseSource(input: ReleaseSourceInput): Promise<ReleaseSourceOutcome> {
  requireInput('releaseSource', input, { source: 'text', who: 'text', why: 'text' });
  const { source, who, why } = input;
  upsertSearchAttributes([{ key: sourceKey, value: source }]);
  const { workflowId } = workflowInfo();
  const { released, resumed } = await control.releaseSource({ source, who, why, workflowId });
  await deliverPending();
  const files = released.slice(0, BATCH_FILES);
  const ingest = files.length === 0 ? null : await load(source, files);
  upsertSearchAttributes([{ key: outcomeKey, value: resumed ? 'released' : 'nothing-held' }]);
  return { released: released.length, resumed, ingest };
}

async function load(source: string, files: string[]): Promise<IngestOutcome | null> {
  try {
    return await executeChild(ingestFiles, {
      workflowId: workflowIds.ingestFiles(source, batchOf(files)),
      taskQueue: TASK_QUEUES.control,
      args: [{ source, files }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Load ${files.length} released files of ${source}`,
    });
  } catch (error) {
    // The collection was faster: it loads them.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}
