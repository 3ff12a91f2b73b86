import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { control, ingest } from './calls.ts';
import { outcomeKey } from './search-attributes.ts';

export interface LearnInput {
  /** Learn from what was known at this instant; ISO 8601. Left out: now. */
  asOf?: string;
}

export interface LearnOutcome {
  jobs: number;
  withSchedule: number;
  /** Jobs that follow another. */
  following: number;
}

/** Learns what is usual of every job: when it runs, what its runs take and write, which job it follows. */
export async function learn({ asOf }: LearnInput = {}): Promise<LearnOutcome> {
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  const { jobs, withSchedule, changed } = await ingest.learnProfiles(now);
  await ingest.keepSlots(now);
  const { following } = await ingest.learnFollows(now);
  upsertSearchAttributes([{ key: outcomeKey, value: 'learned' }]);
  setCurrentDetails(
    `${jobs} jobs: ${withSchedule} keep a schedule, ${changed} another one than before, ${following} follow another`,
  );
  return { jobs, withSchedule, following };
}
