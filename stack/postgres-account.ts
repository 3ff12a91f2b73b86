/**
 * PostgreSQL refuses to run as root. Then it runs as the machine's `postgres` user, else as `nobody`, and both
 * its programs and its data must be where that user can reach them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { findPostgres, type PostgresBinaries, postgresIn } from './binaries.ts';
import { makeHome } from './private-files.ts';

/** Where a user other than root reaches what lies below a private folder of root's. */
const SHARED_FOLDER = '/var/lib/smart-etl';

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

export interface PostgresPlace {
  binaries: PostgresBinaries;
  /** Holds `data`; `<home>/postgres`, or what that links to. */
  folder: string;
  /** Who runs it when we are root; otherwise we ourselves. */
  account: Account | undefined;
}

function accountNamed(name: string): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/**
 * Who runs PostgreSQL: `undefined` when we are not root and do it ourselves.
 *
 * @throws Error when we are root and the machine has neither `postgres` nor `nobody`
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = accountNamed('postgres') ?? accountNamed('nobody');
  if (account === undefined) {
    throw new Error('PostgreSQL refuses to run as root, and there is no user named postgres or nobody');
  }
  return account;
}

/** Asks the system itself, by trying as that user: parents, groups and mounts all have a say. */
function canEnter(folder: string, { uid, gid }: Account): boolean {
  const tried = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    uid,
    gid,
    cwd: '/',
    stdio: 'ignore',
  });
  return tried.status === 0;
}

function canRun(program: string, { uid, gid }: Account): boolean {
  return spawnSync(program, ['--version'], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Copies the programs once per version; complete or not at all, as it is renamed at the end. */
function copyPrograms(binaries: PostgresBinaries): PostgresBinaries {
  const target = path.join(SHARED_FOLDER, `postgresql-${binaries.version}`);
  if (!existsSync(target)) {
    mkdirSync(SHARED_FOLDER, { recursive: true, mode: 0o755 });
    const beside = `${target}.${process.pid}.new`;
    cpSync(binaries.folder, beside, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(beside, target);
    } catch (error) {
      rmSync(beside, { recursive: true, force: true });
      // Somebody else finished first: theirs is the same.
      if (!existsSync(target)) throw error;
    }
  }
  return postgresIn(target, binaries.version);
}

const exists = (file: string) => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/**
 * Finds or makes the place of a home's PostgreSQL.
 *
 * @param home the state folder
 * @param onNotice told when programs or data lie outside the home, and why
 */
export function preparePostgresPlace(home: string, onNotice: (text: string) => void): PostgresPlace {
  makeHome(home);
  const inHome = path.join(home, 'postgres');
  const account = postgresAccount();
  if (account === undefined) {
    mkdirSync(inHome, { recursive: true, mode: 0o700 });
    return { binaries: findPostgres(), folder: realpathSync(inHome), account };
  }
  const installed = findPostgres();
  const binaries = canRun(installed.postgres, account) ? installed : copyPrograms(installed);
  if (!exists(inHome)) {
    if (canEnter(home, account)) {
      mkdirSync(inHome, { mode: 0o700 });
    } else {
      // A name of its own: whoever deletes the home and makes it anew must not meet the old data.
      const outside = path.join(SHARED_FOLDER, `data-${randomBytes(6).toString('hex')}`);
      mkdirSync(outside, { recursive: true, mode: 0o700 });
      symlinkSync(outside, inHome);
    }
  }
  const folder = realpathSync(inHome);
  chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
  if (path.dirname(folder) === SHARED_FOLDER) {
    chmodSync(SHARED_FOLDER, 0o755);
    onNotice(`PostgreSQL runs as user ${account.name}, who cannot enter ${home}: its data is in ${folder}`);
  }
  return { binaries, folder, account };
}

/** Deletes a home with everything in it, and the data that lies outside it. Nothing of it may run. */
export function removeHome(home: string): void {
  const inHome = path.join(home, 'postgres');
  if (existsSync(inHome)) {
    const folder = realpathSync(inHome);
    if (path.dirname(folder) === SHARED_FOLDER) rmSync(folder, { recursive: true, force: true });
  }
  rmSync(home, { recursive: true, force: true });
}
