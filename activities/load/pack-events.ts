import { saveFile } from '../../db/load/files.ts';
import { lastPackedAt, lockPacking, markPacked, waitingEvents } from '../../db/load/received-events.ts';
import { EVENTS_SOURCE, saveSource } from '../../db/load/sources.ts';
import { withTransaction } from '../../db/pool.ts';
import { eventLine } from '../../models/events/received-event.ts';
import { sha256Of } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';

/** An original of so much is loaded in a second and held in memory whole. */
const MAX_EVENTS = 5_000;
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Packs received messages into an original: a line each, in the object store and in the ledger of files. Cut off at
 * any point, the messages are still where they were, or in the original: the same transaction enters it in the ledger
 * and lets go of them.
 */
export function createPackEvents({ pool, objectStore }: Dependencies) {
  return function packEvents(): Promise<{ packed: number; more: boolean }> {
    return withHeartbeat(() =>
      withTransaction(pool, async (client) => {
        await lockPacking(client);
        const waiting = await waitingEvents(client, MAX_EVENTS, MAX_BYTES);
        if (waiting.length === 0) return { packed: 0, more: false };

        // Later than all that is packed, also when a message was long on its way to its commit or a clock was set
        // back: what is known from a file never changes what was known before it.
        const earliest = ((await lastPackedAt(client)) ?? Number.NEGATIVE_INFINITY) + 1;
        const events = waiting.map(({ event }) => ({
          ...event,
          receivedAt: Math.max(event.receivedAt, earliest),
        }));
        const bytes = Buffer.from(events.map(eventLine).join(''));
        const sha256 = sha256Of(bytes);
        await saveSource(client, EVENTS_SOURCE);
        const receivedAt = new Date(events[0]!.receivedAt);
        const name = `events-${receivedAt.toISOString()}.ndjson`;
        const origin = { source: EVENTS_SOURCE.name, name, receivedAt, archiveSha256: null };
        // The ledger says what the object says, so that it can be made again from the objects.
        const kept = await objectStore.putOriginal(sha256, { bytes }, origin);
        await saveFile(client, { ...kept, sha256, sizeBytes: bytes.length });
        const lastReceivedAt = Math.max(...events.map(({ receivedAt }) => receivedAt));
        await markPacked(
          client,
          { sha256, lastReceivedAt },
          waiting.map(({ position }) => position),
        );
        return { packed: events.length, more: events.length === MAX_EVENTS || bytes.length >= MAX_BYTES };
      }),
    );
  };
}
