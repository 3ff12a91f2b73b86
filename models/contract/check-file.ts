import { plainName } from '../clean/map-columns.ts';
import { isNotTold } from '../clean/not-told.ts';
import { isReadable } from './column-value.ts';
import { type Contract, type ContractColumn, namesOf } from './contract.ts';
import { locateColumns } from './contract-columns.ts';
import { describeRange, isInRange } from './describe-range.ts';
import type { FileSample } from './file-sample.ts';
import { similarName } from './similar-name.ts';

/** One way in which a file differs from its contract. */
export interface ContractFinding {
  code:
    | 'missing-required-column'
    | 'renamed-column'
    | 'type-changed'
    | 'new-column'
    | 'out-of-enumeration'
    | 'out-of-range'
    | 'empty-key';
  /** A file with one of these is held; with the others it is loaded, and rows that break a rule are refused singly. */
  breaking: boolean;
  /** Of the contract; of the file for a new column. */
  column: string;
  expected: string;
  found: string;
  /** Of the values told in the sample (of the rows, for an empty key), how many; null where it is about the header. */
  share: number | null;
}

/** Of fewer values one broken row would make a changed type. */
const MIN_VALUES_OF_A_TYPE = 3;

/** Whether so many unreadable values of so many told mean another type rather than some bad rows. */
export const isTypeChanged = (told: number, unreadable: number): boolean =>
  told >= MIN_VALUES_OF_A_TYPE && unreadable * 2 > told;

/** `duration_s: expected a duration, found "abc"`. */
export const findingText = ({ column, expected, found }: ContractFinding): string =>
  `${column}: expected ${expected}, found ${found}`;

/** Compares a file with its contract; what breaks it comes first. */
export function checkFile(contract: Contract, sample: FileSample): ContractFinding[] {
  const places = locateColumns(contract, sample.header);
  const unknown = unknownNames(contract, sample.header);
  const findings: ContractFinding[] = [];
  contract.columns.forEach((column, at) => {
    if (places[at]! < 0) findings.push(...missing(column, unknown));
    else findings.push(...checkValues(column, places[at]!, sample));
  });
  for (const name of unknown) {
    const expected = 'a column of the contract';
    findings.push({
      code: 'new-column',
      breaking: false,
      column: name,
      expected,
      found: 'a new one, kept in extra',
      share: null,
    });
  }
  return [...findings.filter(({ breaking }) => breaking), ...findings.filter(({ breaking }) => !breaking)];
}

/** Header names that the contract does not have, each once. A column without a usable name is not one. */
function unknownNames(contract: Contract, header: readonly string[]): string[] {
  const known = new Set(['', ...contract.columns.flatMap(namesOf).map(plainName)]);
  return header.filter((name) => {
    const plain = plainName(name);
    if (known.has(plain)) return false;
    known.add(plain);
    return true;
  });
}

function missing(column: ContractColumn, unknown: readonly string[]): ContractFinding[] {
  const { name, required } = column;
  const expected = `${required ? 'the required' : 'the'} column ${quoted(namesOf(column).slice(0, 4))}`;
  const renamed = similarName(namesOf(column), unknown);
  const base = { breaking: required, column: name, expected, share: null };
  if (renamed !== null) {
    const found = `${quoted([renamed])}: if it was renamed, add that to its synonyms`;
    return [{ ...base, code: 'renamed-column', found }];
  }
  if (!required) return [];
  const found = unknown.length === 0 ? 'no other column' : `new columns ${quoted(unknown.slice(0, 8))}`;
  return [{ ...base, code: 'missing-required-column', found }];
}

function checkValues(column: ContractColumn, place: number, { rows, decimalMark, dateOrder }: FileSample) {
  const { name, type, field, enumeration, range } = column;
  const reading = { type, field, decimalMark, dateOrder };
  const texts = rows.map((row) => row[place]!.trim());
  const told = texts.filter((text) => !isNotTold(text));
  const findings: ContractFinding[] = [];
  const tell = (code: ContractFinding['code'], expected: string, wrong: readonly string[], of: number) => {
    if (wrong.length === 0) return;
    const share = wrong.length / of;
    const found = `${wrong[0] === '' ? 'nothing' : quoted(firstOf(wrong))} (${wrong.length} of ${of} values)`;
    findings.push({ code, breaking: code === 'type-changed', column: name, expected, found, share });
  };

  const unreadable = told.filter((text) => !isReadable(text, reading));
  if (isTypeChanged(told.length, unreadable.length)) {
    tell('type-changed', TYPE_WORDS[type], unreadable, told.length);
    return findings;
  }
  if (enumeration !== null) {
    const allowed = new Set(enumeration);
    const others = told.filter((text) => !allowed.has(text));
    tell('out-of-enumeration', `one of ${quoted(enumeration.slice(0, 8))}`, others, told.length);
  }
  if (range !== null) {
    const outside = told.filter((text) => !isInRange(text, range, reading));
    tell('out-of-range', describeRange(range, type), outside, told.length);
  }
  if (column.key) tell('empty-key', 'a value in every row', texts.filter(isNotTold), texts.length);
  return findings;
}

const TYPE_WORDS: Record<ContractColumn['type'], string> = {
  text: 'a text',
  integer: 'whole numbers',
  number: 'numbers',
  instant: 'instants',
  duration: 'durations',
  status: 'words of a status',
  boolean: 'yes or no',
};

const firstOf = (texts: readonly string[]): string[] => [...new Set(texts)].slice(0, 3);

const quoted = (texts: readonly string[]): string =>
  texts.map((text) => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)).join(', ');
