import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { ingest } from './calls.ts';
import { ingestOnce } from './collect.ts';
import { batchOf, workflowIds } from './names.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface CollectEventsOutcome {
  packed: number;
  loaded: number;
}

/** What keeps on coming after so many rounds is for the next collection, so that histories stay short. */
const MAX_ROUNDS = 20;
const SOURCE = 'events';

/**
 * Packs what jobs told into originals and has these loaded, until nothing waits. When an event arrives, and every
 * 30 s by schedule.
 */
export async function collectEvents(): Promise<CollectEventsOutcome> {
  upsertSearchAttributes([{ key: sourceKey, value: SOURCE }]);
  const outcome = { packed: 0, loaded: 0 };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { packed } = await ingest.packEvents();
    outcome.packed += packed;
    const { files } = await ingest.listPendingFiles({ source: SOURCE });
    if (files.length === 0) break;
    setCurrentDetails(`Loading ${files.length} files of events`);
    const ingested = await ingestOnce(workflowIds.ingestFiles(SOURCE, batchOf(files)), SOURCE, files);
    if (ingested === null) break;
    outcome.loaded += ingested.rowsLoaded;
  }
  upsertSearchAttributes([{ key: outcomeKey, value: outcome.packed === 0 ? 'nothing-new' : 'loaded' }]);
  setCurrentDetails(
    outcome.packed === 0 ? 'Nothing new' : `${outcome.packed} events packed, ${outcome.loaded} loaded`,
  );
  return outcome;
}
