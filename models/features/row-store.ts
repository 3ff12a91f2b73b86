const FIRST_ROWS = 64;

/** Rows of equally many numbers in one array: thousands of small arrays would take twice the memory. */
export class RowStore {
  /** Rows so far. */
  count = 0;
  private readonly width: number;
  private values: Float64Array;

  constructor(width: number) {
    this.width = width;
    this.values = new Float64Array(FIRST_ROWS * width);
  }

  /** Lays out one more row, all zeros. It has to be filled before the next one is added. */
  add(): Float64Array {
    const place = this.count++;
    if (this.count * this.width > this.values.length) {
      const grown = new Float64Array(2 * this.values.length);
      grown.set(this.values);
      this.values = grown;
    }
    return this.at(place);
  }

  /** The row at a place, to be read until the next one is added. */
  at(place: number): Float64Array {
    return this.values.subarray(place * this.width, (place + 1) * this.width);
  }

  /** One number of every row. */
  column(position: number): Float64Array {
    const column = new Float64Array(this.count);
    for (let r = 0; r < column.length; r++) column[r] = this.values[r * this.width + position]!;
    return column;
  }
}
