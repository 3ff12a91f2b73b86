import type { RefusedRow } from '../records/refused-row.ts';
import { createCsvReader } from './csv-reader.ts';
import type { TableDialect } from './dialect.ts';
import { mixedEncoding } from './rules/mixed-encoding.ts';
import { refuseRaggedRow } from './rules/ragged-row.ts';
import { refuseRecordTooLong } from './rules/record-too-long.ts';
import type { RowRefusal } from './rules/rule.ts';
import { refuseUnclosedQuote } from './rules/unclosed-quote.ts';
import { joinedSurplus, unquotedDelimiter } from './rules/unquoted-delimiter.ts';

/** Where a record was in its file. */
export interface RowPlace {
  /** Counted from 1 over the data rows, records and refused rows together. */
  rowNumber: number;
  /** In the decompressed file, in original bytes. */
  byteOffset: number;
}

export interface CleanedBatch<Record> {
  records: Array<Record & RowPlace>;
  refused: RefusedRow[];
}

/** `rowsIn` = `records` + `refused`, always. The other lines are no rows; they are counted, not dropped unseen. */
export interface CleaningTotals {
  rowsIn: number;
  records: number;
  refused: number;
  /** Lines without any text, delimiters aside. */
  blankLines: number;
  /** Lines that repeat the header, where files were joined. */
  repeatedHeaders: number;
  /** Lines before the header. */
  preambleLines: number;
  /** How many rows each rule refused, changed or doubted. */
  byCode: { [code: string]: number };
}

/** Cleans one file, chunk by chunk, in constant memory; the result does not depend on where chunks are cut. */
export interface TableCleaner<Record> {
  push(chunk: Uint8Array): CleanedBatch<Record>;
  /** The rest of the file, and the totals over all of it. */
  end(): CleanedBatch<Record> & { totals: CleaningTotals };
}

/** The reason why a row is refused though it is a record, or null. */
export type RowCheck = (fields: readonly string[]) => RowRefusal | null;

export interface TableCleanerOptions<Record> {
  dialect: TableDialect;
  /** Whether the last column is a free text, into which a surplus of fields can be joined. */
  lastColumnIsText: boolean;
  /** Cap of a record; default 1 MiB. */
  maxRecordBytes?: number;
  cleanRow: (fields: readonly string[], anomalies: string[]) => Record | RowRefusal;
  checkRow?: RowCheck;
}

const DEFAULT_MAX_RECORD_BYTES = 1 << 20;
/** Rows are made of this much at a time, so that a caller may push a whole file. */
const PIECE_BYTES = 1 << 17;

/** The pump that run logs and metrics share: reader, row accounting, refusals with their bytes. */
export function createTableCleaner<Record extends { anomalies: string[] }>({
  dialect,
  lastColumnIsText,
  maxRecordBytes = DEFAULT_MAX_RECORD_BYTES,
  cleanRow: cleanUnchecked,
  checkRow,
}: TableCleanerOptions<Record>): TableCleaner<Record> {
  const cleanRow = checkRow === undefined ? cleanUnchecked : checkedAfter(cleanUnchecked, checkRow);
  const { header, headerOffset, delimiter, quote } = dialect;
  const reader = createCsvReader({ dialect, maxRecordBytes, expectedFields: header.length });
  const totals: CleaningTotals = {
    rowsIn: 0,
    records: 0,
    refused: 0,
    blankLines: 0,
    repeatedHeaders: 0,
    preambleLines: 0,
    byCode: {},
  };
  let headerSeen = false;

  type Row = ReturnType<typeof reader.push>[number];

  const count = (code: string) => {
    totals.byCode[code] = (totals.byCode[code] ?? 0) + 1;
  };

  /** Whether a line is no row of data; counts it as what it is. */
  function isOutsideData({ fields, byteOffset, refusal }: Row): boolean {
    if (!headerSeen) {
      if (byteOffset >= headerOffset) headerSeen = true;
      else totals.preambleLines++;
      return true;
    }
    if (refusal !== null) return false;
    const first = fields[0]!;
    if (first.trim() === '' && fields.every((field) => field.trim() === '')) {
      totals.blankLines++;
      return true;
    }
    if (first.trim() === header[0] && header.every((name, at) => fields[at]?.trim() === name)) {
      totals.repeatedHeaders++;
      return true;
    }
    return false;
  }

  function clean({ fields, byteLength, foreignEncoding, refusal }: Row): Record | RowRefusal {
    if (refusal?.code === 'record-too-long') return refuseRecordTooLong(byteLength, maxRecordBytes);
    if (refusal !== null) return refuseUnclosedQuote(quote ?? '"');
    const anomalies: string[] = [];
    if (foreignEncoding) anomalies.push(mixedEncoding.code);
    if (fields.length === header.length) return cleanRow(fields, anomalies);
    if (fields.length < header.length) return refuseRaggedRow(fields.length, header.length);
    if (fields.slice(header.length).every((field) => field.trim() === '')) return cleanRow(fields, anomalies);
    if (!lastColumnIsText) return refuseRaggedRow(fields.length, header.length);
    anomalies.push(unquotedDelimiter.code);
    return cleanRow(joinedSurplus(fields, header.length, delimiter), anomalies);
  }

  function take(rows: Row[], batch: CleanedBatch<Record>): void {
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      if (isOutsideData(row)) continue;
      const rowNumber = ++totals.rowsIn;
      const result = clean(row);
      const { byteOffset, byteLength } = row;
      if ('code' in result) {
        totals.refused++;
        count(result.code);
        const { code, detail } = result;
        batch.refused.push({ rowNumber, byteOffset, byteLength, bytes: reader.bytesOf(index), code, detail });
        continue;
      }
      totals.records++;
      for (const code of result.anomalies) count(code);
      batch.records.push(Object.assign(result, { rowNumber, byteOffset }));
    }
  }

  return {
    push(chunk) {
      const batch: CleanedBatch<Record> = { records: [], refused: [] };
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
        take(reader.push(chunk.subarray(from, from + PIECE_BYTES)), batch);
      }
      return batch;
    },
    end() {
      const batch: CleanedBatch<Record> = { records: [], refused: [] };
      take(reader.end(), batch);
      return { ...batch, totals };
    },
  };
}

/** Other refusals come first: they say better what is wrong. */
const checkedAfter =
  <Record extends object>(
    cleanRow: TableCleanerOptions<Record>['cleanRow'],
    checkRow: RowCheck,
  ): TableCleanerOptions<Record>['cleanRow'] =>
  (fields, anomalies) => {
    const result = cleanRow(fields, anomalies);
    return 'code' in result ? result : (checkRow(fields) ?? result);
  };
