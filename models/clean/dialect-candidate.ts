import type { CsvDialect } from './csv-dialect.ts';
import { createCsvReader } from './csv-reader.ts';
import type { CsvRow } from './csv-row.ts';
import { tableShapeScore } from './table-shape.ts';

/** A header further down is none: exports begin with a few lines about themselves at most. */
export const HEADER_SEARCH_ROWS = 32;

/** What a sample is under one dialect. */
export interface Candidate {
  dialect: CsvDialect;
  /** Under the header; blank lines left out. */
  rows: CsvRow[];
  header: string[];
  headerOffset: number;
  knownColumns: number;
  /** Of the rows under the header, how many have as many fields; 1 when there are none. */
  sameFieldsShare: number;
  /** Looked at only where no column is known, else null. */
  shapeScore: number | null;
}

export interface CandidateOptions {
  /** The sample is the whole file. */
  complete: boolean;
  knownColumns: (header: readonly string[]) => number;
  /** Whether a row has all columns that a header must have. */
  isWholeHeader: (header: readonly string[]) => boolean;
  /** First rows that are no header whatever they say. */
  skippedRows: number;
}

/**
 * Reads a sample under a dialect. The header is the first row with all the columns that one must have, else the one
 * with most known names among the first rows, or, where none is known, the first of the width that most rows have.
 */
export function readCandidate(dialect: CsvDialect, sample: Uint8Array, options: CandidateOptions): Candidate {
  const reader = createCsvReader({ dialect });
  const rows = reader.push(sample);
  // The last row of a cut sample is cut too; of a sample that is one row there is nothing else.
  if (options.complete || rows.length === 0) rows.push(...reader.end());
  const { headerAt, known } = findHeader(rows, options);
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
    shapeScore: known > 0 ? null : tableShapeScore(rows),
  };
}

function findHeader(rows: readonly CsvRow[], { knownColumns, isWholeHeader, skippedRows }: CandidateOptions) {
  let headerAt = 0;
  let known = 0;
  for (let at = skippedRows; at < Math.min(rows.length, HEADER_SEARCH_ROWS); at++) {
    const count = knownColumns(rows[at]!.fields);
    if (count > known) {
      headerAt = at;
      known = count;
      // Another table may follow, with more columns.
      if (isWholeHeader(rows[at]!.fields)) break;
    }
  }
  if (known === 0) {
    const width = commonWidth(rows);
    const isHeader = ({ fields }: CsvRow, at: number) =>
      at >= skippedRows && fields.length === width && fields.some((field) => field.trim() !== '');
    headerAt = Math.max(0, rows.findIndex(isHeader));
  }
  return { headerAt, known };
}

/** The number of fields that most rows have; of equally many the greatest. */
function commonWidth(rows: readonly CsvRow[]): number {
  const rowsOf = new Map<number, number>();
  for (const { fields } of rows) rowsOf.set(fields.length, (rowsOf.get(fields.length) ?? 0) + 1);
  let best = 1;
  for (const [width, count] of rowsOf) {
    const most = rowsOf.get(best) ?? 0;
    if (width > 1 && (best === 1 || count > most || (count === most && width > best))) best = width;
  }
  return best;
}

/** Whether the first candidate is the better one: by known columns, then by width, then by its shape. */
export function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.knownColumns !== other.knownColumns) return one.knownColumns > other.knownColumns;
  if (one.header.length < 2 !== other.header.length < 2) return other.header.length < 2;
  if (one.knownColumns > 0) return one.sameFieldsShare > other.sameFieldsShare;
  return (one.shapeScore ?? 0) > (other.shapeScore ?? 0);
}
