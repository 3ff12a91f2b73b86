/** A small disk of PostgreSQL's own, which can be filled and emptied: new months of runs are kept there. */
import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { postgresAccount } from '../../stack/postgres-account.ts';
import { DATABASE } from '../../stack/postgres-roles.ts';
import { ask } from './pipeline.ts';
import { say } from './progress.ts';

const SIZE = '256m';
const PIECE = Buffer.alloc(1024 * 1024, 1);

export interface SmallDisk {
  fill(): void;
  empty(): void;
  /** To be called when the server that keeps something there has stopped. */
  remove(): void;
}

/**
 * Mounts it and has new tables made there.
 *
 * @param adminUrl of a superuser, in the database of the estate
 * @returns null, aloud, where mounting is refused
 */
export async function mountSmallDisk(adminUrl: string): Promise<SmallDisk | null> {
  const account = postgresAccount();
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-disk-'));
  const ballast = path.join(folder, 'ballast');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    say(`SKIPPED: full disk, as mounting is refused: ${(error as Error).message.split('\n')[1] ?? error}`);
    return null;
  }
  const disk: SmallDisk = {
    fill() {
      const file = openSync(ballast, 'w');
      try {
        for (;;) writeSync(file, PIECE);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
      say(`the disk is full: ${statfsSync(folder).bavail} pages are left`);
    },
    empty: () => rmSync(ballast, { force: true }),
    remove() {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
  try {
    if (account !== undefined) chownSync(folder, account.uid, account.gid);
    await ask(adminUrl, `create tablespace chaos location '${folder}'`);
    await ask(adminUrl, 'grant create on tablespace chaos to public');
    await ask(adminUrl, `alter database ${DATABASE} set default_tablespace = chaos`);
    // A setting of the database is for sessions that begin after it.
    await ask(
      adminUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and usename <> current_user`,
    );
    return disk;
  } catch (error) {
    disk.remove();
    throw error;
  }
}

/** How often a session of the estate was told that the disk is full. */
export const timesFull = (log: string): number => log.split('No space left on device').length - 1;
