import { isNotTold } from '../clean/not-told.ts';
import type { DecimalMark } from '../clean/parse-number.ts';
import type { DateOrder } from '../clean/written-instant.ts';
import { isTypeChanged } from './check-file.ts';
import { hasRange, isReadable, measured } from './column-value.ts';
import { COLUMN_TYPES, type ColumnType } from './contract.ts';

/** What was seen of a column in the sampled files. */
export interface ColumnEvidence {
  /** Sampled files that have it, and their rows. */
  files: number;
  rows: number;
  /** Share of those rows without a value, 0 to 1. */
  emptyShare: number;
  /** Different values; `MAX_DISTINCT` means that many or more. */
  distinct: number;
  /** Smallest and largest value as read (instants in ISO 8601); null where the type has no order. */
  min: string | null;
  max: string | null;
  /** Why it has its type, and whatever else was decided. */
  because: string[];
  /** A few different values. */
  examples: string[];
}

export const MAX_DISTINCT = 1_000;
const EXAMPLES = 3;
/** Of the values told, so many must be of a type: the others are dirt, of which every log has some. */
const MIN_SHARE_OF_A_TYPE = 0.95;

interface Seen {
  readable: number;
  min: number;
  max: number;
}

/** Gathers what is seen of one column, file by file, in bounded memory. */
export class ColumnObserver {
  files = 0;
  rows = 0;
  told = 0;
  readonly values = new Map<string, number>();
  readonly #field: string | null;
  readonly #seen = new Map<ColumnType, Seen>();
  /** Types that a single file would contradict. */
  readonly #contradicted = new Set<ColumnType>();

  constructor(field: string | null) {
    this.#field = field;
    for (const type of COLUMN_TYPES) {
      this.#seen.set(type, {
        readable: 0,
        min: Number.POSITIVE_INFINITY,
        max: Number.NEGATIVE_INFINITY,
      });
    }
  }

  addFile(texts: readonly string[], decimalMark: DecimalMark, dateOrder?: DateOrder): void {
    const told = texts.filter((text) => !isNotTold(text));
    this.files++;
    this.rows += texts.length;
    this.told += told.length;
    for (const text of told) this.#count(text.slice(0, 200));
    for (const [type, seen] of this.#seen) {
      const reading = { type, field: this.#field, decimalMark, dateOrder };
      let unreadable = 0;
      for (const text of told) {
        if (!isReadable(text, reading)) unreadable++;
        else if (hasRange(type)) {
          const value = measured(text, reading);
          if (value < seen.min) seen.min = value;
          if (value > seen.max) seen.max = value;
        }
      }
      seen.readable += told.length - unreadable;
      if (isTypeChanged(told.length, unreadable)) this.#contradicted.add(type);
    }
  }

  #count(text: string): void {
    const times = this.values.get(text);
    if (times !== undefined) this.values.set(text, times + 1);
    else if (this.values.size < MAX_DISTINCT) this.values.set(text, 1);
  }

  /** Of the values told, how many are of the type. */
  readable(type: ColumnType): number {
    return this.#seen.get(type)!.readable;
  }

  /** Whether the column can be said to hold the type: nearly all values do, and in no file most do not. */
  isMostly(type: ColumnType, minShare = MIN_SHARE_OF_A_TYPE): boolean {
    return this.told > 0 && !this.#contradicted.has(type) && this.readable(type) >= minShare * this.told;
  }

  isContradicted(type: ColumnType): boolean {
    return this.#contradicted.has(type);
  }

  evidence(type: ColumnType, because: string[]): ColumnEvidence {
    const { min, max } = this.#seen.get(type)!;
    const shown = (value: number) =>
      !Number.isFinite(value) ? null : type === 'instant' ? new Date(value).toISOString() : String(value);
    return {
      files: this.files,
      rows: this.rows,
      emptyShare: this.rows === 0 ? 0 : (this.rows - this.told) / this.rows,
      distinct: this.values.size,
      min: shown(min),
      max: shown(max),
      because,
      examples: [...this.values.keys()].slice(0, EXAMPLES),
    };
  }
}
