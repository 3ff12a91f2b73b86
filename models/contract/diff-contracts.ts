import { plainName } from '../clean/map-columns.ts';
import type { ColumnType, Contract, ContractColumn, ValueRange } from './contract.ts';
import { namesOf } from './contract.ts';
import { describeRange } from './describe-range.ts';
import { freshnessText } from './freshness.ts';

export interface ContractChange {
  /** `kind`, `owner`, `timeZone`, or a column and what of it: `status.required`. */
  path: string;
  before: string | null;
  after: string | null;
  /** A file that kept the old contract, and has no other columns, may be held, lose rows, or mean something else. */
  breaking: boolean;
}

/** Which texts of one type are all texts of another. */
const WIDER: ReadonlyArray<[from: ColumnType, to: ColumnType]> = [['integer', 'number']];

/** What changed from one contract to another; the version alone is no change. */
export function diffContracts(before: Contract, after: Contract): ContractChange[] {
  const changes: ContractChange[] = [];
  const tell = (path: string, from: string | null, to: string | null, breaking: boolean) => {
    if (from !== to) changes.push({ path, before: from, after: to, breaking });
  };
  const silence = ({ freshnessMs }: Contract) => (freshnessMs === null ? null : freshnessText(freshnessMs));
  tell('kind', before.kind, after.kind, true);
  tell('owner', before.owner, after.owner, false);
  tell('timeZone', before.timeZone, after.timeZone, true);
  tell('freshness', silence(before), silence(after), false);

  const partners = pair(before.columns, after.columns);
  for (const [old, now] of partners) changes.push(...diffColumns(old, now));
  const matched = new Set([...partners.values()]);
  for (const old of before.columns) {
    if (!partners.has(old)) tell(old.name, described(old), null, old.field !== null || isClaimed(old, after));
  }
  for (const now of after.columns) {
    if (!matched.has(now)) tell(now.name, null, described(now), now.required);
  }
  return changes;
}

/** Whether another column has taken over one of its names. */
const isClaimed = (old: ContractColumn, { columns }: Contract): boolean => {
  const names = new Set(columns.flatMap(namesOf).map(plainName));
  return namesOf(old).some((name) => names.has(plainName(name)));
};

/** Columns of the same name, then those that tell the same field, then those that know the old name. */
function pair(before: readonly ContractColumn[], after: readonly ContractColumn[]) {
  const partners = new Map<ContractColumn, ContractColumn>();
  const taken = new Set<ContractColumn>();
  const isSame: ReadonlyArray<(old: ContractColumn, now: ContractColumn) => boolean> = [
    (old, now) => plainName(old.name) === plainName(now.name),
    (old, now) => old.field !== null && old.field === now.field,
    (old, now) => now.synonyms.some((name) => plainName(name) === plainName(old.name)),
  ];
  for (const same of isSame) {
    for (const old of before) {
      if (partners.has(old)) continue;
      const partner = after.find((now) => !taken.has(now) && same(old, now));
      if (partner === undefined) continue;
      partners.set(old, partner);
      taken.add(partner);
    }
  }
  return partners;
}

function diffColumns(before: ContractColumn, after: ContractColumn): ContractChange[] {
  const changes: ContractChange[] = [];
  const tell = (what: string, from: string | null, to: string | null, breaking: boolean) => {
    if (from !== to) changes.push({ path: `${after.name}.${what}`, before: from, after: to, breaking });
  };
  const areNamesLost = !isSubsequence(namesOf(before).map(plainName), namesOf(after).map(plainName));
  tell('name', before.name, after.name, areNamesLost);
  tell('synonyms', list(before.synonyms), list(after.synonyms), areNamesLost);
  tell('field', before.field, after.field, true);
  tell('type', before.type, after.type, !isWider(before.type, after.type));
  tell('required', String(before.required), String(after.required), after.required);
  tell('key', String(before.key), String(after.key), after.key);
  const isValueLost =
    after.enumeration !== null &&
    (before.enumeration === null || before.enumeration.some((value) => !after.enumeration!.includes(value)));
  tell('enumeration', list(before.enumeration), list(after.enumeration), isValueLost);
  tell('range', rangeText(before), rangeText(after), isNarrower(before.range, after.range));
  return changes;
}

/** Whether the texts are all there, in the same order: of two names in one header the first counts. */
function isSubsequence(texts: readonly string[], of: readonly string[]): boolean {
  let at = 0;
  for (const text of of) if (text === texts[at]) at++;
  return at === texts.length;
}

const isWider = (from: ColumnType, to: ColumnType): boolean =>
  to === 'text' || WIDER.some(([one, other]) => one === from && other === to);

/** Whether a value that was inside may be outside. */
function isNarrower(before: ValueRange | null, after: ValueRange | null): boolean {
  const min = after?.min ?? Number.NEGATIVE_INFINITY;
  const max = after?.max ?? Number.POSITIVE_INFINITY;
  return min > (before?.min ?? Number.NEGATIVE_INFINITY) || max < (before?.max ?? Number.POSITIVE_INFINITY);
}

const list = (texts: readonly string[] | null): string | null =>
  texts === null ? null : JSON.stringify(texts);

const rangeText = ({ range, type }: ContractColumn): string | null =>
  range === null ? null : describeRange(range, type);

const described = ({ type, required, field }: ContractColumn): string =>
  `${required ? 'required' : 'optional'} ${type}${field === null ? '' : `, ${field}`}`;
