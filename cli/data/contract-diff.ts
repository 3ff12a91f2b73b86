import { type ContractChange, diffContracts } from '../../models/contract/diff-contracts.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readContract } from './contract-text.ts';

/**
 * `smart-etl contract diff BEFORE AFTER`: what changed between two contracts.
 *
 * @returns 0; 1 when a change is breaking
 */
export async function diffOf(
  before: string,
  after: string,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const [old, now] = [await readContract(before), await readContract(after)];
  const changes = diffContracts(old.contract, now.contract);
  const breaking = changes.some((change) => change.breaking);
  if (json) console.log(JSON.stringify({ breaking, changes }));
  else if (changes.length === 0) console.log('no change');
  else for (const change of changes) console.log(changeLine(change));
  return breaking ? EXIT.negative : EXIT.ok;
}

/** `! status.required: false → true`, with `!` for a breaking change and `-` for another. */
export const changeLine = ({ path, before, after, breaking }: ContractChange): string =>
  `${breaking ? '!' : '-'} ${path}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`;
