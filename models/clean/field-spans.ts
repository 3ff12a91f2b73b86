/** Each field is three integers: start, end, its bytes or-ed together with the flag below. */
const SPAN = 3;

/** Where the fields of a batch of records lie in the buffer; the last ones are of the record under way. */
export class FieldSpans {
  /** A field in which a doubled quote stands for one. */
  static readonly HAS_DOUBLED_QUOTE = 0x100;
  /** A field with a byte beyond ASCII. */
  static readonly HAS_HIGH_BYTE = 0x80;

  count = 0;
  #integers = new Int32Array(SPAN * 64);

  add(start: number, end: number, bits: number): void {
    const at = this.count * SPAN;
    if (at === this.#integers.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#integers);
      this.#integers = grown;
    }
    this.#integers[at] = start;
    this.#integers[at + 1] = end;
    this.#integers[at + 2] = bits;
    this.count++;
  }

  startOf(span: number): number {
    return this.#integers[span * SPAN]!;
  }

  endOf(span: number): number {
    return this.#integers[span * SPAN + 1]!;
  }

  bitsOf(span: number): number {
    return this.#integers[span * SPAN + 2]!;
  }

  /** Drops the spans before `first`. */
  dropBefore(first: number): void {
    if (first === 0) return;
    this.#integers.copyWithin(0, first * SPAN, this.count * SPAN);
    this.count -= first;
  }

  /** Follows a buffer whose first bytes were dropped. */
  moveBack(by: number): void {
    for (let at = 0; at < this.count * SPAN; at += SPAN) {
      this.#integers[at]! -= by;
      this.#integers[at + 1]! -= by;
    }
  }
}
