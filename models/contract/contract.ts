import type { ColumnDefinition } from '../clean/map-columns.ts';
import { METRIC_COLUMNS } from '../clean/metric-columns.ts';
import { RUN_COLUMNS } from '../clean/run-columns.ts';

/** What a column holds. `duration` counts the unit its field names (seconds, lacking one), or is `hh:mm:ss`. */
export const COLUMN_TYPES = [
  'text',
  'integer',
  'number',
  'instant',
  'duration',
  'status',
  'boolean',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export type ContractKind = 'runs' | 'metrics';

/** Both ends belong to it; null: open. Instants in epoch milliseconds, durations in the unit of their column. */
export interface ValueRange {
  min: number | null;
  max: number | null;
}

export interface ContractColumn {
  /** As the source writes it; case, accents, spaces and punctuation do not count. */
  name: string;
  /** Other names for the same thing; the first that a header has is taken. */
  synonyms: string[];
  /** The thing of ours it tells, such as `job`; null: none, its values are kept in `extra`. */
  field: string | null;
  type: ColumnType;
  /** A file without it is held. */
  required: boolean;
  /** It is part of what names a row: a row without a value is refused. */
  key: boolean;
  /** The only texts allowed; null: any. */
  enumeration: string[] | null;
  range: ValueRange | null;
}

/**
 * What a source and we agreed on. Only the columns it names have a meaning; all others are kept as they came, so that
 * a new column can never change what is read.
 */
export interface Contract {
  version: number;
  kind: ContractKind;
  owner: string | null;
  /** The longest silence expected of the source, milliseconds; null: not agreed. */
  freshnessMs: number | null;
  /** The IANA zone of its times without one; null: UTC. */
  timeZone: string | null;
  /** Columns that it does not name stay with their rows, in `extra`. */
  extra: 'keep';
  columns: ContractColumn[];
}

/** Beyond these a contract is no description by a person. */
export const CONTRACT_LIMITS = {
  columns: 500,
  synonyms: 50,
  nameCharacters: 100,
  enumeration: 1_000,
  valueCharacters: 200,
  ownerCharacters: 200,
} as const;

/** The things that the rows of a kind of source can tell. */
export const fieldsOf = (kind: ContractKind): readonly ColumnDefinition<string>[] =>
  kind === 'runs' ? RUN_COLUMNS : METRIC_COLUMNS;

/** The names of a column in the order they are looked for. */
export const namesOf = (column: ContractColumn): string[] => [column.name, ...column.synonyms];
