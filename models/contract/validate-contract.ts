import { isInstantInRange } from '../clean/instant-range.ts';
import { isTimeZone } from '../clean/local-time.ts';
import { plainName } from '../clean/map-columns.ts';
import { hasRange, instantOf } from './column-value.ts';
import {
  COLUMN_TYPES,
  CONTRACT_LIMITS,
  type Contract,
  type ContractColumn,
  type ContractKind,
  fieldsOf,
  namesOf,
  type ValueRange,
} from './contract.ts';
import { parseFreshness } from './freshness.ts';

/** One thing that is wrong with the description of a contract. */
export interface ContractProblem {
  /** Where: keys and positions from the top. */
  path: ReadonlyArray<string | number>;
  /** The same as text: `columns[2].type`; the top is called `contract`. */
  where: string;
  expected: string;
  found: string;
}

export type ValidatedContract = { contract: Contract } | { problems: ContractProblem[] };

type Path = ContractProblem['path'];
type Fields = Record<string, unknown>;

function pathText(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return text === '' ? 'contract' : text.replace(/^\./, '');
}

/** Checks the description of a contract, as a YAML or JSON reader gives it, and tells everything that is wrong. */
export function validateContract(value: unknown): ValidatedContract {
  const problems: ContractProblem[] = [];
  const contract = new Reader(problems).contract(value);
  return problems.length === 0 ? { contract } : { problems };
}

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return typeof value === 'string' || value === null ? shown : `${shown} (${typeof value})`;
};

/** Stand for what could not be read; nobody sees them. */
const NO_COLUMN: ContractColumn = {
  name: '',
  synonyms: [],
  field: null,
  type: 'text',
  required: false,
  key: false,
  enumeration: null,
  range: null,
};
const NO_CONTRACT: Contract = {
  version: 0,
  kind: 'runs',
  owner: null,
  freshnessMs: null,
  timeZone: null,
  extra: 'keep',
  columns: [],
};

/** Reads values and notes what is wrong; what it returns is used only when nothing is. */
class Reader {
  readonly #problems: ContractProblem[];
  constructor(problems: ContractProblem[]) {
    this.#problems = problems;
  }

  #wrong(path: Path, expected: string, value: unknown): void {
    this.#problems.push({ path, where: pathText(path), expected, found: show(value) });
  }

  contract(value: unknown): Contract {
    const keys = ['version', 'kind', 'owner', 'freshness', 'timeZone', 'extra', 'columns'];
    const fields = this.#object(value, [], keys);
    if (fields === null) return NO_CONTRACT;
    const version = this.#version(fields.version);
    const kind = this.#oneOf(fields.kind, ['kind'], ['runs', 'metrics'] as const);
    const contract: Contract = {
      version,
      kind,
      owner:
        fields.owner === undefined
          ? null
          : this.#text(fields.owner, ['owner'], CONTRACT_LIMITS.ownerCharacters),
      freshnessMs: this.#freshness(fields.freshness),
      timeZone: this.#timeZone(fields.timeZone),
      extra: fields.extra === undefined ? 'keep' : this.#oneOf(fields.extra, ['extra'], ['keep'] as const),
      columns: this.#columns(fields.columns, kind),
    };
    // What follows makes sense of columns; of unreadable ones there is none to make.
    if (this.#problems.length === 0) this.#wholeness(contract);
    return contract;
  }

  #object(value: unknown, path: Path, keys: readonly string[]): Fields | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrong(path, `an object with ${keys.join(', ')}`, value);
      return null;
    }
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) {
        this.#problems.push({
          path: [...path, key],
          where: pathText([...path, key.slice(0, 60)]),
          expected: `one of the keys ${keys.join(', ')}`,
          found: JSON.stringify(key.slice(0, 60)),
        });
      }
    }
    return value as Fields;
  }

  #text(value: unknown, path: Path, maxCharacters: number): string {
    if (typeof value !== 'string') {
      this.#wrong(path, 'a text (in quotes where it looks like something else)', value);
    } else if (
      value.trim() !== value ||
      value === '' ||
      value.length > maxCharacters ||
      /\p{C}/u.test(value)
    ) {
      this.#wrong(path, `1 to ${maxCharacters} characters without blanks around them`, value);
    }
    return value as string;
  }

  #oneOf<T extends string>(value: unknown, path: Path, allowed: readonly T[]): T {
    if (!allowed.includes(value as T)) this.#wrong(path, allowed.join(' or '), value);
    return value as T;
  }

  #list(value: unknown, path: Path, min: number, max: number): unknown[] {
    if (Array.isArray(value) && value.length >= min && value.length <= max) return value;
    this.#wrong(path, `a list of ${min} to ${max}`, value);
    return [];
  }

  #flag(value: unknown, path: Path): boolean {
    if (value === undefined) return false;
    if (typeof value !== 'boolean') this.#wrong(path, 'true or false', value);
    return value === true;
  }

  #version(value: unknown): number {
    if (!(Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1_000_000)) {
      this.#wrong(['version'], 'a whole number from 1', value);
    }
    return value as number;
  }

  #freshness(value: unknown): number | null {
    if (value === undefined) return null;
    const ms = typeof value === 'string' ? parseFreshness(value) : Number.NaN;
    if (Number.isNaN(ms)) this.#wrong(['freshness'], 'minutes, hours or days such as 90m, 26h or 2d', value);
    return ms;
  }

  #timeZone(value: unknown): string | null {
    if (value === undefined) return null;
    if (typeof value !== 'string' || !isTimeZone(value)) {
      this.#wrong(['timeZone'], 'an IANA time zone such as Europe/Paris', value);
    }
    return value as string;
  }

  #columns(value: unknown, kind: ContractKind): ContractColumn[] {
    return this.#list(value, ['columns'], 1, CONTRACT_LIMITS.columns).map((column, index) =>
      this.#column(column, ['columns', index], kind),
    );
  }

  #column(value: unknown, path: Path, kind: ContractKind): ContractColumn {
    const keys = ['name', 'synonyms', 'field', 'type', 'required', 'key', 'enumeration', 'range'];
    const fields = this.#object(value, path, keys);
    if (fields === null) return NO_COLUMN;
    const type = this.#oneOf(fields.type, [...path, 'type'], COLUMN_TYPES);
    const synonyms =
      fields.synonyms === undefined
        ? []
        : this.#list(fields.synonyms, [...path, 'synonyms'], 0, CONTRACT_LIMITS.synonyms);
    return {
      name: this.#name(fields.name, [...path, 'name']),
      synonyms: synonyms.map((name, at) => this.#name(name, [...path, 'synonyms', at])),
      field: fields.field === undefined ? null : this.#field(fields.field, [...path, 'field'], kind),
      type,
      required: this.#flag(fields.required, [...path, 'required']),
      key: this.#flag(fields.key, [...path, 'key']),
      enumeration: this.#enumeration(fields.enumeration, [...path, 'enumeration']),
      range: this.#range(fields.range, [...path, 'range'], type),
    };
  }

  #name(value: unknown, path: Path): string {
    const name = this.#text(value, path, CONTRACT_LIMITS.nameCharacters);
    if (typeof name === 'string' && plainName(name) === '') {
      this.#wrong(path, 'a name with a letter or digit', value);
    }
    return name;
  }

  #field(value: unknown, path: Path, kind: ContractKind): string {
    return this.#oneOf(
      value,
      path,
      fieldsOf(kind === 'metrics' ? 'metrics' : 'runs').map(({ field }) => field),
    );
  }

  #enumeration(value: unknown, path: Path): string[] | null {
    if (value === undefined) return null;
    const values = this.#list(value, path, 1, CONTRACT_LIMITS.enumeration);
    return values.map((text, at) => this.#text(text, [...path, at], CONTRACT_LIMITS.valueCharacters));
  }

  #range(value: unknown, path: Path, type: ContractColumn['type']): ValueRange | null {
    if (value === undefined) return null;
    if (!hasRange(type)) {
      this.#wrong(path, 'no range: only integer, number, instant and duration have one', value);
      return null;
    }
    const fields = this.#object(value, path, ['min', 'max']);
    if (fields === null) return null;
    const end = (key: 'min' | 'max') =>
      fields[key] === undefined ? null : this.#bound(fields[key], [...path, key], type);
    const range = { min: end('min'), max: end('max') };
    if (range.min === null && range.max === null) this.#wrong(path, 'min, max or both', value);
    if (range.min !== null && range.max !== null && range.min > range.max) {
      this.#wrong(path, 'min up to max', `${fields.min} to ${fields.max}`);
    }
    return range;
  }

  #bound(value: unknown, path: Path, type: ContractColumn['type']): number {
    if (type !== 'instant') {
      if (typeof value !== 'number' || !Number.isFinite(value)) this.#wrong(path, 'a number', value);
      return value as number;
    }
    const instant = typeof value === 'string' ? instantOf(value) : Number.NaN;
    if (!isInstantInRange(instant)) this.#wrong(path, 'an instant such as 2026-03-01T06:00:00Z', value);
    return instant;
  }

  /** What only the columns together can be wrong about: names and fields told twice, fields that are missing. */
  #wholeness({ kind, columns }: Contract): void {
    const ownerOfName = new Map<string, string>();
    const ownerOfField = new Map<string, string>();
    columns.forEach((column, index) => {
      namesOf(column).forEach((name, at) => {
        const path = ['columns', index, ...(at === 0 ? ['name'] : ['synonyms', at - 1])];
        const other = ownerOfName.get(plainName(name));
        if (other !== undefined) this.#wrong(path, `a name of its own ("${other}" is the same)`, name);
        ownerOfName.set(plainName(name), name);
      });
      if (column.field === null) return;
      const other = ownerOfField.get(column.field);
      if (other !== undefined) {
        this.#wrong(
          ['columns', index, 'field'],
          `a field that "${other}" does not tell already`,
          column.field,
        );
      }
      ownerOfField.set(column.field, column.name);
    });
    for (const { field, required } of fieldsOf(kind)) {
      if (!required) continue;
      const index = columns.findIndex((column) => column.field === field);
      if (index < 0) this.#wrong(['columns'], `a column with "field: ${field}"`, undefined);
      else if (!columns[index]!.required) {
        this.#wrong(
          ['columns', index, 'required'],
          `true, as for every column with "field: ${field}"`,
          false,
        );
      }
    }
  }
}
