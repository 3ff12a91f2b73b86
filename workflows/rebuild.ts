import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Comparison, RecoverOutcome } from '../activities/load/rebuild.ts';
import { ingest } from './calls.ts';
import { requireInput } from './input.ts';
import { outcomeKey } from './search-attributes.ts';

export interface RebuildInput {
  /** Only compare the tables in use with what the originals say. */
  check?: boolean;
  /** Who asks for it, and why: kept in the audit log. */
  who: string;
  why: string;
}

export interface RebuildOutcome extends RecoverOutcome {
  files: number;
  /** Of a check; null when the tables were exchanged. */
  comparison: Comparison | null;
}

/**
 * Makes every table that follows from the originals anew, beside those in use, and exchanges them in one transaction;
 * or compares the two and throws the new ones away.
 */
export async function rebuild(input: RebuildInput): Promise<RebuildOutcome> {
  requireInput('rebuild', input, { who: 'text', why: 'text' });
  const { check = false, who, why } = input;
  const { workflowId } = workflowInfo();
  const recovery = check ? NOTHING_RECOVERED : await ingest.recoverLedger();
  const { files } = await ingest.beginRebuild();
  let comparison: Comparison | null = null;
  for (;;) {
    await readAll(files);
    if (check) {
      setCurrentDetails('Comparing');
      comparison = await ingest.compareRebuild();
      if (comparison !== null) break;
    } else {
      setCurrentDetails('Exchanging the tables');
      const { finished } = await ingest.finishRebuild({ who, why, workflowId });
      if (finished) break;
    }
  }
  if (check) await ingest.dropRebuild();
  else await ingest.refreshQuality({ source: null });
  const said = comparison === null ? 'rebuilt' : comparison.differences.length === 0 ? 'equal' : 'different';
  upsertSearchAttributes([{ key: outcomeKey, value: said }]);
  setCurrentDetails(`${files} files: ${said}`);
  return { ...recovery, files, comparison };
}

const NOTHING_RECOVERED: RecoverOutcome = { originals: 0, recovered: 0, unknown: 0 };

async function readAll(files: number): Promise<void> {
  let waiting = files;
  do {
    const progress = `${Math.max(0, files - waiting)} of ${files} files read`;
    setCurrentDetails(progress);
    ({ waiting } = await ingest.rebuildFiles.executeWithOptions({ summary: progress }, []));
  } while (waiting > 0);
}
