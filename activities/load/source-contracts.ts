import type { PoolClient } from 'pg';
import { lastArrival } from '../../db/estate-clock.ts';
import {
  findContract,
  holdFile,
  isSchemaChangeOver,
  latestContract,
  noteContractVersion,
  type StoredContract,
} from '../../db/load/contracts.ts';
import type { Source } from '../../db/load/sources.ts';
import { type Pool, type Queryable, withTransaction } from '../../db/pool.ts';
import type { Contract } from '../../models/contract/contract.ts';
import { validateContract } from '../../models/contract/validate-contract.ts';
import { parseContract } from '../../services/contract-file.ts';
import type { Teller } from '../alerts/tell-news.ts';
import type { Dependencies } from '../dependencies.ts';
import { endSourceIncident, raiseSourceIncident } from '../detect/source-incidents.ts';
import type { SchemaChanged } from './table-reader.ts';

/** A source, and how its files are to be read; without a contract by the names everybody uses. */
export interface SourceWithContract extends Source {
  contract: Contract | null;
}

type SourceTeller = Teller & Pick<Dependencies, 'time'>;

/** Contracts that were read lately: a version never changes. */
const read = new Map<string, Contract>();
const REMEMBERED = 50;

/**
 * Adds the contract that the files of a source are to keep: the latest accepted one or, for files that are read again,
 * the given version.
 *
 * @throws InvalidContract when an accepted text is none any more
 */
export async function withContract(
  client: Queryable,
  source: Source,
  version: number | 'latest' | null = 'latest',
): Promise<SourceWithContract> {
  if (version === null) return { ...source, contract: null };
  const stored = await (version === 'latest'
    ? latestContract(client, source.name)
    : findContract(client, source.name, version));
  return { ...source, contract: stored === null ? null : contractOf(stored) };
}

function contractOf({ source, version, yaml, sha256 }: StoredContract): Contract {
  const known = read.get(sha256);
  if (known !== undefined) return known;
  const contract = parseContract(yaml, `contract ${source}/${version}`, validateContract);
  if (read.size >= REMEMBERED) read.clear();
  read.set(sha256, contract);
  return contract;
}

/** Holds a file that breaks its contract and tells people, in the caller's transaction; once for all such files. */
export async function holdForContract(
  client: PoolClient,
  teller: SourceTeller,
  file: { sha256: string; source: string; name: string },
  { code, message: detail, contractVersion }: SchemaChanged,
): Promise<void> {
  const { source, sha256, name } = file;
  if (!(await holdFile(client, { source, sha256, contractVersion, code, detail }))) return;
  await raiseSourceIncident(client, teller, {
    variant: 'schema-changed',
    source,
    detail: `${name}: ${detail}`,
    at: await momentOf(client, teller),
  });
}

/**
 * Notes under which contract files were loaded, and ends the incident about it when nothing waits for it any more.
 * Belongs at the end of the transaction that loaded, refused or held them.
 */
export async function settleContract(
  client: PoolClient,
  teller: SourceTeller,
  { name, contract }: SourceWithContract,
  files: readonly { sha256: string }[],
): Promise<void> {
  if (contract === null) return;
  const sha256s = files.map(({ sha256 }) => sha256);
  await noteContractVersion(client, sha256s, contract.version);
  await endSchemaChange(client, teller, name);
}

/** The same for a source of which nothing waits to be loaded: a person may have refused what was held. */
export function settleIdleSource(pool: Pool, teller: SourceTeller, source: string): Promise<void> {
  return withTransaction(pool, (client) => endSchemaChange(client, teller, source));
}

async function endSchemaChange(client: PoolClient, teller: SourceTeller, source: string): Promise<void> {
  if (!(await isSchemaChangeOver(client, source))) return;
  const at = await momentOf(client, teller);
  await endSourceIncident(client, teller, { variant: 'schema-changed', source, at });
}

/** Before the first load the estate has no time of its own. */
async function momentOf(client: PoolClient, { time, now }: SourceTeller): Promise<Date> {
  const last = time === 'data' ? await lastArrival(client) : null;
  return last ?? new Date(now());
}
