import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { eraseFromTables, findErasure, markOriginalMissing, relinkOriginal } from '../../db/load/erasures.ts';
import { listSources } from '../../db/load/sources.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { type ArchiveLimits, DEFAULT_ARCHIVE_LIMITS, intakeOf } from '../../models/intake/intake-options.ts';
import { BUCKETS, type KeptOriginal } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { InvalidInput } from '../resolve-as-of.ts';
import { pseudonymOf } from './pseudonyms.ts';
import { names, objectNames, storeRedacted } from './redact-original.ts';
import { refusalOf } from './table-reader.ts';

export interface RedactOutcome {
  /** Originals that named the person and were replaced. */
  originals: number;
  /** Archives of such originals, and snapshots of trainings, that were deleted. */
  deleted: number;
  /** Originals that cannot be unpacked, so nobody knows whom they name. */
  unreadable: number;
}

/**
 * Replaces the person of a request by asterisks in every original that names them, and deletes what cannot be
 * rewritten: archives whose members were, snapshots of trainings. The new original is stored and linked before the
 * old one is deleted, so it can be done again at any moment.
 */
export function createRedactOriginals({ pool, objectStore }: Dependencies) {
  return function redactOriginals({ erasureId }: { erasureId: number }): Promise<RedactOutcome> {
    return withHeartbeat(async (signal) => {
      const name = (await findErasure(pool, erasureId))?.name ?? null;
      if (name === null) throw new InvalidInput(`no erasure ${erasureId} is under way`);
      const outcome: RedactOutcome = { originals: 0, deleted: 0, unreadable: 0 };
      const archives = new Set<string>();
      const sources = await listSources(pool);
      const limitsOf = new Map(sources.map(({ name, intake }) => [name, intakeOf(intake).archive]));
      for await (const original of objectStore.listOriginals()) {
        signal.throwIfAborted();
        const limits = limitsOf.get(original.origin?.source ?? '') ?? DEFAULT_ARCHIVE_LIMITS;
        if (!(await isNaming(original, limits, name, outcome))) continue;
        await replace(original, limits, name);
        outcome.originals++;
        const archive = original.origin?.archiveSha256 ?? null;
        if (archive !== null) archives.add(archive);
      }
      for (const sha256 of archives) {
        await objectStore.remove(BUCKETS.raw, sha256);
        await withTransaction(pool, (client) => markOriginalMissing(client, sha256));
        outcome.deleted++;
      }
      for await (const key of objectStore.list(BUCKETS.training)) {
        signal.throwIfAborted();
        if (!(await objectNames(objectStore, BUCKETS.training, key, name))) continue;
        await objectStore.remove(BUCKETS.training, key);
        outcome.deleted++;
      }
      await pool.query('update erasure set originals = coalesce(originals, 0) + $2 where id = $1', [
        erasureId,
        outcome.originals,
      ]);
      return outcome;
    });
  };

  async function isNaming(
    { sha256 }: KeptOriginal,
    limits: ArchiveLimits,
    name: string,
    outcome: RedactOutcome,
  ): Promise<boolean> {
    try {
      return await names(objectStore, sha256, limits, name);
    } catch (error) {
      if (refusalOf(error) === null) throw error;
      outcome.unreadable++;
      return false;
    }
  }

  async function replace(original: KeptOriginal, limits: ArchiveLimits, name: string): Promise<void> {
    const redacted = await storeRedacted(objectStore, original, limits, name);
    await withTransaction(pool, (client) => relinkOriginal(client, original.sha256, redacted));
    await objectStore.remove(BUCKETS.raw, original.sha256);
  }
}

export interface FinishErasureInput {
  erasureId: number;
  workflowId: string;
}

/** Erases the person from every text that no rebuild makes anew, with a line in the audit log that does not name them. */
export function createFinishErasure({ pool, pseudonymKey }: Dependencies) {
  return async function finishErasure({ erasureId, workflowId }: FinishErasureInput): Promise<void> {
    await withTransaction(pool, async (client) => {
      const erasure = await findErasure(client, erasureId);
      if (erasure?.name == null) return;
      await saveAuditEntry(client, {
        who: erasure.requestedBy,
        action: 'erase-owner',
        subject: `erasure ${erasureId}`,
        why: erasure.why,
        before: null,
        after: null,
        workflowId,
      });
      // Last: whoever asked may have written the name into the reason.
      const pseudonym = pseudonymKey === null ? null : pseudonymOf(pseudonymKey, erasure.name);
      await eraseFromTables(client, erasureId, pseudonym);
      await announceChange(client, 'runs');
      await announceChange(client, 'incidents');
    });
  };
}
