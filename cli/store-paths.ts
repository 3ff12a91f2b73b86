import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { saveFile } from '../db/files.ts';
import type { Pool } from '../db/pool.ts';
import { findSource } from '../db/sources.ts';
import { listDroppedFiles, withPrivateCopy } from '../services/drop-folder.ts';
import { BUCKETS, createObjectStore } from '../services/object-store.ts';
import { UsageError } from './usage-error.ts';

/**
 * The files that paths given on the command line mean: files as they are, folders with all that is in them.
 *
 * @throws UsageError naming the path that is not there.
 */
export async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const given of paths) {
    const found = await stat(given).catch(() => null);
    if (found === null) throw new UsageError(`no file at ${given}`);
    if (found.isFile()) files.push(path.resolve(given));
    else if (found.isDirectory()) {
      const inside = await listDroppedFiles(given, Number.POSITIVE_INFINITY);
      if (inside.length === 0) throw new UsageError(`no file in the folder ${given}`);
      files.push(...inside.map((file) => path.resolve(given, file.path)));
    } else throw new UsageError(`${given} is neither a file nor a folder`);
  }
  return files;
}

/** Stores the originals and enters them in the ledger; returns their hashes in the given order, each once. */
export async function storeFiles(
  config: Config,
  pool: Pool,
  sourceName: string,
  files: readonly string[],
): Promise<string[]> {
  const source = await findSource(pool, sourceName);
  if (source === null) {
    const known = config.sources.map(({ name }) => name).join(', ');
    throw new UsageError(`no source named "${sourceName}"; configured are ${known}`);
  }
  const objectStore = createObjectStore(config);
  const hashes = new Set<string>();
  for (const file of files) {
    await withPrivateCopy(file, async (copy) => {
      await objectStore.putFile(BUCKETS.raw, copy.sha256, copy.file);
      const { sha256, sizeBytes } = copy;
      await saveFile(pool, { sha256, source: source.name, name: path.basename(file), sizeBytes });
      hashes.add(sha256);
    });
  }
  return [...hashes];
}
