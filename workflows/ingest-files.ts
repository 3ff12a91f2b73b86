import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { FileOutcome } from '../activities/load-file.ts';
import { control, deliverPending, ingest } from './calls.ts';
import { requireInput } from './input.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface IngestInput {
  source: string;
  /** SHA-256 of stored originals. */
  files: string[];
  /** Act as if now were this instant; ISO 8601. */
  asOf?: string;
}

export interface IngestOutcome {
  loaded: number;
  refused: number;
  rowsIn: number;
  rowsLoaded: number;
  rowsDuplicate: number;
  rowsQuarantined: number;
  opened: number;
  resolved: number;
}

const NOTHING: IngestOutcome = {
  loaded: 0,
  refused: 0,
  rowsIn: 0,
  rowsLoaded: 0,
  rowsDuplicate: 0,
  rowsQuarantined: 0,
  opened: 0,
  resolved: 0,
};

/** Loads stored files into PostgreSQL, one after the other, then tells people what their runs tell. */
export async function ingestFiles(input: IngestInput): Promise<IngestOutcome> {
  requireInput('ingestFiles', input, { source: 'text', files: 'texts' });
  const { source, files, asOf } = input;
  upsertSearchAttributes([{ key: sourceKey, value: source }]);
  const outcome = { ...NOTHING };
  for (const [index, sha256] of files.entries()) {
    setCurrentDetails(
      `File ${index + 1} of ${files.length}: ${sha256.slice(0, 12)}\n\n${accountOf(outcome)}`,
    );
    const summary = `file ${index + 1} of ${files.length}: ${sha256.slice(0, 12)}`;
    add(outcome, await ingest.loadFile.executeWithOptions({ summary }, [{ sha256 }]));
  }
  if (outcome.rowsLoaded > 0) {
    const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
    const { opened, resolved } = await control.detectFailures(now);
    Object.assign(outcome, { opened, resolved });
  }
  await deliverPending();
  upsertSearchAttributes([{ key: outcomeKey, value: outcome.refused > 0 ? 'partial' : 'loaded' }]);
  setCurrentDetails(accountOf(outcome));
  return outcome;
}

function add(outcome: IngestOutcome, file: FileOutcome): void {
  if (file.state === 'refused') {
    outcome.refused += 1;
    return;
  }
  outcome.loaded += 1;
  outcome.rowsIn += file.rowsIn;
  outcome.rowsLoaded += file.rowsLoaded;
  outcome.rowsDuplicate += file.rowsDuplicate;
  outcome.rowsQuarantined += file.rowsQuarantined;
}

const accountOf = (outcome: IngestOutcome): string =>
  [
    `${outcome.loaded} files loaded, ${outcome.refused} refused`,
    `${outcome.rowsIn} rows in = ${outcome.rowsLoaded} loaded + ${outcome.rowsDuplicate} duplicate` +
      ` + ${outcome.rowsQuarantined} quarantined`,
    `${outcome.opened} incidents opened, ${outcome.resolved} resolved`,
  ].join('\n\n');
