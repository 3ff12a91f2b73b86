import { ByteWindow } from './byte-window.ts';
import type { CsvDialect } from './csv-dialect.ts';
import type { CsvRefusal, CsvRow } from './csv-row.ts';
import { CsvScanner } from './csv-scanner.ts';
import { FieldTexts } from './field-text.ts';
import { wideUnitsOf } from './wide-units.ts';

export interface CsvReaderOptions {
  dialect: CsvDialect;
  /** A record longer than this is refused. Bounds the memory, and how far a stray quote can reach. Default 1 MiB. */
  maxRecordBytes?: number;
  /**
   * Fields of a whole row, empty surplus aside. A record over several lines with another number of fields is
   * taken for a stray quote's doing.
   */
  expectedFields?: number;
}

/** Reads a table from chunks of bytes; the rows do not depend on where the chunks are cut. */
export interface CsvReader {
  push(chunk: Uint8Array): CsvRow[];
  /** The rows that were waiting for the end of the file. Nothing can be pushed afterwards. */
  end(): CsvRow[];
  /** Original bytes of the `index`-th row of the last batch; valid until the next push or end. */
  bytesOf(index: number): Uint8Array;
  /** Where the record under way starts, in original bytes: all before it was given as rows. */
  readonly recordOffset: number;
}

const DEFAULT_MAX_RECORD_BYTES = 1 << 20;
const LF = 10;
const CR = 13;
/** For each row of a batch: start and end in the buffer, first span and the one after its last. */
const LAYOUT = 4;

/**
 * An incremental reader of RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180) and its usual dialects.
 *
 * A quote opens a field only as its first byte. After the closing quote spaces are ignored; other text on the
 * same line makes the quotes literal. When that text comes lines later, or the quote is never closed, or the
 * record outgrows `maxRecordBytes`, or the many-line record has not `expectedFields` fields, the first line
 * alone is refused and reading goes on at the second: one stray quote costs one line. Each byte is read at most
 * a few times whatever the input, and at most one record and one chunk are held.
 */
export function createCsvReader(options: CsvReaderOptions): CsvReader {
  return new Reader(options);
}

class Reader implements CsvReader {
  readonly #window: ByteWindow;
  readonly #scanner: CsvScanner;
  readonly #texts: FieldTexts;
  readonly #lineEnd: number;
  readonly #maxRecordBytes: number;
  readonly #expectedFields: number;
  /** Positions in the buffer, original bytes and fields are not the same thing. */
  readonly #isWide: boolean;

  /** Where the record under way starts: in the buffer, in the original file, in the spans. */
  #recordStart = 0;
  #origin = 0;
  #firstSpan = 0;
  #started = false;
  #ended = false;
  /** The record whose end is looked for because it is too long. */
  #tooLong: { bytes: Uint8Array; byteOffset: number; byteLength: number } | null = null;

  #rows: CsvRow[] = [];
  #layout: number[] = [];

  constructor({ dialect, maxRecordBytes, expectedFields }: CsvReaderOptions) {
    const units = wideUnitsOf(dialect.encoding);
    this.#isWide = units !== null;
    this.#window = new ByteWindow(units);
    this.#lineEnd = dialect.lineEnding === 'cr' ? CR : LF;
    this.#scanner = new CsvScanner({
      delimiter: dialect.delimiter.charCodeAt(0),
      quote: dialect.quote === null ? -1 : dialect.quote.charCodeAt(0),
      lineEnd: this.#lineEnd,
    });
    this.#texts = new FieldTexts(dialect.encoding, dialect.quote);
    this.#maxRecordBytes = maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES;
    this.#expectedFields = expectedFields ?? -1;
  }

  push(chunk: Uint8Array): CsvRow[] {
    if (this.#ended) throw new Error('csv reader: push after end; a reader reads one file');
    this.#window.append(chunk, this.#dropReadRecords());
    return this.#read(false);
  }

  end(): CsvRow[] {
    if (this.#ended) throw new Error('csv reader: ended twice; a reader reads one file');
    this.#ended = true;
    this.#window.close(this.#dropReadRecords());
    return this.#read(true);
  }

  get recordOffset(): number {
    return this.#tooLong?.byteOffset ?? this.#origin;
  }

  bytesOf(index: number): Uint8Array {
    const row = this.#rows[index];
    if (row === undefined) {
      throw new Error(`csv reader: no row ${index} in the last batch of ${this.#rows.length} rows`);
    }
    if (row.refusal !== null) return row.refusal.bytes;
    return this.#window.original(this.#layout[index * LAYOUT]!, this.#layout[index * LAYOUT + 1]!);
  }

  /** Makes the record under way the first of the buffer, once the window has dropped what is returned. */
  #dropReadRecords(): number {
    const drop = this.#recordStart;
    this.#scanner.spans.dropBefore(this.#firstSpan);
    this.#firstSpan = 0;
    if (drop > 0) this.#scanner.moveBack(drop);
    this.#recordStart = 0;
    return drop;
  }

  #read(atEnd: boolean): CsvRow[] {
    this.#rows = [];
    this.#layout = [];
    if (!this.#started) {
      const { buffer, length } = this.#window;
      if (length < 3 && !atEnd) return this.#rows;
      this.#started = true;
      if (length >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) this.#beginRecord(3);
    }
    while (this.#tooLong === null ? this.#advance(atEnd) : this.#skip(atEnd)) {
      // Each turn ends a record, refuses a line, or changes to skipping.
    }
    this.#fillFields();
    return this.#rows;
  }

  /** Reads up to the end of a record. False when more bytes are needed or the file is over. */
  #advance(atEnd: boolean): boolean {
    const { buffer, length } = this.#window;
    const cap = this.#recordStart + this.#maxRecordBytes + 1;
    const stop = this.#scanner.scan(buffer, Math.min(length, cap));
    if (stop === 'line-end') this.#endRecord(this.#scanner.position, this.#scanner.position + 1);
    else if (stop === 'stray-quote') this.#refuseFirstLine();
    else if (length >= cap) this.#outgrown(cap);
    else if (!atEnd || this.#recordStart === length) return false;
    else if (this.#scanner.isInQuotes) this.#refuseFirstLine();
    else this.#endRecord(length, length);
    return true;
  }

  #hasLineEnd(from: number, to: number): boolean {
    return this.#window.buffer.subarray(from, to).includes(this.#lineEnd);
  }

  /** Where the text of a line ends whose line end is at that position: a CR before LF is part of the line end. */
  #textEnd(lineEnd: number): number {
    const hasCr =
      this.#lineEnd === LF && lineEnd > this.#recordStart && this.#window.buffer[lineEnd - 1] === CR;
    return hasCr ? lineEnd - 1 : lineEnd;
  }

  /** The record's text ends before `lineEnd`, the next record starts at `next`. */
  #endRecord(lineEnd: number, next: number): void {
    const end = next > lineEnd ? this.#textEnd(lineEnd) : lineEnd;
    this.#scanner.endRecord(end);
    if (
      this.#scanner.hadQuotes &&
      this.#expectedFields >= 0 &&
      this.#fieldsWithoutEmptySurplus() !== this.#expectedFields &&
      this.#hasLineEnd(this.#recordStart, lineEnd) &&
      !this.#isSeveralRows(lineEnd)
    ) {
      this.#refuseFirstLine();
      return;
    }
    this.#addRow(this.#recordStart, end, null);
    this.#beginRecord(next);
  }

  #fieldsWithoutEmptySurplus(): number {
    const { spans } = this.#scanner;
    let count = spans.count - this.#firstSpan;
    for (; count > this.#expectedFields; count--) {
      const last = this.#firstSpan + count - 1;
      if (spans.startOf(last) !== spans.endOf(last)) break;
    }
    return count;
  }

  /** Whether the record is whole rows that end as on another system: a CR alone where LF ends them, or the reverse. */
  #isSeveralRows(lineEnd: number): boolean {
    const { buffer } = this.#window;
    const surplus = this.#scanner.spans.count - this.#firstSpan - this.#expectedFields;
    if (surplus <= 0 || surplus % (this.#expectedFields - 1) !== 0) return false;
    const other = this.#lineEnd === LF ? CR : LF;
    let at = buffer.indexOf(other, this.#recordStart);
    while (at >= 0 && at < lineEnd && buffer[at + 1] === this.#lineEnd) at = buffer.indexOf(other, at + 1);
    return at >= 0 && at < lineEnd;
  }

  /** Gives the record's first line back as refused; reading goes on behind it. */
  #refuseFirstLine(): void {
    const { buffer, length } = this.#window;
    const found = buffer.subarray(this.#recordStart, length).indexOf(this.#lineEnd);
    const lineEnd = found < 0 ? length : this.#recordStart + found;
    const end = found < 0 ? lineEnd : this.#textEnd(lineEnd);
    this.#scanner.spans.count = this.#firstSpan;
    this.#addRow(this.#recordStart, end, {
      code: 'unclosed-quote',
      bytes: this.#window.original(this.#recordStart, end),
    });
    this.#beginRecord(Math.min(lineEnd + 1, length));
  }

  /** More than `maxRecordBytes` and no end: a stray quote when it spans lines, else one endless line. */
  #outgrown(cap: number): void {
    if (this.#hasLineEnd(this.#recordStart, cap)) {
      this.#refuseFirstLine();
      return;
    }
    this.#tooLong = {
      bytes: this.#window.original(this.#recordStart, cap - 1),
      byteOffset: this.#origin,
      byteLength: 0,
    };
    this.#scanner.spans.count = this.#firstSpan;
  }

  #skip(atEnd: boolean): boolean {
    const tooLong = this.#tooLong!;
    const { buffer, length } = this.#window;
    const from = this.#recordStart;
    const found = buffer.subarray(from, length).indexOf(this.#lineEnd);
    const isOver = found >= 0 || atEnd;
    // A CR at the end of the chunk may belong to the line end in the next one.
    const crWaits = !isOver && this.#lineEnd === LF && buffer[length - 1] === CR;
    const stop = found >= 0 ? from + found : length - (crWaits ? 1 : 0);
    tooLong.byteLength += this.#window.originalLength(from, found >= 0 ? this.#textEnd(stop) : stop);
    if (!isOver) {
      this.#beginRecord(stop);
      return false;
    }
    this.#rows.push({
      fields: [],
      byteOffset: tooLong.byteOffset,
      byteLength: tooLong.byteLength,
      foreignEncoding: false,
      refusal: { code: 'record-too-long', bytes: tooLong.bytes },
    });
    this.#layout.push(from, stop, this.#firstSpan, this.#firstSpan);
    this.#tooLong = null;
    this.#beginRecord(found >= 0 ? stop + 1 : stop);
    return true;
  }

  #addRow(from: number, to: number, refusal: CsvRefusal | null): void {
    this.#layout.push(from, to, this.#firstSpan, this.#scanner.spans.count);
    this.#rows.push({
      fields: [],
      byteOffset: this.#origin,
      byteLength: this.#isWide ? this.#window.originalLength(from, to) : to - from,
      foreignEncoding: false,
      refusal,
    });
  }

  #beginRecord(at: number): void {
    this.#origin += this.#isWide
      ? this.#window.originalLength(this.#recordStart, at)
      : at - this.#recordStart;
    this.#recordStart = at;
    this.#firstSpan = this.#scanner.spans.count;
    this.#scanner.beginRecord(at);
  }

  #fillFields(): void {
    const rows = this.#rows;
    if (rows.length === 0) return;
    const { spans } = this.#scanner;
    const layout = this.#layout;
    const texts = this.#texts;
    texts.begin(this.#window.buffer, layout[0]!, this.#recordStart);
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      if (row.refusal !== null) {
        texts.skip(layout[index * LAYOUT]!, layout[index * LAYOUT + 1]!);
        continue;
      }
      const first = layout[index * LAYOUT + 2]!;
      const last = layout[index * LAYOUT + 3]!;
      const fields = new Array<string>(last - first);
      for (let span = first; span < last; span++) {
        fields[span - first] = texts.cut(spans.startOf(span), spans.endOf(span), spans.bitsOf(span));
      }
      row.fields = fields;
      if (texts.foreign) {
        row.foreignEncoding = true;
        texts.foreign = false;
      }
    }
  }
}
