/** One supervisor per home: a lock file that names its holder, and that a dead holder does not keep. */
import { linkSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readPrivateJson, writePrivateJson } from './private-files.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

/** Another supervisor runs this home. */
export class AlreadyRunning extends Error {
  override name = 'AlreadyRunning';
  readonly pid: number;
  constructor(home: string, pid: number) {
    super(`${home} is run already, by process ${pid}`);
    this.pid = pid;
  }
}

const lockFile = (home: string) => path.join(home, 'supervisor.lock');

/** The supervisor of a home; `undefined` when none runs, also when its lock file is still there. */
export function lockHolder(home: string): ProcessIdentity | undefined {
  const holder = readPrivateJson<ProcessIdentity>(lockFile(home));
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

/**
 * Takes the lock. The file appears complete, by a link, which exactly one of several wins.
 *
 * @returns a function that gives it back
 * @throws AlreadyRunning with the holder's process number
 */
export function takeHomeLock(home: string): () => void {
  const file = lockFile(home);
  const ours = identify(process.pid)!;
  const beside = `${file}.${process.pid}`;
  writePrivateJson(beside, ours);
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        linkSync(beside, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = lockHolder(home);
      if (holder !== undefined) throw new AlreadyRunning(home, holder.pid);
      setAsideStaleLock(file);
    }
    throw new Error(`${file}: could not be taken in 5 attempts`);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Between seeing a stale lock and moving it, somebody may have taken it afresh: then it is put back. */
function setAsideStaleLock(file: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another one moved it first
  }
  const moved = readPrivateJson<ProcessIdentity>(aside);
  if (moved !== undefined && isRunning(moved)) linkSync(aside, file);
  rmSync(aside, { force: true });
}
