/** Originals in the object store, entered in the ledger of a database. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../config.ts';
import { saveFile } from '../../db/load/files.ts';
import { saveSource } from '../../db/load/sources.ts';
import { createPool } from '../../db/pool.ts';
import { BUCKETS, createObjectStore } from '../../services/object-store.ts';

export const SOURCE = { name: 'runs', kind: 'runs', folder: 'drop/runs', namespace: 'default' } as const;

export interface StoredOriginal {
  sha256: string;
  sizeBytes: number;
  /** Reading it, hashing it, putting it into the store. */
  seconds: number;
}

/** Puts a file into the object store; twice is once. */
export async function storeOriginal(config: Config, file: string): Promise<StoredOriginal> {
  const startedMs = performance.now();
  const objectStore = createObjectStore(config);
  await objectStore.ensureBuckets();
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const sha256 = hash.digest('hex');
  await objectStore.putFile(BUCKETS.raw, sha256, file);
  const { size } = await stat(file);
  return { sha256, sizeBytes: size, seconds: (performance.now() - startedMs) / 1000 };
}

/** Enters stored originals in the ledger of a migrated database, in this order, as files of the source `runs`. */
export async function enterInLedger(
  databaseUrl: string,
  files: readonly { file: string; original: StoredOriginal }[],
): Promise<void> {
  const pool = createPool(databaseUrl, { max: 1 });
  try {
    await saveSource(pool, SOURCE);
    for (const { file, original } of files) {
      const { sha256, sizeBytes } = original;
      await saveFile(pool, { sha256, source: SOURCE.name, name: path.basename(file), sizeBytes });
    }
  } finally {
    await pool.end();
  }
}
