import type { CsvDialect, Delimiter, Encoding } from './csv-dialect.ts';
import { createCsvReader } from './csv-reader.ts';
import type { CsvRow } from './csv-row.ts';
import { describeForeignFormat } from './foreign-format.ts';
import type { FileRefusal } from './map-columns.ts';
import type { DecimalMark } from './parse-number.ts';
import type { DateOrder } from './written-instant.ts';

export interface TableDialect extends CsvDialect {
  decimalMark: DecimalMark;
  dateOrder: DateOrder;
  /** The column names as written. */
  header: string[];
  /** Where the header line starts in the file, in original bytes; what stands before it is preamble. */
  headerOffset: number;
}

/** What the choice rests on; recorded with the file. */
export interface DialectEvidence {
  sampleBytes: number;
  sampleRows: number;
  /** Why the encoding is what it is. */
  encoding: string;
  candidates: Array<{ delimiter: Delimiter; knownColumns: number; fields: number; sameFieldsShare: number }>;
  /** Fields of the sample that are numbers with a decimal comma, or with a decimal point. */
  decimals: { comma: number; point: number };
}

export interface DetectedDialect {
  dialect: TableDialect;
  evidence: DialectEvidence;
}

export interface DetectOptions {
  /** How many names of a header are known: what tells a header, and a delimiter, from chance. */
  knownColumns: (header: readonly string[]) => number;
  /** The sample is the whole file. */
  complete: boolean;
}

/** More of a file than this is not looked at. */
export const DIALECT_SAMPLE_BYTES = 65_536;

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];
/** A header further down is none: exports begin with a few lines about themselves at most. */
const HEADER_SEARCH_ROWS = 32;

/**
 * How a file is to be read, from its first bytes (at most `DIALECT_SAMPLE_BYTES` are looked at).
 *
 * The header is the row with the most known column names among the first rows; the delimiter is the one
 * under which it has most, then the one under which most rows have as many fields as it.
 *
 * @returns the dialect with its evidence, or a refusal: `empty-file`, or `not-csv` saying what it is instead.
 */
export function detectDialect(start: Uint8Array, options: DetectOptions): DetectedDialect | FileRefusal {
  const sample = start.subarray(0, DIALECT_SAMPLE_BYTES);
  const complete = options.complete && start.length <= DIALECT_SAMPLE_BYTES;
  const { encoding, reason } = detectEncoding(sample, complete);
  if (isBlank(sample)) {
    return {
      code: 'empty-file',
      detail: `file: expected a header line and rows, found ${start.length === 0 ? '0 bytes' : 'only blank lines'}`,
    };
  }
  const base = { encoding, quote: detectQuote(sample), lineEnding: detectLineEnding(sample) };
  const candidates = DELIMITERS.map((delimiter) =>
    readCandidate({ ...base, delimiter }, sample, complete, options.knownColumns),
  );
  const best = candidates.reduce((one, other) => (isBetter(other, one) ? other : one));
  if (best.knownColumns === 0 || best.header.length < 2) return notCsv(sample, candidates);
  const decimals = countDecimals(best.rows);
  return {
    dialect: {
      ...best.dialect,
      decimalMark: decimalMarkOf(decimals, best.dialect.delimiter),
      dateOrder: 'day-first',
      header: best.header,
      headerOffset: best.headerOffset,
    },
    evidence: {
      sampleBytes: sample.length,
      sampleRows: best.rows.length,
      encoding: reason,
      candidates: candidates.map(({ dialect, knownColumns, header, sameFieldsShare }) => ({
        delimiter: dialect.delimiter,
        knownColumns,
        fields: header.length,
        sameFieldsShare,
      })),
      decimals: { comma: decimals.comma, point: decimals.point },
    },
  };
}

function detectEncoding(sample: Uint8Array, complete: boolean): { encoding: Encoding; reason: string } {
  const [first, second, third] = sample;
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return { encoding: 'utf-8', reason: 'byte order mark' };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', reason: 'byte order mark' };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', reason: 'byte order mark' };
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) zeros[at & 1]!++;
  const half = sample.length / 2;
  if (zeros[1]! > 0.6 * half && zeros[0]! < 0.05 * half)
    return { encoding: 'utf-16le', reason: 'every second byte 0' };
  if (zeros[0]! > 0.6 * half && zeros[1]! < 0.05 * half)
    return { encoding: 'utf-16be', reason: 'every second byte 0' };
  if (sample.every((byte) => byte < 0x80)) return { encoding: 'utf-8', reason: 'sample is ASCII' };
  const text = new TextDecoder('utf-8').decode(sample, { stream: !complete });
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  if (broken === 0) return { encoding: 'utf-8', reason: 'sample is valid UTF-8' };
  // Letters of windows-1252 are hardly ever valid UTF-8 by chance; a file of both is UTF-8 that others appended to.
  const whole = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  const found = `${broken} places that are no UTF-8, ${whole} characters that are`;
  return { encoding: whole > broken ? 'utf-8' : 'windows-1252', reason: found };
}

/** Only white space, zero bytes and byte order marks. */
function isBlank(sample: Uint8Array): boolean {
  const blank = [0, 9, 10, 13, 32, 0xef, 0xbb, 0xbf, 0xfe, 0xff];
  return sample.every((byte) => blank.includes(byte));
}

function detectLineEnding(sample: Uint8Array): 'lf' | 'cr' {
  return !sample.includes(10) && sample.includes(13) ? 'cr' : 'lf';
}

/** Apostrophes are quotes only where fields begin and end with them and no double quote is about. */
function detectQuote(sample: Uint8Array): '"' | "'" {
  if (sample.includes(34)) return '"';
  const text = new TextDecoder('windows-1252').decode(sample).replaceAll('\0', '');
  const quoted = text.match(/(^|[,;|\t\r\n])'[^'\r\n]*'(?=$|[,;|\t\r\n])/g)?.length ?? 0;
  const apostrophes = text.match(/'/g)?.length ?? 0;
  return quoted > 0 && quoted * 2 > apostrophes * 0.8 ? "'" : '"';
}

interface Candidate {
  dialect: CsvDialect;
  rows: CsvRow[];
  header: string[];
  headerOffset: number;
  knownColumns: number;
  /** Of the rows under the header, how many have as many fields; 1 when there are none. */
  sameFieldsShare: number;
}

function readCandidate(
  dialect: CsvDialect,
  sample: Uint8Array,
  complete: boolean,
  knownColumns: DetectOptions['knownColumns'],
): Candidate {
  const reader = createCsvReader({ dialect });
  const rows = reader.push(sample);
  // The last row of a cut sample is cut too; of a sample that is one row there is nothing else.
  if (complete || rows.length === 0) rows.push(...reader.end());
  let headerAt = 0;
  let known = 0;
  for (let at = 0; at < Math.min(rows.length, HEADER_SEARCH_ROWS); at++) {
    const count = knownColumns(rows[at]!.fields);
    if (count > known) {
      headerAt = at;
      known = count;
    }
  }
  const header = rows[headerAt]?.fields ?? [];
  const below = rows.slice(headerAt + 1).filter(({ fields }) => fields.some((field) => field !== ''));
  const same = below.filter(({ fields }) => fields.length === header.length).length;
  return {
    dialect,
    rows: below,
    header: header.map((name) => name.trim()),
    headerOffset: rows[headerAt]?.byteOffset ?? 0,
    knownColumns: known,
    sameFieldsShare: below.length === 0 ? 1 : same / below.length,
  };
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.knownColumns !== other.knownColumns) return one.knownColumns > other.knownColumns;
  if (one.header.length < 2 !== other.header.length < 2) return other.header.length < 2;
  return one.sameFieldsShare > other.sameFieldsShare;
}

function notCsv(sample: Uint8Array, candidates: readonly Candidate[]): FileRefusal {
  const foreign = describeForeignFormat(sample);
  if (foreign !== null) return { code: 'not-csv', detail: `file: expected a CSV table, found ${foreign}` };
  if (candidates.every(({ header }) => header.length < 2)) {
    return {
      code: 'not-csv',
      detail: `file: expected fields separated by comma, semicolon, tab or |, found a first line of ${firstLineOf(sample)}`,
    };
  }
  const names = candidates.reduce((one, other) =>
    other.header.length > one.header.length ? other : one,
  ).header;
  const shown = names.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 40)));
  return {
    code: 'not-csv',
    detail: `file: expected a header line with known column names in the first ${HEADER_SEARCH_ROWS} lines, found ${shown.join(', ')}`,
  };
}

function firstLineOf(sample: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(sample.subarray(0, 400)).replaceAll('\0', '').trimStart();
  return JSON.stringify(text.split(/[\r\n]/, 1)[0]!.slice(0, 80));
}

interface Decimals {
  comma: number;
  point: number;
  /** `57,262`: three digits behind the comma may be thousands. */
  ambiguousComma: number;
}

function countDecimals(rows: readonly CsvRow[]): Decimals {
  const decimals = { comma: 0, point: 0, ambiguousComma: 0 };
  for (const { fields } of rows) {
    for (const field of fields) {
      const found = /^\s*[+-]?\d+([.,])(\d+)\s*$/.exec(field);
      if (found === null) continue;
      if (found[1] === '.') decimals.point++;
      else if (found[2]!.length === 3) decimals.ambiguousComma++;
      else decimals.comma++;
    }
  }
  return decimals;
}

/** Where commas may be thousands, a file separated by semicolons is from where commas are decimal. */
function decimalMarkOf({ comma, point, ambiguousComma }: Decimals, delimiter: Delimiter): DecimalMark {
  if (comma > 0 || point > 0) return comma > point ? ',' : '.';
  return ambiguousComma > 0 && delimiter === ';' ? ',' : '.';
}
