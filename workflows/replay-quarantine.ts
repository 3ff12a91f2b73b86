import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ReplayOutcome } from '../activities/load/replay-files.ts';
import { deliverPending, ingest } from './calls.ts';
import { requireInput } from './input.ts';
import { look } from './look.ts';
import { outcomeKey, sourceKey } from './search-attributes.ts';

export interface ReplayQuarantineInput {
  /** Only files of this source. */
  source?: string;
  /** Only the file with this SHA-256. */
  sha256?: string;
  /** Who asks for it, and why: kept in the audit log. */
  who: string;
  why: string;
}

export type ReplayQuarantineOutcome = Omit<ReplayOutcome, 'nextAfterId'> & {
  opened: number;
  resolved: number;
};

/** Reads files with refused rows again, after a rule or a contract changed; then tells what their runs tell. */
export async function replayQuarantine(input: ReplayQuarantineInput): Promise<ReplayQuarantineOutcome> {
  requireInput('replayQuarantine', input, { who: 'text', why: 'text' });
  const { source, sha256, who, why } = input;
  if (source !== undefined) upsertSearchAttributes([{ key: sourceKey, value: source }]);
  const { workflowId } = workflowInfo();
  const total: ReplayQuarantineOutcome = { ...NOTHING };
  for (let afterId: number | null = 0; afterId !== null; ) {
    setCurrentDetails(accountOf(total));
    const { nextAfterId, ...part }: ReplayOutcome = await ingest.replayFiles({
      source,
      sha256,
      afterId,
      who,
      why,
      workflowId,
    });
    for (const key of Object.keys(part) as (keyof typeof part)[]) total[key] += part[key];
    afterId = nextAfterId;
  }
  if (total.rowsLoaded + total.reopened > 0) {
    Object.assign(total, await look());
    await ingest.refreshQuality({ source: source ?? null });
  }
  await deliverPending();
  const isLeft = total.rowsRefused + total.unreadable > 0;
  upsertSearchAttributes([{ key: outcomeKey, value: isLeft ? 'partial' : 'loaded' }]);
  setCurrentDetails(accountOf(total));
  return total;
}

const NOTHING: ReplayQuarantineOutcome = {
  files: 0,
  rowsLoaded: 0,
  rowsDuplicate: 0,
  rowsExpired: 0,
  rowsRefused: 0,
  reopened: 0,
  unreadable: 0,
  opened: 0,
  resolved: 0,
};

const accountOf = (total: ReplayQuarantineOutcome): string =>
  `${total.files} files read again: ${total.rowsLoaded} rows loaded, ${total.rowsDuplicate} duplicate, ` +
  `${total.rowsRefused} still refused`;
