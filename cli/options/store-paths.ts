import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../config.ts';
import { saveFiles } from '../../db/load/files.ts';
import { findSource } from '../../db/load/sources.ts';
import type { Pool } from '../../db/pool.ts';
import { isUnfinishedName } from '../../models/intake/file-names.ts';
import { intakeOf } from '../../models/intake/intake-options.ts';
import { listNames, withOriginal } from '../../services/drop-folder.ts';
import { createObjectStore } from '../../services/object-store.ts';
import { keepOriginal } from '../../services/originals.ts';
import { UsageError } from './usage-error.ts';

/**
 * The files that paths given on the command line mean: files as they are, folders with all that is in them.
 *
 * @param mayBeEmpty a folder without a file in it is none to complain about
 * @throws UsageError naming the path that is not there.
 */
export async function filesOf(paths: readonly string[], mayBeEmpty = false): Promise<string[]> {
  const files: string[] = [];
  for (const given of paths) {
    const found = await stat(given).catch(() => null);
    if (found === null) throw new UsageError(`no file at ${given}`);
    if (found.isFile()) files.push(path.resolve(given));
    else if (found.isDirectory()) {
      const inside = (await listNames(given)).filter((name) => !isUnfinishedName(name));
      if (inside.length === 0 && !mayBeEmpty) throw new UsageError(`no file in the folder ${given}`);
      for (const name of inside) files.push(path.resolve(given, name));
    } else throw new UsageError(`${given} is neither a file nor a folder`);
  }
  return files;
}

/** Stores the originals and enters them in the ledger, of archives the members as well. Returns their
 * hashes, each once: of all, and of those that are tables to be loaded. */
export async function storeFiles(
  config: Config,
  pool: Pool,
  sourceName: string,
  files: readonly string[],
): Promise<{ all: string[]; toLoad: string[] }> {
  const source = await findSource(pool, sourceName);
  if (source === null) {
    const known = config.sources.map(({ name }) => name).join(', ');
    throw new UsageError(`no source named "${sourceName}"; configured are ${known}`);
  }
  const objectStore = createObjectStore(config);
  const { archive } = intakeOf(source.intake);
  const all = new Set<string>();
  const toLoad = new Set<string>();
  for (const file of files) {
    const received = { source: source.name, name: path.basename(file), receivedAt: new Date() };
    const kept = await withOriginal(file, (original) =>
      keepOriginal(objectStore, original, received, archive),
    );
    await saveFiles(pool, kept);
    for (const { sha256, state } of kept) {
      all.add(sha256);
      if (state === 'stored') toLoad.add(sha256);
    }
  }
  return { all: [...all], toLoad: [...toLoad] };
}
