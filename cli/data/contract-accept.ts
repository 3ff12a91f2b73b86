import { createHash } from 'node:crypto';
import { loadConfig } from '../../config.ts';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import {
  latestContract,
  lockSourceToAccept,
  releaseHeldFiles,
  saveContract,
} from '../../db/load/contracts.ts';
import { findSource } from '../../db/load/sources.ts';
import { announceChange, type Pool, withTransaction } from '../../db/pool.ts';
import { type ContractChange, diffContracts } from '../../models/contract/diff-contracts.ts';
import { validateContract } from '../../models/contract/validate-contract.ts';
import { parseContract } from '../../services/contract-file.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError, UsageError } from '../options/usage-error.ts';
import { changeLine } from './contract-diff.ts';
import { type ContractText, readContractFile } from './contract-text.ts';

export interface Acceptance {
  source: string;
  version: number;
  /** False: this very text counted already, and nothing was done. */
  accepted: boolean;
  /** Since the version before; all of it for the first. */
  changes: ContractChange[];
  /** Files that were held and now wait to be loaded. */
  released: number;
}

/** `smart-etl contract accept FILE`: from now on it counts; files that were held for the one before are tried again. */
export async function accept(
  file: string,
  { source, who, why, json = false }: { source: string; who: string; why: string; json?: boolean },
): Promise<ExitCode> {
  if (!who.trim() || !why.trim()) throw new UsageError('--who and --why must say something');
  const text = await readContractFile(file);
  const accepted = await withDatabase(loadConfig(), (pool) =>
    acceptContract(pool, { source, text, who: who.trim(), why: why.trim() }),
  );
  if (json) console.log(JSON.stringify(accepted));
  else for (const line of linesOf(accepted)) console.log(line);
  return EXIT.ok;
}

function linesOf({ source, version, accepted, changes, released }: Acceptance): string[] {
  if (!accepted) return [`version ${version} of ${source} is this contract already`];
  return [
    `version ${version} of ${source} counts now; ${released} held files are loaded again`,
    ...changes.map((change) => `  ${changeLine(change)}`),
  ];
}

/**
 * Stores the next version of a source's contract, with its line in the audit log, and releases the files held for the
 * version before, all in one transaction. The same text again changes nothing.
 *
 * @throws UsageError for another kind of source; ConflictError when it is not the next version: somebody else
 *   accepted one meanwhile, or it was written from an older one
 */
export function acceptContract(
  pool: Pool,
  { source: name, text, who, why }: { source: string; text: ContractText; who: string; why: string },
): Promise<Acceptance> {
  const { contract, yaml } = text;
  const sha256 = createHash('sha256').update(yaml).digest('hex');
  return withTransaction(pool, async (client) => {
    await lockSourceToAccept(client, name);
    const source = await findSource(client, name);
    if (source === null) throw new UsageError(`no source named "${name}" is known; has it been collected?`);
    if (source.kind !== contract.kind) {
      throw new UsageError(`source "${name}" holds ${source.kind}, the contract is of ${contract.kind}`);
    }
    const last = await latestContract(client, name);
    const version = (last?.version ?? 0) + 1;
    if (last?.sha256 === sha256) {
      return { source: name, version: last.version, accepted: false, changes: [], released: 0 };
    }
    if (contract.version !== version) {
      throw new ConflictError(
        `contract of "${name}": expected version ${version}, found ${contract.version}`,
      );
    }
    await saveContract(client, { source: name, version, yaml, sha256, acceptedBy: who });
    const released = await releaseHeldFiles(client, name);
    const changes = last === null ? [] : diffContracts(readAgain(last.yaml, name), contract);
    await saveAuditEntry(client, {
      who,
      action: 'contract.accept',
      subject: `${name}/${version}`,
      why,
      before: last === null ? null : { version: last.version, sha256: last.sha256 },
      after: { version, sha256, changes: changes.length, released },
      workflowId: null,
    });
    await announceChange(client, 'runs');
    return { source: name, version, accepted: true, changes, released };
  });
}

const readAgain = (yaml: string, name: string) => parseContract(yaml, `contract ${name}`, validateContract);
