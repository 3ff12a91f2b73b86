import type { CsvDialect } from './csv-dialect.ts';
import { decodeField, positionalText } from './field-text.ts';
import { createUtf16Converter, toUtf16, type Utf16Converter, utf16BytesOf } from './utf16.ts';

export interface CsvRow {
  /** The fields as text, quotes removed; empty when `refusal` is set. A blank line is one empty field. */
  fields: string[];
  /** Where the row starts in the (decompressed) file, counted in original bytes whatever the encoding. */
  byteOffset: number;
  /** Original bytes of the row without its line end. */
  byteLength: number;
  /** A field was not in the file's encoding. */
  foreignEncoding: boolean;
  refusal: CsvRefusal | null;
}

export interface CsvRefusal {
  code: 'unclosed-quote' | 'record-too-long';
  /** The original bytes: all of them, or the first `maxRecordBytes` of a record that is longer. */
  bytes: Uint8Array;
}

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
}

const DEFAULT_MAX_RECORD_BYTES = 1 << 20;
const LF = 10;
const CR = 13;
const SPACE = 32;

/** Where the scan stands inside a record. */
const FIELD_START = 0;
const PLAIN = 1;
const QUOTED = 2;
/** A quote inside a quoted field: its end, or the first of two that mean one. */
const QUOTE_SEEN = 3;
/** Only spaces since the closing quote. */
const CLOSED = 4;
/** Text after the closing quote: the quotes were part of the text. */
const LITERAL = 5;
/** Looking for the end of a record that is too long. */
const SKIPPING = 6;

const HAS_DOUBLED_QUOTE = 0x100;
/** Each field is three integers: start, end, its bytes or-ed together with the flag above. */
const SPAN = 3;

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
  readonly #dialect: CsvDialect;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #lineEnd: number;
  readonly #maxRecordBytes: number;
  readonly #expectedFields: number;
  readonly #converter: Utf16Converter | null;

  #buffer = new Uint8Array(1 << 16);
  #length = 0;
  /** Positions in the buffer. */
  #recordStart = 0;
  #position = 0;
  #fieldStart = 0;
  #closedAt = 0;
  #state = FIELD_START;
  #fieldBits = 0;
  #hadQuotes = false;
  #started = false;
  #ended = false;

  /** Original offset of the byte at #recordStart. */
  #origin = 0;
  #oddByte: number | null = null;
  #tooLong: { bytes: Uint8Array; byteOffset: number; byteLength: number } | null = null;

  /** Fields of the batch's records and of the record under way. */
  #spans = new Int32Array(SPAN * 1024);
  #spanCount = 0;
  #recordFirstSpan = 0;

  #rows: CsvRow[] = [];
  /** For each row of the batch: start and end in the buffer, first span and the one after its last. */
  #layout: number[] = [];

  constructor({ dialect, maxRecordBytes, expectedFields }: CsvReaderOptions) {
    this.#dialect = dialect;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === null ? -1 : dialect.quote.charCodeAt(0);
    this.#lineEnd = dialect.lineEnding === 'cr' ? CR : LF;
    this.#maxRecordBytes = maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES;
    this.#expectedFields = expectedFields ?? -1;
    this.#converter = dialect.encoding.startsWith('utf-16')
      ? createUtf16Converter(dialect.encoding === 'utf-16be')
      : null;
  }

  push(chunk: Uint8Array): CsvRow[] {
    if (this.#ended) throw new Error('csv reader: push after end; a reader reads one file');
    this.#append(this.#converter === null ? chunk : this.#converter.push(chunk));
    return this.#read(false);
  }

  end(): CsvRow[] {
    if (this.#ended) throw new Error('csv reader: ended twice; a reader reads one file');
    this.#ended = true;
    const rest = this.#converter?.end() ?? { bytes: new Uint8Array(0), oddByte: null };
    this.#oddByte = rest.oddByte;
    this.#append(rest.bytes);
    const rows = this.#read(true);
    const last = rows.at(-1);
    if (this.#oddByte !== null && last !== undefined) {
      // The odd byte was converted to a character that stands for two.
      const whole = last.refusal?.bytes.length === last.byteLength;
      last.byteLength -= 1;
      if (last.refusal !== null && whole) last.refusal.bytes = this.#withOddByte(last.refusal.bytes);
    }
    return rows;
  }

  bytesOf(index: number): Uint8Array {
    const row = this.#rows[index];
    if (row === undefined) {
      throw new Error(`csv reader: no row ${index} in the last batch of ${this.#rows.length} rows`);
    }
    if (row.refusal !== null) return row.refusal.bytes;
    const bytes = this.#original(this.#layout[index * 4]!, this.#layout[index * 4 + 1]!);
    return this.#oddByte !== null && index === this.#rows.length - 1 ? this.#withOddByte(bytes) : bytes;
  }

  #withOddByte(bytes: Uint8Array): Uint8Array {
    const exact = bytes.slice(0, -1);
    exact[exact.length - 1] = this.#oddByte!;
    return exact;
  }

  /** Copy of the original bytes of a span of the buffer. */
  #original(from: number, to: number): Uint8Array {
    const bytes = this.#buffer.slice(from, to);
    return this.#converter === null ? bytes : toUtf16(bytes, this.#dialect.encoding === 'utf-16be');
  }

  #originalLength(from: number, to: number): number {
    return this.#converter === null ? to - from : utf16BytesOf(this.#buffer, from, to);
  }

  #append(bytes: Uint8Array): void {
    this.#dropReadRecords();
    if (this.#length + bytes.length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + bytes.length));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #dropReadRecords(): void {
    const drop = this.#recordStart;
    this.#spans.copyWithin(0, this.#recordFirstSpan * SPAN, this.#spanCount * SPAN);
    this.#spanCount -= this.#recordFirstSpan;
    this.#recordFirstSpan = 0;
    if (drop === 0) return;
    this.#buffer.copyWithin(0, drop, this.#length);
    for (let span = 0; span < this.#spanCount; span++) {
      this.#spans[span * SPAN]! -= drop;
      this.#spans[span * SPAN + 1]! -= drop;
    }
    this.#length -= drop;
    this.#position -= drop;
    this.#fieldStart -= drop;
    this.#closedAt -= drop;
    this.#recordStart = 0;
  }

  #read(atEnd: boolean): CsvRow[] {
    this.#rows = [];
    this.#layout = [];
    if (!this.#started) {
      if (this.#length < 3 && !atEnd) return this.#rows;
      this.#started = true;
      if (
        this.#buffer[0] === 0xef &&
        this.#buffer[1] === 0xbb &&
        this.#buffer[2] === 0xbf &&
        this.#length >= 3
      ) {
        this.#beginRecord(3);
      }
    }
    while (this.#advance(atEnd)) {
      // Each turn ends a record, refuses a line, or changes to skipping.
    }
    this.#fillFields();
    return this.#rows;
  }

  /** Reads up to the end of a record. False when more bytes are needed or the file is over. */
  #advance(atEnd: boolean): boolean {
    if (this.#state === SKIPPING) return this.#skip(atEnd);
    const limit = Math.min(this.#length, this.#recordStart + this.#maxRecordBytes + 1);
    if (this.#scanTo(limit)) return true;
    if (limit === this.#recordStart + this.#maxRecordBytes + 1) {
      this.#outgrown();
      return true;
    }
    if (!atEnd || this.#recordStart === this.#length) return false;
    if (this.#state === QUOTED) this.#refuseFirstLine();
    else this.#endRecord(this.#length, this.#length);
    return true;
  }

  /** The byte loop. True when a record was ended or a line refused before `limit`. */
  #scanTo(limit: number): boolean {
    const buffer = this.#buffer;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const lineEnd = this.#lineEnd;
    let position = this.#position;
    let state = this.#state;
    let bits = this.#fieldBits;
    while (position < limit) {
      const byte = buffer[position]!;
      if (state === QUOTED) {
        if (byte === quote) state = QUOTE_SEEN;
        else bits |= byte;
        position++;
        continue;
      }
      if (state === QUOTE_SEEN) {
        if (byte === quote) {
          state = QUOTED;
          bits |= HAS_DOUBLED_QUOTE;
          position++;
          continue;
        }
        this.#closedAt = position - 1;
        state = CLOSED;
      }
      if (byte === delimiter || byte === lineEnd) {
        this.#state = state;
        this.#fieldBits = bits;
        if (byte === lineEnd) {
          this.#endRecord(position, position + 1);
          return true;
        }
        this.#endField(position);
        position++;
        this.#fieldStart = position;
        state = FIELD_START;
        bits = 0;
        continue;
      }
      if (state === FIELD_START) {
        if (byte === quote) {
          state = QUOTED;
          this.#hadQuotes = true;
          position++;
          continue;
        }
        state = PLAIN;
      } else if (state === CLOSED && byte !== SPACE && byte !== CR) {
        if (this.#lineEndIn(this.#fieldStart, position)) {
          this.#refuseFirstLine();
          return true;
        }
        state = LITERAL;
      }
      bits |= byte;
      position++;
    }
    this.#position = position;
    this.#state = state;
    this.#fieldBits = bits;
    return false;
  }

  #lineEndIn(from: number, to: number): boolean {
    return this.#buffer.subarray(from, to).includes(this.#lineEnd);
  }

  #endField(end: number): void {
    const closed = this.#state === CLOSED || this.#state === QUOTE_SEEN;
    let bits = this.#fieldBits;
    if (this.#state === LITERAL) bits &= ~HAS_DOUBLED_QUOTE;
    const at = this.#spanCount * SPAN;
    if (at + SPAN > this.#spans.length) {
      const grown = new Int32Array(this.#spans.length * 2);
      grown.set(this.#spans);
      this.#spans = grown;
    }
    this.#spans[at] = closed ? this.#fieldStart + 1 : this.#fieldStart;
    this.#spans[at + 1] = closed ? this.#closedAt : end;
    this.#spans[at + 2] = bits;
    this.#spanCount++;
  }

  /** The record's text ends before `lineEnd`, the next record starts at `next`. */
  #endRecord(lineEnd: number, next: number): void {
    if (this.#state === QUOTE_SEEN) this.#closedAt = lineEnd - 1;
    const hasCr =
      this.#lineEnd === LF &&
      next > lineEnd &&
      lineEnd > this.#recordStart &&
      this.#buffer[lineEnd - 1] === CR;
    const end = hasCr ? lineEnd - 1 : lineEnd;
    this.#endField(Math.max(end, this.#fieldStart));
    if (
      this.#hadQuotes &&
      this.#expectedFields >= 0 &&
      this.#fieldsWithoutEmptySurplus() !== this.#expectedFields &&
      this.#lineEndIn(this.#recordStart, lineEnd)
    ) {
      this.#refuseFirstLine();
      return;
    }
    this.#addRow(this.#recordStart, end, null);
    this.#recordFirstSpan = this.#spanCount;
    this.#beginRecord(next);
  }

  #fieldsWithoutEmptySurplus(): number {
    let count = this.#spanCount - this.#recordFirstSpan;
    for (; count > this.#expectedFields; count--) {
      const last = (this.#recordFirstSpan + count - 1) * SPAN;
      if (this.#spans[last] !== this.#spans[last + 1]) break;
    }
    return count;
  }

  /** Gives the record's first line back as refused; reading goes on behind it. */
  #refuseFirstLine(): void {
    const found = this.#buffer.subarray(this.#recordStart, this.#length).indexOf(this.#lineEnd);
    const lineEnd = found < 0 ? this.#length : this.#recordStart + found;
    const hasCr = this.#lineEnd === LF && found > 0 && this.#buffer[lineEnd - 1] === CR;
    const end = hasCr ? lineEnd - 1 : lineEnd;
    this.#spanCount = this.#recordFirstSpan;
    this.#addRow(this.#recordStart, end, {
      code: 'unclosed-quote',
      bytes: this.#original(this.#recordStart, end),
    });
    this.#beginRecord(Math.min(lineEnd + 1, this.#length));
  }

  /** More than `maxRecordBytes` and no end: a stray quote when it spans lines, else one endless line. */
  #outgrown(): void {
    const cap = this.#recordStart + this.#maxRecordBytes;
    if (this.#lineEndIn(this.#recordStart, cap + 1)) {
      this.#refuseFirstLine();
      return;
    }
    this.#tooLong = {
      bytes: this.#original(this.#recordStart, cap),
      byteOffset: this.#origin,
      byteLength: 0,
    };
    this.#spanCount = this.#recordFirstSpan;
    this.#state = SKIPPING;
  }

  #skip(atEnd: boolean): boolean {
    const tooLong = this.#tooLong!;
    const found = this.#buffer.subarray(this.#recordStart, this.#length).indexOf(this.#lineEnd);
    const over = found >= 0 || atEnd;
    // A CR at the end of the chunk may belong to the line end in the next one.
    const crWaits = !over && this.#lineEnd === LF && this.#buffer[this.#length - 1] === CR;
    const stop = found >= 0 ? this.#recordStart + found : this.#length - (crWaits ? 1 : 0);
    const hasCr = this.#lineEnd === LF && found > 0 && this.#buffer[stop - 1] === CR;
    tooLong.byteLength += this.#originalLength(this.#recordStart, hasCr ? stop - 1 : stop);
    if (!over) {
      this.#origin += this.#originalLength(this.#recordStart, stop);
      this.#recordStart = stop;
      this.#position = stop;
      return false;
    }
    this.#rows.push({
      fields: [],
      byteOffset: tooLong.byteOffset,
      byteLength: tooLong.byteLength,
      foreignEncoding: false,
      refusal: { code: 'record-too-long', bytes: tooLong.bytes },
    });
    this.#layout.push(stop, stop, this.#spanCount, this.#spanCount);
    this.#tooLong = null;
    this.#beginRecord(found >= 0 ? stop + 1 : stop);
    return true;
  }

  #addRow(from: number, to: number, refusal: CsvRefusal | null): void {
    this.#layout.push(from, to, this.#recordFirstSpan, this.#spanCount);
    this.#rows.push({
      fields: [],
      byteOffset: this.#origin,
      byteLength: this.#originalLength(from, to),
      foreignEncoding: false,
      refusal,
    });
  }

  #beginRecord(at: number): void {
    this.#origin += this.#originalLength(this.#recordStart, at);
    this.#recordStart = at;
    this.#position = at;
    this.#fieldStart = at;
    this.#state = FIELD_START;
    this.#fieldBits = 0;
    this.#hadQuotes = false;
  }

  /** Text is cut out of one decoded string for the whole batch: far faster than decoding field by field. */
  #fillFields(): void {
    if (this.#rows.length === 0) return;
    const base = this.#layout[0]!;
    const text = positionalText(this.#buffer.subarray(base, this.#recordStart));
    const spans = this.#spans;
    const quote = this.#dialect.quote ?? '';
    for (let index = 0; index < this.#rows.length; index++) {
      const row = this.#rows[index]!;
      const last = this.#layout[index * 4 + 3]!;
      for (let span = this.#layout[index * 4 + 2]!; span < last; span++) {
        const start = spans[span * SPAN]!;
        const end = spans[span * SPAN + 1]!;
        const bits = spans[span * SPAN + 2]!;
        let field: string;
        if ((bits & 0x80) === 0) field = text.slice(start - base, end - base);
        else {
          const decoded = decodeField(this.#buffer.subarray(start, end), this.#dialect.encoding);
          field = decoded.text;
          if (decoded.foreign) row.foreignEncoding = true;
        }
        if (bits & HAS_DOUBLED_QUOTE) field = field.replaceAll(quote + quote, quote);
        row.fields.push(field);
      }
    }
  }
}
