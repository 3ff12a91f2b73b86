import { once } from 'node:events';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const encoder = new TextEncoder();
const FIRST_BYTES = 1 << 16;
const TWO_32 = 2 ** 32;
/** 2000-01-01 UTC, where PostgreSQL begins to count. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/**
 * Rows in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/18/sql-copy.html, Binary Format): half
 * the work of the text format on both sides, because nothing is printed and parsed again.
 *
 * `begin` a row with its number of fields, then write that many, in the order of the columns.
 */
export class BinaryRows {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get byteLength(): number {
    return this.#length;
  }

  begin(fields: number): void {
    this.#ensure(2);
    this.#view.setInt16(this.#length, fields);
    this.#length += 2;
  }

  null(): void {
    this.#ensure(4);
    this.#view.setInt32(this.#length, -1);
    this.#length += 4;
  }

  /** A bigint column. Integers that a double holds exactly. */
  int64(value: number | null): void {
    if (value === null) {
      this.null();
      return;
    }
    const high = Math.floor(value / TWO_32);
    this.int64Halves(high, value - high * TWO_32);
  }

  /** A bigint column, given as its upper and lower 32 bits. */
  int64Halves(high: number, low: number): void {
    this.#ensure(12);
    const view = this.#view;
    view.setInt32(this.#length, 8);
    view.setInt32(this.#length + 4, high);
    view.setInt32(this.#length + 8, low);
    this.#length += 12;
  }

  /** A timestamptz column, from epoch milliseconds. */
  instant(epochMs: number | null): void {
    this.int64(epochMs === null ? null : Math.round((epochMs - POSTGRES_EPOCH_MS) * 1000));
  }

  /** A double precision column. */
  float64(value: number): void {
    this.#ensure(12);
    this.#view.setInt32(this.#length, 8);
    this.#view.setFloat64(this.#length + 4, value);
    this.#length += 12;
  }

  /** A text or enum column. Half of a surrogate pair is stored as U+FFFD. */
  text(text: string | null): void {
    if (text === null) {
      this.null();
      return;
    }
    const characters = text.length;
    this.#ensure(4 + characters * 3);
    const bytes = this.#bytes;
    const start = this.#length + 4;
    let at = start;
    for (let index = 0; index < characters; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        at = start + encoder.encodeInto(text, bytes.subarray(start)).written;
        break;
      }
      bytes[at++] = code;
    }
    this.#view.setInt32(this.#length, at - start);
    this.#length = at;
  }

  /** A jsonb column: a version byte, then the text. */
  jsonb(text: string | null): void {
    if (text === null) this.null();
    else this.text(`\u0001${text}`);
  }

  /** A text[] column. */
  textArray(texts: readonly string[]): void {
    const lengthAt = this.#length;
    this.#ensure(24);
    const view = this.#view;
    // One dimension, no nulls, element type text (oid 25), its size, first index 1.
    for (const [index, word] of [0, 1, 0, 25, texts.length, 1].entries())
      view.setInt32(lengthAt + index * 4, word);
    this.#length += 24;
    for (const text of texts) this.text(text);
    this.#view.setInt32(lengthAt, this.#length - lengthAt - 4);
  }

  /** A bytea column. */
  bytes(bytes: Uint8Array): void {
    this.#ensure(4 + bytes.length);
    this.#view.setInt32(this.#length, bytes.length);
    this.#bytes.set(bytes, this.#length + 4);
    this.#length += 4 + bytes.length;
  }

  /** The rows so far, which are the caller's; it begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, this.#length));
    this.#view = new DataView(this.#bytes.buffer);
    this.#length = 0;
    return taken;
  }

  #ensure(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Signature, flags and an empty header extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);

/** Copies rows into `target` (`table (columns)`) and resolves when the server has taken all of them. */
export async function copyBinary(
  client: PoolClient,
  target: string,
  chunks: readonly Uint8Array[],
  options = '',
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${target} from stdin (format binary${options})`));
  const finished = once(stream, 'finish');
  // Heard at once: an error while waiting for room must not end the process.
  finished.catch(() => {});
  stream.write(HEADER);
  for (const chunk of chunks) {
    if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), finished]);
  }
  stream.end(TRAILER);
  await finished;
}
