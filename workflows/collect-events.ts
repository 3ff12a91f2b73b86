import {
  condition,
  continueAsNew,
  defineSignal,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { deliverPending, ingest } from './calls.ts';
import { ingestOnce } from './collect.ts';
import { look } from './look.ts';
import { batchOf, EVENT_ARRIVED, workflowIds } from './names.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface CollectEventsOutcome {
  packed: number;
  loaded: number;
}

/** After so many rounds it goes on as a new run, so that histories stay short. */
const MAX_ROUNDS = 20;
const SOURCE = 'events';
const eventArrived = defineSignal(EVENT_ARRIVED);

/**
 * Packs what jobs told into originals and loads these, until nothing waits; then people are told what the runs tell.
 * Started when an event arrives, and every 30 s by schedule. An event that arrives meanwhile is loaded at once, also
 * while a message is on its way: a dead mail server holds up no data.
 */
export async function collectEvents(): Promise<CollectEventsOutcome> {
  let arrived = true;
  setHandler(eventArrived, () => {
    arrived = true;
  });
  upsertSearchAttributes([{ key: sourceKey, value: SOURCE }]);
  const outcome = { packed: 0, loaded: 0 };
  if (!patched('events-without-child')) return collectByChild(outcome);
  let telling: Promise<unknown> = Promise.resolve();
  for (let round = 0; arrived; round++) {
    if (round === MAX_ROUNDS) await continueAsNew<typeof collectEvents>();
    arrived = false;
    const { packed } = await ingest.packEvents();
    outcome.packed += packed;
    const { files } = await ingest.listPendingFiles({ source: SOURCE });
    if (files.length > 0) {
      // More may wait than is packed or listed at once.
      arrived = true;
      setCurrentDetails(`Loading ${files.length} files of events`);
      const loaded = await load(files);
      outcome.loaded += loaded;
      if (loaded > 0 && (await detect())) telling = Promise.all([telling, deliverPending()]);
      if (patched('event-quality')) await ingest.refreshQuality({ files });
    }
    if (!arrived) await Promise.race([telling, condition(() => arrived)]);
  }
  upsertSearchAttributes([{ key: outcomeKey, value: outcome.packed === 0 ? 'nothing-new' : 'loaded' }]);
  setCurrentDetails(
    outcome.packed === 0 ? 'Nothing new' : `${outcome.packed} events packed, ${outcome.loaded} loaded`,
  );
  return outcome;
}

/** What workflows do that were started while the loading had a workflow of its own. */
async function collectByChild(outcome: CollectEventsOutcome): Promise<CollectEventsOutcome> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { packed } = await ingest.packEvents();
    outcome.packed += packed;
    const { files } = await ingest.listPendingFiles({ source: SOURCE });
    if (files.length === 0) break;
    const ingested = await ingestOnce(workflowIds.ingestFiles(SOURCE, batchOf(files)), SOURCE, files);
    if (ingested === null) break;
    outcome.loaded += ingested.rowsLoaded;
  }
  upsertSearchAttributes([{ key: outcomeKey, value: outcome.packed === 0 ? 'nothing-new' : 'loaded' }]);
  return outcome;
}

/** Resolves to how many events were new. */
async function load(files: string[]): Promise<number> {
  let rowsLoaded = 0;
  for (let from = 0; from < files.length; ) {
    const loaded = await ingest.loadFiles({ files: files.slice(from) });
    from += loaded.done;
    rowsLoaded += loaded.rowsLoaded;
  }
  return rowsLoaded;
}

/** Whether there is something that people are to be told. */
async function detect(): Promise<boolean> {
  const { opened, resolved } = await look();
  return opened + resolved > 0;
}
