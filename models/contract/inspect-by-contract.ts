import { detectDialect } from '../clean/dialect.ts';
import type { InspectedFile } from '../clean/inspect-file.ts';
import { countKnown, type FileRefusal, mapColumns } from '../clean/map-columns.ts';
import { type ContractFinding, checkFile, findingText } from './check-file.ts';
import type { Contract } from './contract.ts';
import { definitionsOf, knownDefinitionsOf } from './contract-columns.ts';
import { detectAnyTable, readSample } from './file-sample.ts';

/** Why a file waits for a decision of a person. */
export interface FileHold {
  held: true;
  code: 'schema-changed';
  /** One line for each thing that is wrong. */
  detail: string;
}

/**
 * Looks at the start of a file of a source with a contract, whose names are the only ones known.
 *
 * @returns what a cleaner needs; a hold when the file breaks the contract; a refusal when it is no table at all
 */
export function inspectByContract(
  contract: Contract,
  start: Uint8Array,
  complete: boolean,
): InspectedFile<string> | FileHold | FileRefusal {
  const detected = detectByContract(contract, start, complete);
  if ('code' in detected) return detected;
  const sample = readSample(start, complete, detected.dialect);
  const breaking = checkFile(contract, sample).filter((finding) => finding.breaking);
  if (breaking.length > 0) return holdFor(contract, breaking);
  const columns = mapColumns(sample.header, definitionsOf(contract));
  return 'code' in columns ? columns : { ...detected, columns };
}

/** A table none of whose columns is known is still a table: its contract is broken. */
export function detectByContract(contract: Contract, start: Uint8Array, complete: boolean) {
  const known = knownDefinitionsOf(contract);
  const detected = detectDialect(start, { complete, knownColumns: (header) => countKnown(header, known) });
  if (!('code' in detected) || detected.code === 'empty-file') return detected;
  const table = detectAnyTable(start, complete, contract.kind);
  return 'code' in table ? detected : table;
}

const holdFor = ({ version }: Contract, breaking: readonly ContractFinding[]): FileHold => ({
  held: true,
  code: 'schema-changed',
  detail: [`it breaks version ${version} of the contract:`, ...breaking.map(findingText)].join('\n'),
});
