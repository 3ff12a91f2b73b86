import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  executeChild,
  ParentClosePolicy,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { deliverPending, ingest } from './calls.ts';
import { type IngestOutcome, ingestFiles } from './ingest-files.ts';
import { requireInput } from './input.ts';
import { batchOf, TASK_QUEUES, workflowIds } from './names.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface CollectInput {
  /** Name of a configured source. */
  source: string;
}

export interface CollectOutcome {
  stored: number;
  /** The workflow that loads what waited; null when nothing did. */
  ingestWorkflowId: string | null;
  /** null: nothing waited, or that workflow was running already. */
  ingest: IngestOutcome | null;
}

/** Looks into the drop folder of a source, keeps what is new, and has it loaded. Every 30 s by schedule. */
export async function collect(input: CollectInput): Promise<CollectOutcome> {
  requireInput('collect', input, { source: 'text' });
  const { source } = input;
  upsertSearchAttributes([{ key: sourceKey, value: source }]);
  const { arrivals } = await ingest.discoverFiles({ source });
  let stored = 0;
  if (arrivals.length > 0) {
    setCurrentDetails(`Keeping the originals of ${arrivals.length} new files`);
    ({ stored } = await ingest.storeOriginals({ source, arrivals }));
  }
  const { files } = await ingest.listPendingFiles({ source });
  if (files.length === 0) {
    await deliverPending();
    upsertSearchAttributes([{ key: outcomeKey, value: 'nothing-new' }]);
    setCurrentDetails('Nothing new');
    return { stored, ingestWorkflowId: null, ingest: null };
  }
  setCurrentDetails(`Loading ${files.length} files`);
  const ingestWorkflowId = workflowIds.ingestFiles(source, batchOf(files));
  const outcome = await ingestOnce(ingestWorkflowId, source, files);
  const said = outcome === null ? 'in-progress' : outcome.refused + outcome.held > 0 ? 'partial' : 'loaded';
  upsertSearchAttributes([{ key: outcomeKey, value: said }]);
  setCurrentDetails(
    outcome === null
      ? 'These files are being loaded already'
      : `${outcome.loaded} files loaded, ${outcome.refused} refused, ${outcome.held} held`,
  );
  return { stored, ingestWorkflowId, ingest: outcome };
}

/** The batch is its files: started twice it is one workflow. */
export async function ingestOnce(
  workflowId: string,
  source: string,
  files: string[],
): Promise<IngestOutcome | null> {
  try {
    return await executeChild(ingestFiles, {
      workflowId,
      taskQueue: TASK_QUEUES.control,
      args: [{ source, files }],
      // A collection that is terminated by hand must not take the loading down with it.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Load ${files.length} files of ${source}`,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}
