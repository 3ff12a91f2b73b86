import type { Encoding } from './csv-dialect.ts';
import { FieldSpans } from './field-spans.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');
const latin9 = new TextDecoder('iso-8859-15');

/**
 * Cuts the texts of fields out of the decoded text of a whole batch: far faster than decoding field by field.
 *
 * Fields are asked for in the order of their bytes, because characters and bytes drift apart in UTF-8.
 */
export class FieldTexts {
  readonly #encoding: Encoding;
  readonly #quote: string;
  #bytes: Uint8Array = new Uint8Array(0);
  #base = 0;
  #text = '';
  /** Characters of `#text` are bytes; fields beyond ASCII are decoded one by one. */
  #isPositional = true;
  /** How many more bytes than characters there are before the next field. */
  #drift = 0;
  /** A field was not in the file's encoding; whoever asks sets it back. */
  foreign = false;

  constructor(encoding: Encoding, quote: string | null) {
    this.#encoding = encoding;
    this.#quote = quote ?? '';
  }

  /** Starts a batch: the bytes of the buffer from `base` on, up to `end`. */
  begin(buffer: Uint8Array, base: number, end: number): void {
    const bytes = buffer.subarray(base, end);
    this.#bytes = bytes;
    this.#base = base;
    this.#drift = 0;
    this.#isPositional = false;
    if (this.#encoding === 'windows-1252') this.#text = windows1252.decode(bytes);
    else if (this.#encoding === 'iso-8859-15') this.#text = latin9.decode(bytes);
    else {
      try {
        this.#text = strictUtf8.decode(bytes);
      } catch {
        this.#isPositional = true;
        this.#text = windows1252.decode(bytes);
      }
    }
  }

  /** Tells that the bytes from `from` to `to` are of no field, though they may be more than ASCII. */
  skip(from: number, to: number): void {
    if (this.#driftsIn()) this.#drift += this.#driftOf(from - this.#base, to - this.#base);
  }

  /** The text of the field at that span, doubled quotes made one. */
  cut(start: number, end: number, bits: number): string {
    const from = start - this.#base;
    const to = end - this.#base;
    let text: string;
    if ((bits & FieldSpans.HAS_HIGH_BYTE) === 0)
      text = this.#text.slice(from - this.#drift, to - this.#drift);
    else if (this.#isPositional) text = this.#decoded(from, to);
    else if (!this.#driftsIn()) text = this.#text.slice(from, to);
    else {
      const first = from - this.#drift;
      this.#drift += this.#driftOf(from, to);
      text = this.#text.slice(first, to - this.#drift);
    }
    return bits & FieldSpans.HAS_DOUBLED_QUOTE
      ? text.replaceAll(this.#quote + this.#quote, this.#quote)
      : text;
  }

  #driftsIn(): boolean {
    return !this.#isPositional && this.#encoding !== 'windows-1252' && this.#encoding !== 'iso-8859-15';
  }

  /** Bytes minus UTF-16 units of valid UTF-8. */
  #driftOf(from: number, to: number): number {
    let drift = 0;
    for (let at = from; at < to; at++) {
      const byte = this.#bytes[at]!;
      if ((byte & 0xc0) === 0x80) drift++;
      else if (byte >= 0xf0) drift--;
    }
    return drift;
  }

  /**
   * In a `utf-8` file a field that is not valid UTF-8 is read as windows-1252, and `foreign` tells so. Wide
   * encodings arrive here converted; what is no character in them becomes U+FFFD.
   */
  #decoded(from: number, to: number): string {
    const bytes = this.#bytes.subarray(from, to);
    if (this.#encoding !== 'utf-8') return lenientUtf8.decode(bytes);
    try {
      return strictUtf8.decode(bytes);
    } catch {
      this.foreign = true;
      return windows1252.decode(bytes);
    }
  }
}
