/** The passwords of the embedded servers: generated once, kept in `credentials.json` (mode 0600). */
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { readPrivateJson, writePrivateJson } from './private-files.ts';

const NAMES = [
  'postgresSuperuser',
  'postgresOwner',
  'postgresWriter',
  'postgresReader',
  'postgresGrafana',
  'postgresApi',
  'objectStoreAccessKey',
  'objectStoreSecretKey',
  'pingKey',
  'linkKey',
] as const;

export type Credentials = Record<(typeof NAMES)[number], string>;

/** 24 random bytes, in letters that need no quoting in a URL. */
const generate = () => randomBytes(24).toString('base64url');

/**
 * The home's credentials; makes those that are missing and never changes one that exists.
 *
 * @param home the state folder, which must exist
 */
export function loadCredentials(home: string): Credentials {
  const file = path.join(home, 'credentials.json');
  const known = readPrivateJson<Partial<Credentials>>(file);
  const missing = NAMES.filter((name) => !known?.[name]);
  const all = { ...known, ...Object.fromEntries(missing.map((name) => [name, generate()])) } as Credentials;
  if (missing.length > 0) writePrivateJson(file, all);
  else chmodSync(file, 0o600);
  return all;
}
