import { createCsvReader } from '../clean/csv-reader.ts';
import {
  type DetectedDialect,
  DIALECT_SAMPLE_BYTES,
  detectDialect,
  type TableDialect,
} from '../clean/dialect.ts';
import { describeForeignFormat } from '../clean/foreign-format.ts';
import { countKnown, type FileRefusal, plainName } from '../clean/map-columns.ts';
import { isNotTold } from '../clean/not-told.ts';
import type { DecimalMark } from '../clean/parse-number.ts';
import type { DateOrder } from '../clean/written-instant.ts';
import { instantOf } from './column-value.ts';
import type { ContractKind } from './contract.ts';
import { fieldsOf } from './contract.ts';

/** What of a file a contract is compared with, or inferred from. */
export interface FileSample {
  header: string[];
  /** Whole rows, as many fields as the header. */
  rows: string[][];
  decimalMark: DecimalMark;
  /** Default `day-first`. */
  dateOrder?: DateOrder;
}

/**
 * The rows of the start of a file, as much of it as the dialect was detected from. Rows that are no data (preamble, blank lines, repeated headers) and those with
 * another number of fields are left out; so is the last one of a start that is cut off.
 */
export function readSample(start: Uint8Array, complete: boolean, dialect: TableDialect): FileSample {
  const { header, headerOffset, decimalMark, dateOrder } = dialect;
  const reader = createCsvReader({ dialect, expectedFields: header.length });
  const read = reader.push(start.subarray(0, DIALECT_SAMPLE_BYTES));
  if (complete && start.length <= DIALECT_SAMPLE_BYTES) read.push(...reader.end());
  const rows = read
    .filter(({ byteOffset, refusal }) => byteOffset > headerOffset && refusal === null)
    .map(({ fields }) => fields.map((field) => field.trim()))
    .filter((fields) => fields.length === header.length && fields.some((field) => field !== ''))
    .filter((fields) => fields.some((field, at) => field !== header[at]));
  return { header, rows, decimalMark, dateOrder };
}

/** Where fewer rows have the fields of the header it is no table but a text with commas. */
const MIN_SAME_FIELDS = 0.5;

/**
 * How a file is to be read whose columns may all be unknown: the header is the row with most known names or, where
 * none is known, with most fields that look like names. A header alone is a table when it has all that is needed.
 */
export function detectAnyTable(
  start: Uint8Array,
  complete: boolean,
  kind: ContractKind,
): DetectedDialect | FileRefusal {
  const foreign = describeForeignFormat(start);
  if (foreign !== null) return { code: 'not-csv', detail: `file: expected a CSV table, found ${foreign}` };
  const fields = fieldsOf(kind);
  const knownColumns = (header: readonly string[]) =>
    countKnown(header, fields) * 1_000 + new Set(header.filter(isNameLike).map(plainName)).size;
  const detected = detectDialect(start, { complete, knownColumns });
  if ('code' in detected) return detected;
  const { dialect, evidence } = detected;
  const chosen = evidence.candidates.find(({ delimiter }) => delimiter === dialect.delimiter)!;
  const needed = fields.filter(({ required }) => required);
  const isTable =
    evidence.sampleRows > 0
      ? chosen.sameFieldsShare >= MIN_SAME_FIELDS
      : countKnown(dialect.header, needed) === needed.length;
  if (isTable) return detected;
  const found = `${Math.round(chosen.sameFieldsShare * evidence.sampleRows)} such rows of ${evidence.sampleRows}`;
  return {
    code: 'not-csv',
    detail: `file: expected rows of ${dialect.header.length} fields, found ${found}`,
  };
}

const isNameLike = (field: string): boolean => {
  const text = field.trim();
  return /\p{L}/u.test(text) && text.length <= 100 && !isNotTold(text) && Number.isNaN(instantOf(text));
};
