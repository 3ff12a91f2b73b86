import { patched, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { FileOutcome } from '../activities/load/load-file.ts';
import type { LoadOutcome } from '../activities/load/load-files.ts';
import { deliverPending, ingest } from './calls.ts';
import { requireInput } from './input.ts';
import { look } from './look.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface IngestInput {
  source: string;
  /** SHA-256 of stored originals. */
  files: string[];
  /** Act as if now were this instant; ISO 8601. */
  asOf?: string;
}

type LoadCounts = Omit<LoadOutcome, 'done'>;

export interface IngestOutcome extends LoadCounts {
  opened: number;
  resolved: number;
}

const NOTHING: IngestOutcome = {
  loaded: 0,
  refused: 0,
  held: 0,
  rowsIn: 0,
  rowsLoaded: 0,
  rowsDuplicate: 0,
  rowsQuarantined: 0,
  opened: 0,
  resolved: 0,
};

/** Loads stored files into PostgreSQL, then tells people what their runs tell. */
export async function ingestFiles(input: IngestInput): Promise<IngestOutcome> {
  requireInput('ingestFiles', input, { source: 'text', files: 'texts' });
  const { source, files, asOf } = input;
  upsertSearchAttributes([{ key: sourceKey, value: source }]);
  const outcome = { ...NOTHING };
  await (patched('load-files') ? loadTogether(files, outcome) : loadOneByOne(files, outcome));
  if (outcome.rowsLoaded > 0) Object.assign(outcome, await look(asOf));
  const refresh = async () => {
    if (outcome.loaded > 0 && patched('quality')) await ingest.refreshQuality({ files });
  };
  // Who is to hear of a failure does not wait for the figures of the page.
  if (patched('tell-beside-quality')) await Promise.all([deliverPending(), refresh()]);
  else {
    await refresh();
    await deliverPending();
  }
  upsertSearchAttributes([
    { key: outcomeKey, value: outcome.refused + outcome.held > 0 ? 'partial' : 'loaded' },
  ]);
  setCurrentDetails(accountOf(outcome));
  return outcome;
}

/** What two batches came to. */
export const sumOf = (one: IngestOutcome, other: IngestOutcome): IngestOutcome =>
  Object.fromEntries(
    Object.entries(one).map(([key, count]) => [key, count + other[key as keyof IngestOutcome]]),
  ) as unknown as IngestOutcome;

/** A call takes as many files as it can load in about a minute, so that progress is seen. */
async function loadTogether(files: string[], outcome: IngestOutcome): Promise<void> {
  for (let from = 0; from < files.length; ) {
    const progress = `from file ${from + 1} of ${files.length}`;
    setCurrentDetails(`Loading ${progress}\n\n${accountOf(outcome)}`);
    const loaded = await ingest.loadFiles.executeWithOptions({ summary: progress }, [
      { files: files.slice(from) },
    ]);
    from += loaded.done;
    addTo(outcome, loaded);
  }
}

/** What workflows do that were started before `loadFiles` existed. */
async function loadOneByOne(files: string[], outcome: IngestOutcome): Promise<void> {
  for (const [index, sha256] of files.entries()) {
    const summary = `file ${index + 1} of ${files.length}: ${sha256.slice(0, 12)}`;
    setCurrentDetails(`${summary}\n\n${accountOf(outcome)}`);
    const file = await ingest.loadFile.executeWithOptions({ summary }, [{ sha256 }]);
    addTo(outcome, countsOf(file));
  }
}

const countsOf = (file: FileOutcome): LoadCounts =>
  file.state === 'loaded'
    ? { ...file, loaded: 1, refused: 0, held: 0 }
    : { loaded: 0, refused: 1, held: 0, rowsIn: 0, rowsLoaded: 0, rowsDuplicate: 0, rowsQuarantined: 0 };

function addTo(outcome: IngestOutcome, loaded: LoadCounts): void {
  outcome.loaded += loaded.loaded;
  outcome.refused += loaded.refused;
  // Results of calls that were made before files could be held have none.
  outcome.held += loaded.held ?? 0;
  outcome.rowsIn += loaded.rowsIn;
  outcome.rowsLoaded += loaded.rowsLoaded;
  outcome.rowsDuplicate += loaded.rowsDuplicate;
  outcome.rowsQuarantined += loaded.rowsQuarantined;
}

const accountOf = (outcome: IngestOutcome): string =>
  [
    `${outcome.loaded} files loaded, ${outcome.refused} refused, ${outcome.held} held`,
    `${outcome.rowsIn} rows in = ${outcome.rowsLoaded} loaded + ${outcome.rowsDuplicate} duplicate` +
      ` + ${outcome.rowsQuarantined} quarantined`,
    `${outcome.opened} incidents opened, ${outcome.resolved} resolved`,
  ].join('\n\n');
