import { beat } from '../../db/detect/heartbeats.ts';
import { loadHistories } from '../../db/forecast/history.ts';
import { saveFollows } from '../../db/job-follows.ts';
import { withTransaction } from '../../db/pool.ts';
import { learnUpstreams } from '../../models/detect/learn-upstreams.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';

/** Part of the system whose heartbeat is the last learning. */
export const LEARN = 'learn';

/** Learns which jobs follow which, from what was known at an instant, and keeps it instead of what was known. */
export function createLearnFollows({ pool }: Dependencies) {
  return async function learnFollows(input: { asOf: string }): Promise<{ jobs: number; following: number }> {
    const asOf = new Date(input.asOf);
    return withHeartbeat(() =>
      withTransaction(pool, async (client) => {
        const histories = await loadHistories(client, asOf);
        const upstreams = learnUpstreams(histories, asOf.getTime());
        await saveFollows(client, upstreams, asOf);
        const learned = { jobs: histories.length, following: upstreams.size };
        await beat(client, LEARN, asOf, learned);
        return learned;
      }),
    );
  };
}
