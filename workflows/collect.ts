import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
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
import { deliverPending, ingest } from './calls.ts';
import { type IngestOutcome, ingestFiles, sumOf } from './ingest-files.ts';
import { requireInput } from './input.ts';
import { batchOf, TASK_QUEUES, workflowIds } from './names.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface CollectInput {
  /** Name of a configured source. */
  source: string;
  /** Take these paths inside its folder, and those that `arrived` tells, instead of looking into all of it. */
  paths?: string[];
  /** Read the pages of its servers first. */
  scrape?: boolean;
  /** What an earlier part of the same collection did; set when its history became long. */
  sofar?: Progress;
}

export interface CollectOutcome {
  stored: number;
  /** The workflow that loaded last; null when nothing waited. */
  ingestWorkflowId: string | null;
  /** Over all batches; null: nothing waited, or it was being loaded already. */
  ingest: IngestOutcome | null;
}

interface Progress extends CollectOutcome {
  /** Go on looking after this name; null: the folder was looked through. */
  after: string | null;
}

/**
 * A watcher saw that files of the source are complete: paths inside its folder, and those of them that were renamed
 * into place.
 */
export const arrived = defineSignal<[string[], string[]?]>('arrived');

/** Paths in one payload: some kilobytes. */
const PATHS_AT_ONCE = 200;
const PATHS_KEPT = 1_000;
/** Histories stay readable, and far below the 50,000 events that Temporal allows. */
const LONG_HISTORY_EVENTS = 5_000;

/**
 * Looks into the drop folder of a source, keeps what is new, and has it loaded, page by page, loading what is stored
 * while more is being stored. Every 30 s by schedule, and at once when a watcher tells of complete files.
 */
export async function collect(input: CollectInput): Promise<CollectOutcome> {
  requireInput('collect', input, { source: 'text' });
  const { source } = input;
  upsertSearchAttributes([{ key: sourceKey, value: source }]);
  if (!patched('paged-collection')) return collectOnce(source);
  if (input.scrape && input.sofar === undefined) await ingest.scrapeTargets({ source });
  const outcome = await (input.paths === undefined
    ? collectFolder(source, input.sofar)
    : collectPaths(source, input.paths));
  if (outcome.ingestWorkflowId === null) await deliverPending();
  upsertSearchAttributes([{ key: outcomeKey, value: wordOf(outcome) }]);
  setCurrentDetails(sentenceOf(outcome));
  return outcome;
}

async function collectFolder(source: string, sofar: Progress | undefined): Promise<CollectOutcome> {
  const progress: Progress = sofar ?? { stored: 0, ingestWorkflowId: null, ingest: null, after: '' };
  let isStoring = progress.after !== null;
  let isLong = false;
  let fresh = false;

  const storePages = async () => {
    while (isStoring) {
      const page = await ingest.storeFiles({ source, ...(progress.after && { after: progress.after }) });
      progress.stored += page.stored;
      progress.after = page.next;
      fresh ||= page.stored > 0;
      isStoring = page.next !== null && !isLong;
      setCurrentDetails(sentenceOf(progress));
    }
  };
  const loadBatches = async () => {
    while (!isLong) {
      fresh = false;
      const { files } = await ingest.listPendingFiles({ source });
      if (files.length > 0) {
        // Files that still wait although they were loaded would be loaded for ever.
        if (workflowIds.ingestFiles(source, batchOf(files)) === progress.ingestWorkflowId) return;
        if (!(await loadBatch(progress, source, files))) return;
      } else if (isStoring || fresh) await condition(() => fresh || !isStoring);
      else return;
      isLong = workflowInfo().historyLength > LONG_HISTORY_EVENTS;
    }
  };
  await Promise.all([storePages(), loadBatches()]);
  if (isLong) await continueAsNew<typeof collect>({ source, sofar: progress });
  const { after: _, ...outcome } = progress;
  return outcome;
}

async function collectPaths(source: string, first: string[]): Promise<CollectOutcome> {
  const outcome: CollectOutcome = { stored: 0, ingestWorkflowId: null, ingest: null };
  const paths = [...first];
  const moved = new Set<string>();
  setHandler(arrived, (more, renamed = []) => {
    paths.push(...more);
    for (const name of renamed) moved.add(name);
    // Of more than this the look into the folder takes care.
    paths.splice(0, Math.max(0, paths.length - PATHS_KEPT));
  });
  while (paths.length > 0) {
    if (workflowInfo().historyLength > LONG_HISTORY_EVENTS)
      await continueAsNew<typeof collect>({ source, paths });
    // The newest first: what just came does not wait for a flood before it.
    const now = paths.splice(-PATHS_AT_ONCE);
    const { stored, files, next } = await ingest.storeFiles({
      source,
      paths: now,
      moved: now.filter((name) => moved.has(name)),
    });
    for (const name of now) moved.delete(name);
    if (next !== null) paths.push(...now);
    outcome.stored += stored;
    if (files.length > 0) await loadBatch(outcome, source, files);
  }
  return outcome;
}

/** Has a batch loaded and adds what came of it. False when somebody else is loading it. */
async function loadBatch(outcome: CollectOutcome, source: string, files: string[]): Promise<boolean> {
  outcome.ingestWorkflowId = workflowIds.ingestFiles(source, batchOf(files));
  const loaded = await ingestOnce(outcome.ingestWorkflowId, source, files);
  if (loaded !== null) outcome.ingest = outcome.ingest === null ? loaded : sumOf(outcome.ingest, loaded);
  return loaded !== null;
}

function wordOf({ ingestWorkflowId, ingest: ingested }: CollectOutcome): string {
  if (ingestWorkflowId === null) return 'nothing-new';
  if (ingested === null) return 'in-progress';
  return ingested.refused > 0 ? 'partial' : 'loaded';
}

function sentenceOf({ stored, ingestWorkflowId, ingest: ingested }: CollectOutcome): string {
  if (ingested !== null) return `${ingested.loaded} files loaded, ${ingested.refused} refused`;
  if (ingestWorkflowId !== null) return 'These files are being loaded already';
  return stored > 0 ? `${stored} originals kept` : 'Nothing new';
}

/** How collections went before they were paged; those that run on are finished so. */
async function collectOnce(source: string): Promise<CollectOutcome> {
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
