import { patched } from '@temporalio/workflow';
import { control, looks } from './calls.ts';

/** How many incidents were opened and how many resolved. */
export interface LookOutcome {
  opened: number;
  resolved: number;
}

/** Looks at what was loaded, as of an instant (ISO 8601; left out: now). The messages are then in the outbox. */
export async function look(asOf?: string): Promise<LookOutcome> {
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  const { opened, resolved } = await (patched('detect') ? looks.detect(now) : looks.detectFailures(now));
  return { opened, resolved };
}
