const FIRST_LENGTH = 64;

/** Numbers of a column whose length is not known beforehand, eight bytes each. */
export class GrowingColumn {
  length = 0;
  #values = new Float64Array(FIRST_LENGTH);

  /** Puts a value at a place that is taken, or right behind the last. */
  set(at: number, value: number): void {
    if (at === this.#values.length) {
      const grown = new Float64Array(at * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[at] = value;
    if (at >= this.length) this.length = at + 1;
  }

  get(at: number): number {
    return this.#values[at]!;
  }

  /** The values at the given places. */
  at(places: ArrayLike<number>): Float64Array {
    const values = new Float64Array(places.length);
    for (let i = 0; i < places.length; i++) values[i] = this.#values[places[i]!]!;
    return values;
  }
}
