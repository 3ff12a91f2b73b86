import type { CsvDialect, Delimiter } from './csv-dialect.ts';
import { type DateOrderEvidence, detectDateOrder } from './date-order.ts';
import { countDecimals, type DecimalEvidence, decimalMarkOf } from './decimal-evidence.ts';
import { detectEncoding } from './detect-encoding.ts';
import { detectQuote } from './detect-quote.ts';
import { type Candidate, HEADER_SEARCH_ROWS, isBetter, readCandidate } from './dialect-candidate.ts';
import { describeForeignFormat } from './foreign-format.ts';
import type { FileRefusal } from './map-columns.ts';
import type { DecimalMark } from './parse-number.ts';
import { DELIMITERS } from './respelled.ts';
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
  /** The file names its delimiter itself, in a first line `sep=;`. */
  delimiterLine: boolean;
  candidates: Array<{
    delimiter: Delimiter;
    knownColumns: number;
    fields: number;
    sameFieldsShare: number;
    shapeScore: number | null;
  }>;
  /** Fields of the sample that are numbers with a decimal comma, or with a decimal point. */
  decimals: DecimalEvidence;
  dates: DateOrderEvidence;
}

export interface DetectedDialect {
  dialect: TableDialect;
  evidence: DialectEvidence;
}

export interface DetectOptions {
  /**
   * How many names of a header are known: what tells a header, and a delimiter, from chance. Without it any table
   * is taken, by the shape of its rows.
   */
  knownColumns?: (header: readonly string[]) => number;
  /** Whether a row has all the columns that a header must have: the first that has is the header. */
  isWholeHeader?: (header: readonly string[]) => boolean;
  /** The sample is the whole file. */
  complete: boolean;
}

/** More of a file than this is not looked at. */
export const DIALECT_SAMPLE_BYTES = 65_536;

/**
 * How a file is to be read, from its first bytes (at most `DIALECT_SAMPLE_BYTES` are looked at).
 *
 * The header is the first row with all the columns that one must have, else the one with the most known names among
 * the first rows; the delimiter is the one
 * under which it has most, then the one under which most rows have as many fields as it.
 *
 * @returns the dialect with its evidence, or a refusal: `empty-file`, or `not-csv` saying what it is instead.
 */
export function detectDialect(start: Uint8Array, options: DetectOptions): DetectedDialect | FileRefusal {
  const sample = start.subarray(0, DIALECT_SAMPLE_BYTES);
  const complete = options.complete && start.length <= DIALECT_SAMPLE_BYTES;
  const { knownColumns } = options;
  const { encoding, reason } = detectEncoding(sample, complete);
  if (isBlank(sample)) {
    return {
      code: 'empty-file',
      detail: `file: expected a header line and rows, found ${start.length === 0 ? '0 bytes' : 'only blank lines'}`,
    };
  }
  const base = { encoding, quote: detectQuote(sample), lineEnding: detectLineEnding(sample) };
  const told = toldDelimiter(sample);
  const candidates = (told === null ? DELIMITERS : [told]).map((delimiter) =>
    readCandidate({ ...base, delimiter }, sample, {
      complete,
      knownColumns: knownColumns ?? (() => 0),
      isWholeHeader: options.isWholeHeader ?? (() => false),
      skippedRows: told === null ? 0 : 1,
    }),
  );
  const best = candidates.reduce((one, other) => (isBetter(other, one) ? other : one));
  if (best.header.length < 2 || (knownColumns !== undefined && best.knownColumns === 0)) {
    return notCsv(sample, candidates);
  }
  const decimals = countDecimals(best.rows);
  const dates = detectDateOrder(best.rows);
  return {
    dialect: {
      ...best.dialect,
      decimalMark: decimalMarkOf(decimals, best.dialect.delimiter),
      dateOrder: dates.order,
      header: best.header,
      headerOffset: best.headerOffset,
    },
    evidence: {
      sampleBytes: sample.length,
      sampleRows: best.rows.length,
      encoding: reason,
      delimiterLine: told !== null,
      candidates: candidates.map(({ dialect, knownColumns: known, header, sameFieldsShare, shapeScore }) => ({
        delimiter: dialect.delimiter,
        knownColumns: known,
        fields: header.length,
        sameFieldsShare,
        shapeScore,
      })),
      decimals,
      dates: dates.evidence,
    },
  };
}

/** Only white space, zero bytes and byte order marks. */
function isBlank(sample: Uint8Array): boolean {
  const blank = [0, 9, 10, 13, 32, 0xef, 0xbb, 0xbf, 0xfe, 0xff];
  return sample.every((byte) => blank.includes(byte));
}

function detectLineEnding(sample: Uint8Array): 'lf' | 'cr' {
  return !sample.includes(10) && sample.includes(13) ? 'cr' : 'lf';
}

/** Spreadsheets write `sep=;` as the first line, and read it. */
function toldDelimiter(sample: Uint8Array): Delimiter | null {
  const found = /^"?sep=(.)"?$/i.exec(firstLineOf(sample));
  return DELIMITERS.find((delimiter) => delimiter === found?.[1]) ?? null;
}

function notCsv(sample: Uint8Array, candidates: readonly Candidate[]): FileRefusal {
  const foreign = describeForeignFormat(sample);
  if (foreign !== null) return { code: 'not-csv', detail: `file: expected a CSV table, found ${foreign}` };
  if (candidates.every(({ header }) => header.length < 2)) {
    const line = JSON.stringify(firstLineOf(sample).trimStart().slice(0, 80));
    return {
      code: 'not-csv',
      detail: `file: expected fields separated by comma, semicolon, tab or |, found a first line of ${line}`,
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

/** Of any encoding, as far as it is ASCII. */
function firstLineOf(sample: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(sample.subarray(0, 800)).replace(/[\0\ufeff]|^\ufffd+/g, '');
  return text.replace(/^[\r\n]+/, '').split(/[\r\n]/, 1)[0]!;
}
