import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { dropEndedSlots } from '../../db/detect/expectations.ts';
import {
  dropMonths,
  type ExpiredMonth,
  findExpiredFiles,
  markOriginalsDeleted,
  RELATION_OF_KIND,
  readExpiredMonths,
} from '../../db/load/retention.ts';
import type { Source } from '../../db/load/sources.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { keepFromMs } from '../../models/retention/keep-from.ts';
import { BUCKETS } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { InvalidInput } from '../resolve-as-of.ts';

export interface RetentionInput {
  kind: Source['kind'];
  /** Whole months kept before the current one. */
  months: number;
  asOf: string;
}

export interface RetentionOutcome {
  /** The first instant that is kept. */
  keepFrom: string;
  months: ExpiredMonth[];
  /** Originals of which every row has expired. */
  files: number;
}

/** As the database holds it, whatever is asked for. */
const LEAST_MONTHS = 3;
/** Originals of one transaction. */
const BATCH_FILES = 500;

/** The first instant that is kept. @throws InvalidInput when that would be too little */
export function keepFromOf({ months, asOf }: Pick<RetentionInput, 'months' | 'asOf'>, nowMs: number): Date {
  if (!Number.isInteger(months) || months < LEAST_MONTHS) {
    throw new InvalidInput(`retention expects at least ${LEAST_MONTHS} whole months, found ${months}`);
  }
  // A wrong clock in the data must not make everything old.
  return new Date(keepFromMs(Math.min(Date.parse(asOf), nowMs), months));
}

/** What retention would drop now. */
export function createFindExpired({ pool, now }: Dependencies) {
  return function findExpired(input: RetentionInput): Promise<RetentionOutcome> {
    return withHeartbeat(async () => {
      const keepFrom = keepFromOf(input, now());
      const months = await readExpiredMonths(pool, RELATION_OF_KIND[input.kind], keepFrom);
      const { count } = await findExpiredFiles(pool, input.kind, keepFrom, 1);
      return { keepFrom: keepFrom.toISOString(), months, files: count };
    });
  };
}

/**
 * Drops the months that are too old, and deletes the originals of which no row is kept any more. The ledger keeps
 * its lines and says so. Done again it goes on where it was.
 */
export function createDropExpired({ pool, objectStore, now }: Dependencies) {
  return function dropExpired(input: RetentionInput & { workflowId: string }): Promise<RetentionOutcome> {
    return withHeartbeat(async (signal) => {
      const { kind, workflowId } = input;
      const keepFrom = keepFromOf(input, now());
      const months = await withTransaction(pool, async (client) => {
        const dropped = await dropMonths(client, RELATION_OF_KIND[kind], keepFrom);
        // Slots say what became of runs that nobody can look at any more.
        const slots = kind === 'runs' ? await dropEndedSlots(client, keepFrom) : 0;
        if (dropped.length + slots > 0) {
          await saveAuditEntry(client, {
            who: 'retention',
            action: 'drop-months',
            subject: `${kind} before ${keepFrom.toISOString().slice(0, 10)}`,
            why: `the configuration keeps ${input.months} months`,
            before: { months: dropped, slots },
            after: { keepFrom },
            workflowId,
          });
          await announceChange(client, 'runs');
        }
        return dropped;
      });
      let files = 0;
      for (;;) {
        signal.throwIfAborted();
        const expired = await findExpiredFiles(pool, kind, keepFrom, BATCH_FILES);
        if (expired.files.length === 0) break;
        // First the bytes: of a file noted as deleted nothing may be left.
        for (const sha256 of expired.files) await objectStore.remove(BUCKETS.raw, sha256);
        await withTransaction(pool, (client) => markOriginalsDeleted(client, expired.files));
        files += expired.files.length;
      }
      return { keepFrom: keepFrom.toISOString(), months, files };
    });
  };
}
