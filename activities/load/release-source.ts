import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { lastArrival } from '../../db/estate-clock.ts';
import { findIntake, releaseHeld, resumeSource } from '../../db/load/intake.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import type { Dependencies } from '../dependencies.ts';
import { endSourceIncident } from '../detect/source-incidents.ts';
import { UnknownSource } from './collect-files.ts';
import { QUARANTINE_LIMIT } from './quarantine-gate.ts';

export interface ReleaseInput {
  source: string;
  who: string;
  why: string;
  workflowId: string;
}

export interface ReleaseOutcome {
  source: string;
  /** Hashes of the files that were held and are let through. */
  released: string[];
  /** Whether the source had been stopped. */
  resumed: boolean;
}

/**
 * Lets through what the limit of refused rows holds and starts the intake of the source again: files, source,
 * incident, message and audit line in one transaction. Where nothing is held and nothing stopped, nothing happens.
 */
export function createReleaseSource(dependencies: Dependencies) {
  const { pool, time, now } = dependencies;
  return async function releaseSource(input: ReleaseInput): Promise<ReleaseOutcome> {
    const { source, who, why, workflowId } = input;
    return withTransaction(pool, async (client) => {
      const { rowCount } = await client.query('select from source where name = $1 for update', [source]);
      if (rowCount === 0) throw new UnknownSource(`no source named "${source}" is configured`);
      const { pausedAt } = await findIntake(client, source);
      const released = await releaseHeld(client, source, QUARANTINE_LIMIT);
      const resumed = await resumeSource(client, source);
      if (released.length === 0 && !resumed) return { source, released, resumed };
      const lastKnown = time === 'data' ? await lastArrival(client) : null;
      const at = lastKnown ?? new Date(now());
      await endSourceIncident(client, dependencies, { variant: QUARANTINE_LIMIT, source, at });
      await saveAuditEntry(client, {
        who,
        action: 'release-source',
        subject: `source ${source}`,
        why,
        before: { pausedAt, held: released },
        after: { pausedAt: null, held: [] },
        workflowId,
      });
      await announceChange(client, 'runs');
      return { source, released, resumed };
    });
  };
}
