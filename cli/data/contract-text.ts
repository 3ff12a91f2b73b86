import { readFile, stat } from 'node:fs/promises';
import { type Config, loadConfig } from '../../config.ts';
import { findContract, latestContract, type StoredContract } from '../../db/load/contracts.ts';
import type { Pool } from '../../db/pool.ts';
import type { Contract } from '../../models/contract/contract.ts';
import { validateContract } from '../../models/contract/validate-contract.ts';
import { MAX_CONTRACT_BYTES, parseContract } from '../../services/contract-file.ts';
import { withDatabase } from '../connections.ts';
import { UsageError } from '../options/usage-error.ts';

/** A contract and the text it was read from. */
export interface ContractText {
  contract: Contract;
  yaml: string;
}

/**
 * Reads a contract from a file.
 *
 * @throws UsageError when there is no such file; InvalidContract
 */
export async function readContractFile(file: string): Promise<ContractText> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) throw new UsageError(`no file at ${file}`);
  if (found.size > MAX_CONTRACT_BYTES) {
    throw new UsageError(`${file}: expected at most ${MAX_CONTRACT_BYTES} bytes, found ${found.size}`);
  }
  const yaml = await readFile(file, 'utf8');
  return { yaml, contract: parseContract(yaml, file, validateContract) };
}

/** The settings of a source. @throws UsageError when it is not configured */
export function requireSource(config: Config, name: string): Config['sources'][number] {
  const source = config.sources.find((candidate) => candidate.name === name);
  if (source !== undefined) return source;
  const known = config.sources.map((one) => one.name).join(', ');
  throw new UsageError(`no source named "${name}"; configured are ${known}`);
}

const readStored = ({ source, version, yaml }: StoredContract): ContractText => ({
  yaml,
  contract: parseContract(yaml, `contract ${source}/${version}`, validateContract),
});

/** The accepted contract of a source: one version, or the latest. @throws UsageError when there is none */
export async function acceptedText(pool: Pool, source: string, version?: number): Promise<ContractText> {
  const stored = await (version === undefined
    ? latestContract(pool, source)
    : findContract(pool, source, version));
  if (stored !== null) return readStored(stored);
  const what = version === undefined ? 'no accepted contract' : `no version ${version} of its contract`;
  throw new UsageError(`source "${source}" has ${what}`);
}

const ACCEPTED = /^([a-z0-9][a-z0-9_-]*)(?:\/(\d{1,9}))?$/;

/** What a person means by a file, `SOURCE` or `SOURCE/VERSION`; a file of that name goes first. */
export async function readContract(named: string): Promise<ContractText> {
  const isFile = (await stat(named).catch(() => null))?.isFile() ?? false;
  const accepted = ACCEPTED.exec(named);
  if (isFile || accepted === null) return readContractFile(named);
  const [, source, version] = accepted;
  return withDatabase(loadConfig(), (pool) =>
    acceptedText(pool, source!, version === undefined ? undefined : Number(version)),
  );
}
