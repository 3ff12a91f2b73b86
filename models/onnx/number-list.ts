/** Numbers one after the other, 8 bytes each, of a count not known beforehand. */
export class NumberList {
  private buffer = new Float64Array(16);
  length = 0;

  push(value: number): void {
    if (this.length === this.buffer.length) {
      const wider = new Float64Array(2 * this.length);
      wider.set(this.buffer);
      this.buffer = wider;
    }
    this.buffer[this.length++] = value;
  }

  /** The numbers so far; a view, not a copy. */
  get values(): Float64Array {
    return this.buffer.subarray(0, this.length);
  }
}
