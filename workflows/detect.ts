import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { deliverPending, looks } from './calls.ts';
import type { LookOutcome } from './look.ts';
import { outcomeKey } from './search-attributes.ts';

export interface DetectInput {
  /** Act as if now were this instant; ISO 8601. */
  asOf?: string;
}

/**
 * Looks at what no load tells of: slots whose deadline passed, runs that take too long, servers and sources that fell
 * silent. By schedule, also so that a message whose cause was committed while everything was down is sent.
 */
export async function detect(input: DetectInput = {}): Promise<LookOutcome> {
  const { asOf } = input;
  const { opened, resolved } = await looks.detect(asOf === undefined ? { unlessLoading: true } : { asOf });
  await deliverPending();
  const isQuiet = opened + resolved === 0;
  upsertSearchAttributes([{ key: outcomeKey, value: isQuiet ? 'nothing-new' : 'changed' }]);
  setCurrentDetails(isQuiet ? 'Nothing new' : `${opened} incidents opened, ${resolved} resolved`);
  return { opened, resolved };
}
