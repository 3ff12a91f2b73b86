/** Servers for one benchmark: real ones, in a folder that is removed afterwards. */
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { type Config, loadConfigOf } from '../../config.ts';
import { AlreadyRunning, lockHolder } from '../../stack/home-lock.ts';
import type { PartName } from '../../stack/part.ts';
import type { Ports } from '../../stack/ports.ts';
import { removeHome } from '../../stack/postgres-account.ts';
import { postgresUrls } from '../../stack/postgres-roles.ts';
import { makeHome } from '../../stack/private-files.ts';
import { stopOrphans } from '../../stack/process-records.ts';
import { type RunningStack, startStack } from '../../stack/stack.ts';
import { benchFolder } from './bench-place.ts';
import { say } from './progress.ts';

export interface Servers {
  home: string;
  stack: RunningStack;
  config: Config;
  /** A connection of the superuser to the database `postgres`. */
  admin: pg.Client;
  /** How it is made, for connections to other databases. */
  adminUrl: string;
  /** What the servers run with that is not the default, and their versions. */
  describe(): Promise<Record<string, string>>;
  /** A copy of a database, file by file; its connection strings. */
  cloneDatabase(template: string): Promise<BenchDatabase>;
}

export interface BenchDatabase {
  name: string;
  ownerUrl: string;
  writerUrl: string;
  adminUrl: string;
  drop(): Promise<void>;
}

/** PostgreSQL and the object store: what a load needs when nobody asks Temporal to do it. */
export const STORES: readonly PartName[] = ['postgres', 'object-store', 'migrate'];
/** Everything that works without a person looking at it. */
export const WHOLE_PIPELINE: readonly PartName[] = [
  'postgres',
  'temporal',
  'object-store',
  'mail-sink',
  'worker',
];

/**
 * Starts servers of a benchmark's own and stops and removes them whatever happens. What an interrupted run of the
 * same benchmark left is stopped and removed first.
 *
 * @param settings written to `smart-etl.json`
 * @param prepareHome what is to be in the home before anything starts
 * @param reachedAt where worker and API find the servers, when something stands in between
 * @throws AlreadyRunning while the same benchmark runs elsewhere
 */
export async function withServers<T>(
  bench: string,
  parts: readonly PartName[],
  settings: object,
  work: (servers: Servers) => Promise<T>,
  prepareHome: (home: string) => void | Promise<void> = () => {},
  reachedAt: (ports: Ports) => Promise<Ports> = async (ports) => ports,
): Promise<T> {
  const home = path.join(benchFolder(), `home-${bench}`);
  const holder = existsSync(home) ? lockHolder(home) : undefined;
  if (holder !== undefined) throw new AlreadyRunning(home, holder.pid);
  if (existsSync(home)) {
    await stopOrphans(home);
    removeHome(home);
  }
  makeHome(home);
  writeFileSync(path.join(home, 'smart-etl.json'), `${JSON.stringify(settings)}\n`);
  await prepareHome(home);
  say(`starting ${parts.join(', ')}`);
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const stack = await startStack({
    home,
    only: parts,
    ports: 'free',
    restartPauseMs: () => 200,
    reachedAt,
    signal: interrupted.signal,
  });
  const urls = postgresUrls(stack.credentials, stack.ports.postgres);
  const admin = new pg.Client({ connectionString: urls.adminUrl });
  admin.on('error', () => {});
  try {
    await admin.connect();
    const ended = new Promise<never>((_, reject) => {
      interrupted.signal.addEventListener('abort', () => reject(new Error('interrupted')));
    });
    return await Promise.race([
      work({
        home,
        stack,
        config: loadConfigOf(home),
        admin,
        adminUrl: urls.adminUrl,
        describe: () => describe(admin),
        cloneDatabase: (template) => cloneDatabase(admin, urls, template),
      }),
      ended,
    ]);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await admin.end().catch(() => {});
    await stack.stop();
    removeHome(home);
  }
}

async function describe(admin: pg.Client): Promise<Record<string, string>> {
  const { rows } = await admin.query<{ name: string; value: string }>(
    `select name, current_setting(name) as value from pg_settings
     where source = 'command line' and name not in ('port', 'data_directory', 'config_file') or name = 'server_version'
     order by name`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

async function cloneDatabase(
  admin: pg.Client,
  urls: ReturnType<typeof postgresUrls>,
  template: string,
): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  // Files are copied: nothing of the template goes through the log, and every contestant finds the same pages.
  await admin.query(`create database ${name} template ${template} owner smart_etl_owner strategy file_copy`);
  const urlOf = (url: string): string => {
    const named = new URL(url);
    named.pathname = `/${name}`;
    return named.href;
  };
  return {
    name,
    ownerUrl: urlOf(urls.ownerUrl),
    writerUrl: urlOf(urls.writerUrl),
    adminUrl: urlOf(urls.adminUrl),
    drop: async () => void (await admin.query(`drop database ${name} with (force)`)),
  };
}
