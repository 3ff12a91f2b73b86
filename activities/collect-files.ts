import path from 'node:path';
import { type Arrival, newArrivals, saveArrival } from '../db/arrivals.ts';
import { pendingFiles, saveFile } from '../db/files.ts';
import { withTransaction } from '../db/pool.ts';
import { findSource, type Source } from '../db/sources.ts';
import { listDroppedFiles, withPrivateCopy } from '../services/drop-folder.ts';
import { BUCKETS } from '../services/object-store.ts';
import type { Dependencies } from './dependencies.ts';
import { withHeartbeat } from './heartbeat.ts';
import { settleIdleSource } from './source-contracts.ts';

/** A workflow names a source that is not configured. */
export class UnknownSource extends Error {
  override name = 'UnknownSource';
}

/** References in one payload: 200 arrivals stay far below its 64 KB. */
const BATCH_FILES = 200;

async function requireSource(pool: Dependencies['pool'], name: string): Promise<Source> {
  const source = await findSource(pool, name);
  if (source === null) throw new UnknownSource(`no source named "${name}" is configured`);
  return source;
}

/** Lists what is new and finished in the drop folder of a source. */
export function createDiscoverFiles({ pool, now }: Dependencies) {
  return async function discoverFiles(input: { source: string }): Promise<{ arrivals: Arrival[] }> {
    const source = await requireSource(pool, input.source);
    const dropped = await listDroppedFiles(source.folder, now());
    const arrivals = await newArrivals(pool, source.name, dropped);
    return { arrivals: arrivals.slice(0, BATCH_FILES) };
  };
}

/**
 * Keeps the originals: bytes to the object store, a line each in the ledger. A file gone meanwhile is skipped, the
 * next look decides about it.
 */
export function createStoreOriginals({ pool, objectStore }: Dependencies) {
  return async function storeOriginals(input: {
    source: string;
    arrivals: Arrival[];
  }): Promise<{ stored: number }> {
    const source = await requireSource(pool, input.source);
    return withHeartbeat(async () => {
      let stored = 0;
      for (const arrival of input.arrivals) if (await storeOriginal(source, arrival)) stored++;
      return { stored };
    });
  };

  async function storeOriginal(source: Source, arrival: Arrival): Promise<boolean> {
    try {
      await withPrivateCopy(path.join(source.folder, arrival.path), async ({ file, sha256, sizeBytes }) => {
        await objectStore.putFile(BUCKETS.raw, sha256, file);
        await withTransaction(pool, async (client) => {
          await saveFile(client, {
            sha256,
            source: source.name,
            name: path.basename(arrival.path),
            sizeBytes,
          });
          await saveArrival(client, source.name, arrival, sha256);
        });
      });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }
}

/** The files of a source that are stored and wait to be loaded, oldest first. */
export function createListPendingFiles(dependencies: Dependencies) {
  const { pool } = dependencies;
  return async function listPendingFiles(input: { source: string }): Promise<{ files: string[] }> {
    const files = await pendingFiles(pool, input.source, BATCH_FILES);
    if (files.length === 0) await settleIdleSource(pool, dependencies, input.source);
    return { files };
  };
}
