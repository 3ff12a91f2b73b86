import { refreshQuality } from '../../db/load/quality.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';

/**
 * Computes the quality of days: those to which some files belong, else all of a source, else (null) all. From the
 * tables as they are, so that it may be done again at any time.
 */
export function createRefreshQuality({ pool }: Dependencies) {
  return async function refreshQualityOf(
    input: { files: string[] } | { source: string | null },
  ): Promise<{ days: number }> {
    const scope = 'files' in input ? { sha256s: input.files } : { source: input.source ?? undefined };
    return withHeartbeat(() =>
      withTransaction(pool, async (client) => {
        // Two at once would each overwrite what the other has seen and it has not.
        await client.query(`select pg_advisory_xact_lock(hashtextextended('quality', 0))`);
        const days = await refreshQuality(client, scope);
        if (days > 0) await announceChange(client, 'runs');
        return { days };
      }),
    );
  };
}
