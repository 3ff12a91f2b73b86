import { FieldSpans } from './field-spans.ts';

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
type State =
  | typeof FIELD_START
  | typeof PLAIN
  | typeof QUOTED
  | typeof QUOTE_SEEN
  | typeof CLOSED
  | typeof LITERAL;

/** What stopped a scan. `stray-quote`: text behind the closing quote of a field that spans lines. */
export type ScanStop = 'limit' | 'line-end' | 'stray-quote';

export interface ScannedBytes {
  /** A code below 128, or -1 for none. */
  delimiter: number;
  quote: number;
  lineEnd: number;
}

const CR = 13;
const SPACE = 32;

/**
 * Finds the fields of one record after the other in a buffer, byte by byte, and can be stopped at any byte.
 * Positions are those of the buffer; `moveBack` follows it when its front is dropped.
 */
export class CsvScanner {
  readonly spans = new FieldSpans();
  /** The next byte to look at. */
  position = 0;
  /** The record under way has a field that begins with a quote. */
  hadQuotes = false;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #lineEnd: number;
  #fieldStart = 0;
  #closedAt = 0;
  #state: State = FIELD_START;
  #bits = 0;

  constructor({ delimiter, quote, lineEnd }: ScannedBytes) {
    this.#delimiter = delimiter;
    this.#quote = quote;
    this.#lineEnd = lineEnd;
  }

  /** Forgets the record under way; the next one starts at `position`. */
  beginRecord(position: number): void {
    this.position = position;
    this.#fieldStart = position;
    this.#state = FIELD_START;
    this.#bits = 0;
    this.hadQuotes = false;
  }

  moveBack(by: number): void {
    this.position -= by;
    this.#fieldStart -= by;
    this.#closedAt -= by;
    this.spans.moveBack(by);
  }

  /** Whether the scan stands inside a field whose quote is not closed. */
  get isInQuotes(): boolean {
    return this.#state === QUOTED;
  }

  /** Scans to the end of the record's last line, where `position` then stands, or to `limit`. */
  scan(buffer: Uint8Array, limit: number): ScanStop {
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const lineEnd = this.#lineEnd;
    let position = this.position;
    let state = this.#state;
    let bits = this.#bits;
    while (position < limit) {
      let byte = buffer[position]!;
      if (state === FIELD_START && byte === quote) {
        state = QUOTED;
        this.hadQuotes = true;
        position++;
        continue;
      }
      if (state === QUOTED) {
        if (byte === quote) state = QUOTE_SEEN;
        else bits |= byte;
        position++;
        continue;
      }
      if (state === QUOTE_SEEN) {
        if (byte === quote) {
          state = QUOTED;
          bits |= FieldSpans.HAS_DOUBLED_QUOTE;
          position++;
          continue;
        }
        this.#closedAt = position - 1;
        state = CLOSED;
      }
      if (state === CLOSED && byte !== delimiter && byte !== lineEnd) {
        if (byte === SPACE || byte === CR) {
          position++;
          continue;
        }
        if (buffer[position - 1] === CR && buffer[position - 2] !== CR) {
          // Behind a closed quote a CR is no text: it ends the row as on another system.
          this.#keep(position - 1, state, bits);
          return 'line-end';
        }
        if (buffer.subarray(this.#fieldStart, position).includes(lineEnd)) return 'stray-quote';
        state = LITERAL;
      }
      // The loop that most bytes of a log go through.
      while (byte !== delimiter && byte !== lineEnd) {
        bits |= byte;
        if (++position === limit) {
          this.#keep(position, state === FIELD_START ? PLAIN : state, bits);
          return 'limit';
        }
        byte = buffer[position]!;
      }
      if (byte === lineEnd) {
        this.#keep(position, state, bits);
        return 'line-end';
      }
      if (state === CLOSED) this.spans.add(this.#fieldStart + 1, this.#closedAt, bits);
      else this.spans.add(this.#fieldStart, position, state === LITERAL ? bits & 0xff : bits);
      position++;
      this.#fieldStart = position;
      state = FIELD_START;
      bits = 0;
    }
    this.#keep(position, state, bits);
    return 'limit';
  }

  #keep(position: number, state: State, bits: number): void {
    this.position = position;
    this.#state = state;
    this.#bits = bits;
  }

  /** Adds the record's last field, which ends at `end`. */
  endRecord(end: number): void {
    if (this.#state === QUOTE_SEEN) {
      this.#closedAt = this.position - 1;
      this.#state = CLOSED;
    }
    if (this.#state === CLOSED) this.spans.add(this.#fieldStart + 1, this.#closedAt, this.#bits);
    else {
      const bits = this.#state === LITERAL ? this.#bits & 0xff : this.#bits;
      this.spans.add(this.#fieldStart, Math.max(end, this.#fieldStart), bits);
    }
  }
}
