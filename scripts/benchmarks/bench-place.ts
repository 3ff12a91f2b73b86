/** Where benchmarks keep what is dear to make (generated files, the peers' packages) and where their servers live. */
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** There is not enough room for what is asked. */
export class DiskTooSmall extends Error {
  override name = 'DiskTooSmall';
}

/** `${XDG_CACHE_HOME:-~/.cache}/smart-etl/bench`, made if need be. */
export function benchFolder(): string {
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(cache, 'smart-etl', 'bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * A file that is made once: what is there under that name is taken as it is, so the name has to say what is inside.
 * Written beside its place and renamed, so half a file is never taken.
 */
export async function cachedFile(
  name: string,
  make: (file: string) => void | Promise<void>,
): Promise<string> {
  const file = path.join(benchFolder(), name);
  if (existsSync(file)) return file;
  const beside = `${file}.part`;
  rmSync(beside, { force: true, recursive: true });
  await make(beside);
  renameSync(beside, file);
  return file;
}

/** @throws DiskTooSmall naming what is there and what is needed, before anything is written */
export function requireDisk(neededBytes: number, what: string): void {
  const folder = benchFolder();
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new DiskTooSmall(
    `${what} needs about ${inGigabytes(neededBytes)} in ${folder}, found ${inGigabytes(free)}`,
  );
}

const inGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
