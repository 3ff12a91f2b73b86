import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Config, loadConfig } from '../../config.ts';
import { loadCredentials } from '../../stack/credentials.ts';
import { givenConnections } from '../../stack/given-settings.ts';
import { AlreadyRunning, lockHolder } from '../../stack/home-lock.ts';
import { DATABASE, postgresUrls } from '../../stack/postgres-roles.ts';
import { startStack } from '../../stack/stack.ts';
import { Unreachable } from '../connections.ts';

/** The role of the settings may not do what a backup or a restore has to. */
export class NotAllowed extends Error {
  override name = 'NotAllowed';
}

/** The two servers that keep everything. */
export interface StoredServers {
  config: Config;
  /** Of the role that owns the schema. Holds a password. */
  ownerUrl: string;
}

/**
 * Finds the servers of the settings; those that `smart-etl up` would start are started for as long as `work` takes when
 * they do not run. For a restore nothing else of them may run.
 *
 * @throws AlreadyRunning when `alone` and the stack is up
 */
export async function withStoredServers<T>(
  options: { alone: boolean },
  work: (servers: StoredServers) => Promise<T>,
): Promise<T> {
  try {
    return await withServers(options, work);
  } catch (error) {
    throw inWords(error as Error & { code?: string });
  }
}

/** What drivers throw when a server does not answer or says no. */
function inWords(error: Error & { code?: string }): Error {
  if (/^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|57P0|08)/.test(error.code ?? '')) {
    return new Unreachable(`PostgreSQL or the object store does not answer: ${error.message || error.code}`);
  }
  if (error.code === '42501' || error.code === '28P01' || error.code === 'AccessDenied') {
    return new NotAllowed(
      `${error.message}: a backup is taken by a role that may read everything, and restored by the owner of the schema`,
    );
  }
  return error;
}

async function withServers<T>(
  { alone }: { alone: boolean },
  work: (servers: StoredServers) => Promise<T>,
): Promise<T> {
  const config = loadConfig();
  const { home } = config;
  const given = givenConnections(home);
  const only = [
    ...(given.has('databaseUrl') ? [] : (['postgres'] as const)),
    ...(given.has('objectStoreUrl') ? [] : (['object-store'] as const)),
  ];
  // Others run both: settings name the role that may read, or own, everything.
  if (only.length === 0) return work({ config, ownerUrl: config.databaseUrl });
  const holder = lockHolder(home);
  if (holder !== undefined) {
    if (alone) throw new AlreadyRunning(home, holder.pid);
    return work({ config, ownerUrl: given.has('databaseUrl') ? config.databaseUrl : asOwner(config) });
  }
  if (!alone && !existsSync(path.join(home, 'credentials.json'))) {
    throw new Unreachable(`nothing was ever started in ${home}: there is nothing to save`);
  }
  const stack = await startStack({ home, only });
  try {
    const { ownerUrl } = postgresUrls(stack.credentials, stack.ports.postgres);
    return await work({
      config: loadConfig(),
      ownerUrl: given.has('databaseUrl') ? config.databaseUrl : ownerUrl,
    });
  } finally {
    await stack.stop();
  }
}

/** The embedded database of the worker's settings, as its owner. */
function asOwner({ home, databaseUrl }: Config): string {
  const url = new URL(databaseUrl);
  const owner = new URL(postgresUrls(loadCredentials(home), Number(url.port)).ownerUrl);
  owner.hostname = url.hostname;
  owner.pathname = `/${DATABASE}`;
  return owner.href;
}
