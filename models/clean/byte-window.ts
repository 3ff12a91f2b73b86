import {
  createWideConverter,
  toWide,
  type WideConverter,
  type WideUnits,
  wideBytesOf,
} from './wide-units.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * The part of a file that is being read, in an encoding that contains ASCII, and the way back from its positions
 * to the original bytes.
 */
export class ByteWindow {
  /** Read up to `length`. Replaced when it grows. */
  buffer = NO_BYTES;
  length = 0;
  readonly #units: WideUnits | null;
  readonly #converter: WideConverter | null;
  /** The bytes of a last unit that the end of the file cuts; in the buffer they are U+FFFD. */
  #cutUnit = NO_BYTES;

  constructor(units: WideUnits | null) {
    this.#units = units;
    this.#converter = units === null ? null : createWideConverter(units);
  }

  /** Adds a chunk, after dropping the first `drop` bytes of the buffer. */
  append(chunk: Uint8Array, drop: number): void {
    this.#add(this.#converter === null ? chunk : this.#converter.push(chunk), drop);
  }

  /** Adds what waited for the end of the file. */
  close(drop: number): void {
    const rest = this.#converter?.end() ?? { bytes: NO_BYTES, cutUnit: NO_BYTES };
    this.#cutUnit = rest.cutUnit;
    this.#add(rest.bytes, drop);
  }

  #add(bytes: Uint8Array, drop: number): void {
    if (drop > 0) this.buffer.copyWithin(0, drop, this.length);
    this.length -= drop;
    const length = this.length + bytes.length;
    if (length > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.buffer.length * 2, length));
      grown.set(this.buffer.subarray(0, this.length));
      this.buffer = grown;
    }
    this.buffer.set(bytes, this.length);
    this.length = length;
  }

  /** How many original bytes the span of the buffer stands for. */
  originalLength(from: number, to: number): number {
    if (this.#units === null) return to - from;
    const whole = wideBytesOf(this.buffer, from, to, this.#units);
    return this.#isCut(from, to) ? whole - this.#units.unitBytes + this.#cutUnit.length : whole;
  }

  /** Copy of the original bytes of a span of the buffer. */
  original(from: number, to: number): Uint8Array {
    const bytes = this.buffer.slice(from, to);
    if (this.#units === null) return bytes;
    const wide = toWide(bytes, this.#units);
    if (!this.#isCut(from, to)) return wide;
    const exact = wide.slice(0, wide.length - this.#units.unitBytes + this.#cutUnit.length);
    exact.set(this.#cutUnit, exact.length - this.#cutUnit.length);
    return exact;
  }

  #isCut(from: number, to: number): boolean {
    return this.#cutUnit.length > 0 && to === this.length && from < to;
  }
}
