import { replaceOpenSlots } from '../../db/detect/expectations.ts';
import { lockExpectations, readProfiles } from '../../db/detect/job-profiles.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { slotsAhead } from '../../models/detect/schedule/slots-ahead.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';

/**
 * Keeps the ledger of slots for the next eight days, of all jobs or those given, by their schedules as they are now.
 * Slots that are over or being filled are left as they are; the same schedule again changes nothing.
 */
export function createKeepSlots({ pool, calendar }: Dependencies) {
  return async function keepSlots(input: { asOf: string; jobIds?: number[] }): Promise<{ changed: number }> {
    const asOfMs = Date.parse(input.asOf);
    return withHeartbeat(() =>
      withTransaction(pool, async (client) => {
        await lockExpectations(client);
        let changed = 0;
        for (const { jobId, schedule } of await readProfiles(client, input.jobIds ?? null)) {
          const { slots, ...span } = slotsAhead(schedule, asOfMs, calendar);
          changed += await replaceOpenSlots(client, jobId, slots, span);
        }
        if (changed > 0) await announceChange(client, 'expectations');
        return { changed };
      }),
    );
  };
}
