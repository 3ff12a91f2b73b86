import type { Delimiter } from './csv-dialect.ts';
import { createCsvReader } from './csv-reader.ts';
import type { CsvRow } from './csv-row.ts';
import type { TableDialect } from './dialect.ts';
import { kindOfOutsideLine, toldRows } from './outside-lines.ts';
import { DELIMITERS, respelled, rowsOfOtherLineEnd } from './respelled.ts';
import { type CleanedBatch, noRows, type RowPlace, type RowTable, type TableCleaner } from './row-table.ts';
import { mixedEncoding } from './rules/mixed-encoding.ts';
import { raggedRow, refuseRaggedRow } from './rules/ragged-row.ts';
import { refuseRecordTooLong } from './rules/record-too-long.ts';
import type { RowRefusal } from './rules/rule.ts';
import { refuseUnclosedQuote } from './rules/unclosed-quote.ts';
import { joinedSurplus, unquotedDelimiter } from './rules/unquoted-delimiter.ts';

export type { CleanedBatch, CleaningTotals, RowPlace, TableCleaner } from './row-table.ts';

export interface TableCleanerOptions<Record> {
  dialect: TableDialect;
  /** The table that the file begins with. */
  table: RowTable<Record>;
  /** The table that a line further down is the header of; null when it is no header. */
  tableUnder: (header: readonly string[]) => RowTable<Record> | null;
  /** Told of three records in a row; may add an anomaly to the one in the middle. */
  review?: (before: Record, record: Record, after: Record) => void;
  /** Cap of a record; default 1 MiB. */
  maxRecordBytes?: number;
}

const DEFAULT_MAX_RECORD_BYTES = 1 << 20;
/** Rows are made of this much at a time, so that a caller may push a whole file. */
const PIECE_BYTES = 1 << 17;
/** A header has words in its fields. */
const BEGINS_AS_NUMBER = /^\s*[-+]?\d/;

/** The pump that run logs and metrics share: reader, row accounting, tables, refusals with their bytes. */
export function createTableCleaner<Record extends { anomalies: string[] }>({
  dialect,
  table: firstTable,
  tableUnder,
  review,
  maxRecordBytes = DEFAULT_MAX_RECORD_BYTES,
}: TableCleanerOptions<Record>): TableCleaner<Record> {
  const reader = createCsvReader({ dialect, maxRecordBytes, expectedFields: dialect.header.length });
  const totals = noRows();
  let headerSeen = false;
  let table = firstTable;
  let width = table.header.length;
  /** Of the rows under a header that was written with another one: files of two programs were joined. */
  let delimiter: Delimiter = dialect.delimiter;
  let before: (Record & RowPlace) | null = null;
  let waiting: (Record & RowPlace) | null = null;

  const count = (code: string) => {
    totals.byCode[code] = (totals.byCode[code] ?? 0) + 1;
  };

  function isBeforeData({ byteOffset }: CsvRow): boolean {
    if (headerSeen) return false;
    if (byteOffset >= dialect.headerOffset) headerSeen = true;
    else totals.preambleLines++;
    return true;
  }

  /** A row that is not simply as many fields as the header, in the file's encoding. */
  function cleanOddRow(row: CsvRow, bytesOf: () => Uint8Array): (Record & RowPlace) | RowRefusal {
    if (row.refusal?.code === 'record-too-long') return refuseRecordTooLong(row.byteLength, maxRecordBytes);
    if (row.refusal !== null) return refuseUnclosedQuote(dialect.quote ?? '"');
    let { fields } = row;
    if (delimiter !== dialect.delimiter) {
      const others = respelled(bytesOf(), dialect, delimiter);
      if (others?.length === width) fields = others;
    }
    const anomalies = row.foreignEncoding ? [mixedEncoding.code] : [];
    const byFirstHeader = cleanByFirstHeader(fields, anomalies, row.byteOffset);
    if (byFirstHeader !== null) return byFirstHeader;
    if (fields.length < width) return refuseRaggedRow(fields.length, width);
    if (fields.length > width && fields.slice(width).some((field) => field.trim() !== '')) {
      if (!table.lastColumnIsText) return refuseRaggedRow(fields.length, width);
      anomalies.push(unquotedDelimiter.code);
      fields = joinedSurplus(fields, width, delimiter);
    }
    return table.cleanRow(fields, anomalies, totals.rowsIn + 1, row.byteOffset);
  }

  /** Under another header, a row of the first table says that the first header came back and was damaged. */
  function cleanByFirstHeader(fields: readonly string[], anomalies: readonly string[], byteOffset: number) {
    if (table === firstTable || fields.length === width || fields.length !== firstTable.header.length)
      return null;
    const result = firstTable.cleanRow(fields, [...anomalies], totals.rowsIn + 1, byteOffset);
    if ('code' in result) return null;
    table = firstTable;
    width = table.header.length;
    return result;
  }

  /** Whether a line that is no record is no row of data either; counts it as what it is. */
  function isOutsideData(row: CsvRow, code: string): boolean {
    if (row.refusal !== null) return false;
    const kind = kindOfOutsideLine(row.fields, width);
    if (kind === 'blank') totals.blankLines++;
    else if (kind === 'comment') totals.commentLines++;
    else if (kind === 'footer') {
      totals.footerLines++;
      totals.trailerRows = toldRows(row.fields) ?? totals.trailerRows;
    }
    return (
      kind !== null ||
      isHeader(row.fields, dialect.delimiter) ||
      (code === raggedRow.code && isRespelledHeader(row))
    );
  }

  function isHeader(fields: readonly string[], spelled: Delimiter): boolean {
    if (fields.length < 2 || fields.some((field) => BEGINS_AS_NUMBER.test(field))) return false;
    const names = fields.map((field) => field.trim());
    const isSame = (header: readonly string[]) => header.every((name, at) => names[at] === name);
    if (isSame(table.header)) totals.repeatedHeaders++;
    else {
      const found = isSame(firstTable.header) ? firstTable : tableUnder(names);
      if (found === null) return false;
      if (found === firstTable) totals.repeatedHeaders++;
      else totals.furtherTables++;
      table = found;
      width = found.header.length;
    }
    delimiter = spelled;
    return true;
  }

  function isRespelledHeader({ fields }: CsvRow): boolean {
    const line = fields.join(dialect.delimiter);
    return DELIMITERS.some(
      (other) =>
        other !== dialect.delimiter &&
        line.includes(other) &&
        isHeader(
          line.split(other).map((name) => name.replace(/^"(.*)"$/, '$1')),
          other,
        ),
    );
  }

  function keep(record: Record & RowPlace, batch: CleanedBatch<Record>): void {
    totals.rowsIn++;
    totals.records++;
    if (review === undefined) batch.records.push(record);
    else {
      if (waiting !== null) {
        if (before !== null) review(before, waiting, record);
        batch.records.push(waiting);
      }
      before = waiting;
      waiting = record;
    }
  }

  function take(rows: CsvRow[], batch: CleanedBatch<Record>): void {
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      if (!headerSeen && isBeforeData(row)) continue;
      if (row.fields.length === width && !row.foreignEncoding && row.refusal === null) {
        const result = table.cleanRow(row.fields, [], totals.rowsIn + 1, row.byteOffset);
        if ('code' in result) refuse(row, result, () => reader.bytesOf(index), batch);
        else keep(result, batch);
      } else takeOdd(row, () => reader.bytesOf(index), batch);
    }
  }

  function takeOdd(row: CsvRow, bytesOf: () => Uint8Array, batch: CleanedBatch<Record>): void {
    const parts = rowsOfOtherLineEnd(row, bytesOf, dialect, width);
    if (parts !== null) {
      for (const { row: part, bytes } of parts) {
        takeOdd({ ...part, byteOffset: row.byteOffset + part.byteOffset }, () => bytes, batch);
      }
      return;
    }
    const result = cleanOddRow(row, bytesOf);
    if ('code' in result) refuse(row, result, bytesOf, batch);
    else keep(result, batch);
  }

  /** Sends a row to quarantine, unless it is none. */
  function refuse(
    row: CsvRow,
    { code, detail }: RowRefusal,
    bytesOf: () => Uint8Array,
    batch: CleanedBatch<Record>,
  ): void {
    if (isOutsideData(row, code)) return;
    const { byteOffset, byteLength } = row;
    const rowNumber = ++totals.rowsIn;
    totals.refused++;
    count(code);
    batch.refused.push({ rowNumber, byteOffset, byteLength, bytes: bytesOf(), code, detail });
  }

  function countAnomalies(batch: CleanedBatch<Record>): void {
    for (const { anomalies } of batch.records) {
      for (let at = 0; at < anomalies.length; at++) count(anomalies[at]!);
    }
  }

  return {
    push(chunk) {
      const batch: CleanedBatch<Record> = { records: [], refused: [] };
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
        take(reader.push(chunk.subarray(from, from + PIECE_BYTES)), batch);
      }
      countAnomalies(batch);
      return batch;
    },
    end() {
      const batch: CleanedBatch<Record> = { records: [], refused: [] };
      take(reader.end(), batch);
      if (waiting !== null) batch.records.push(waiting);
      waiting = null;
      countAnomalies(batch);
      // In the same order however the file was cut.
      totals.byCode = Object.fromEntries(Object.entries(totals.byCode).sort(([a], [b]) => (a < b ? -1 : 1)));
      return { ...batch, totals };
    },
  };
}
