import { mapColumns, plainName } from '../clean/map-columns.ts';
import { type ColumnEvidence, ColumnObserver } from './column-evidence.ts';
import { instantOf } from './column-value.ts';
import {
  CONTRACT_LIMITS,
  type ColumnType,
  type Contract,
  type ContractColumn,
  type ContractKind,
  fieldsOf,
} from './contract.ts';
import type { FileSample } from './file-sample.ts';
import { type FreshnessEvidence, inferFreshness } from './infer-freshness.ts';

/** A contract that the sampled files keep, and what each of its lines rests on. */
export interface InferredContract {
  contract: Contract;
  evidence: {
    files: number;
    rows: number;
    freshness: FreshnessEvidence;
    /** By column name. */
    columns: { [column: string]: ColumnEvidence };
    /** Things of ours that no column tells and without which no file can be loaded. */
    missingFields: string[];
    /** Header names that are not described: beyond the limits of a contract, or without letter and digit. */
    leftOut: number;
  };
}

/** The same name, always for the same thing. */
interface Candidate {
  field: string | null;
  /** Plain name → as first written. */
  names: Map<string, string>;
  observer: ColumnObserver;
}

const TYPE_OF_FIELD: Record<string, ColumnType> = {
  startedAt: 'instant',
  endedAt: 'instant',
  knownAt: 'instant',
  ts: 'instant',
  status: 'status',
  durationSeconds: 'duration',
  durationMilliseconds: 'duration',
  durationMinutes: 'duration',
  rowsRead: 'integer',
  rowsWritten: 'integer',
  expectedRows: 'integer',
  value: 'number',
};
/** What names a row, in both kinds of file. */
const KEY_FIELDS = new Set(['job', 'runKey', 'host', 'metric', 'ts']);

/** A list of values is proposed for few values, each seen so often that another would be a surprise. */
const ENUMERATION = { maxValues: 8, minTimesEach: 30 } as const;

/**
 * Proposes the contract that some files of a source keep. It asks for what all files have, and draws no limits from
 * the largest value seen so far: a run that takes longer tomorrow is no wrong row.
 *
 * Law: checking one of these files against it finds nothing.
 */
export function inferContract(samples: readonly FileSample[], kind: ContractKind): InferredContract {
  const { candidates, leftOut } = gather(samples, kind);
  const columns: ContractColumn[] = [];
  const evidence: { [column: string]: ColumnEvidence } = {};
  for (const candidate of candidates) {
    const { column, because } = propose(candidate, samples.length, kind);
    columns.push(column);
    evidence[column.name] = candidate.observer.evidence(column.type, because);
  }
  const told = new Set(columns.map(({ field }) => field));
  const freshness = inferFreshness(samples.map((sample) => instantsOf(sample, kind)));
  return {
    contract: {
      version: 1,
      kind,
      owner: null,
      freshnessMs: freshness.freshnessMs,
      timeZone: null,
      extra: 'keep',
      columns,
    },
    evidence: {
      files: samples.length,
      rows: samples.reduce((sum, { rows }) => sum + rows.length, 0),
      freshness,
      columns: evidence,
      missingFields: fieldsOf(kind)
        .filter(({ field, required }) => required && !told.has(field))
        .map(({ field }) => field),
      leftOut,
    },
  };
}

/** The kind that more of the header names are known for; run logs when neither is. */
export function kindOf(headers: ReadonlyArray<readonly string[]>): ContractKind {
  const known = (kind: ContractKind) => {
    const names = new Set(fieldsOf(kind).flatMap((definition) => definition.names));
    const missing = fieldsOf(kind).filter(
      ({ required, names: its }) =>
        required && !headers.some((header) => header.some((name) => its.includes(plainName(name)))),
    );
    const hits = headers.flat().filter((name) => names.has(plainName(name))).length;
    return hits - missing.length * headers.length;
  };
  return known('metrics') > known('runs') ? 'metrics' : 'runs';
}

/** Which column of a header tells which field, by the names everybody uses. */
function mapFields(header: readonly string[], kind: ContractKind): Map<number, string> {
  const optional = fieldsOf(kind).map((definition) => ({ ...definition, required: false }));
  const mapped = mapColumns(header, optional);
  const fieldAt = new Map<number, string>();
  if ('code' in mapped) return fieldAt;
  for (const [field, index] of Object.entries(mapped.indexOf)) if (index >= 0) fieldAt.set(index, field);
  return fieldAt;
}

function gather(samples: readonly FileSample[], kind: ContractKind) {
  const fieldOfName = new Map<string, string>();
  for (const { header } of samples) {
    for (const [index, field] of mapFields(header, kind)) fieldOfName.set(plainName(header[index]!), field);
  }
  const candidates = new Map<string, Candidate>();
  const leftOut = new Set<string>();
  for (const { header, rows, decimalMark, dateOrder } of samples) {
    const fieldAt = mapFields(header, kind);
    const seen = new Set<string>();
    header.forEach((written, index) => {
      const plain = plainName(written);
      const name = written.replace(/\p{C}/gu, '').trim();
      const field = fieldOfName.get(plain) ?? null;
      // A second column for the same thing has no meaning; of two columns of one name the first counts.
      if (seen.has(plain) || (field !== null && fieldAt.get(index) !== field)) return;
      seen.add(plain);
      const key = field === null ? `name ${plain}` : `field ${field}`;
      const isFull = !candidates.has(key) && candidates.size >= CONTRACT_LIMITS.columns;
      if (
        plain === '' ||
        name.length > CONTRACT_LIMITS.nameCharacters ||
        plainName(name) !== plain ||
        isFull
      ) {
        leftOut.add(written);
        return;
      }
      const candidate = candidates.get(key) ?? {
        field,
        names: new Map<string, string>(),
        observer: new ColumnObserver(field),
      };
      candidates.set(key, candidate);
      if (!candidate.names.has(plain)) candidate.names.set(plain, name);
      const texts = rows.map((row) => row[index]!.trim());
      candidate.observer.addFile(texts, decimalMark, dateOrder);
    });
  }
  return { candidates: [...candidates.values()], leftOut: leftOut.size };
}

function propose({ field, names, observer }: Candidate, files: number, kind: ContractKind) {
  const because: string[] = [];
  const definition = fieldsOf(kind).find((one) => one.field === field);
  // In the order in which they are looked for, so that the same column is taken as when it was sampled.
  const order = definition?.names ?? [];
  const plain = [...names.keys()].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  const [name, ...synonyms] = plain.slice(0, 1 + CONTRACT_LIMITS.synonyms).map((one) => names.get(one)!);
  if (field !== null) because.push(`"${name}" is a known name of ${field}`);
  const type = chooseType(field, observer, because);
  const isEverywhere = observer.files === files;
  const required = definition?.required === true || (field !== null && isEverywhere);
  if (field !== null) because.push(isEverywhere ? 'in every file: required' : 'not in every file');
  const key =
    field !== null &&
    KEY_FIELDS.has(field) &&
    isEverywhere &&
    observer.rows > 0 &&
    observer.told === observer.rows;
  const isKey = key && !(kind === 'runs' && field === 'host');
  if (isKey) because.push('never empty: part of the key');
  const enumeration = field === null && type === 'text' ? chooseValues(observer) : null;
  if (enumeration !== null) {
    because.push(`${enumeration.length} values, each seen at least ${ENUMERATION.minTimesEach} times`);
  }
  const column: ContractColumn = {
    name: name!,
    synonyms,
    field,
    type,
    required,
    key: isKey,
    enumeration,
    range: null,
  };
  return { column, because };
}

function chooseType(field: string | null, observer: ColumnObserver, because: string[]): ColumnType {
  const shareOf = (type: ColumnType) =>
    `${observer.readable(type)} of ${observer.told} values read as ${type}`;
  const expected = field === null ? undefined : (TYPE_OF_FIELD[field] ?? 'text');
  if (expected !== undefined) {
    // What a column is to be is known; a few bad rows in few sampled rows do not change that.
    const type = observer.isContradicted(expected) ? 'text' : expected;
    because.push(type === 'text' ? 'kept as text' : shareOf(type));
    if (type !== expected) because.push(`${expected} was expected, but only ${shareOf(expected)}`);
    return type;
  }
  const numeric: ColumnType =
    observer.readable('integer') === observer.readable('number') ? 'integer' : 'number';
  for (const type of [numeric, 'instant', 'boolean', 'duration'] as const) {
    if (!observer.isMostly(type)) continue;
    because.push(shareOf(type));
    return type;
  }
  because.push(observer.told === 0 ? 'no value seen' : 'no other type fits');
  return 'text';
}

function chooseValues({ values }: ColumnObserver): string[] | null {
  const { maxValues, minTimesEach } = ENUMERATION;
  if (values.size < 2 || values.size > maxValues) return null;
  const isUsable = ([text, times]: [string, number]) => times >= minTimesEach && !/\p{C}/u.test(text);
  return [...values].every(isUsable) ? [...values.keys()].sort() : null;
}

/** When the rows of a file happened, epoch milliseconds. */
function instantsOf({ header, rows, dateOrder }: FileSample, kind: ContractKind): number[] {
  const time = kind === 'runs' ? 'startedAt' : 'ts';
  const at = [...mapFields(header, kind)].find(([, field]) => field === time)?.[0];
  if (at === undefined) return [];
  return rows.map((row) => instantOf(row[at]!.trim(), dateOrder)).filter((instant) => !Number.isNaN(instant));
}
