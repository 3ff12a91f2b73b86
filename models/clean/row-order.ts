/** Below this many steps nothing is said about the order of a file. */
const MIN_STEPS = 8;
/** Up to this share of steps against it (or one), a file is in order: logs of parallel jobs are slightly shuffled. */
const MAX_SHARE_AGAINST = 0.05;
/** How far such shuffled rows lie apart. */
const SHUFFLE_MS = 600_000;

/** In which order the rows of a file started, as far as it was read. */
export class RowOrder {
  #last = Number.NaN;
  #rises = 0;
  #falls = 0;

  add(startedAt: number): void {
    if (startedAt > this.#last) this.#rises++;
    else if (startedAt < this.#last) this.#falls++;
    this.#last = startedAt;
  }

  /** Whether the rows came in order of their starts, up or down. */
  get isSorted(): boolean {
    const steps = this.#rises + this.#falls;
    const against = Math.min(this.#rises, this.#falls);
    return steps >= MIN_STEPS && against <= Math.max(1, steps * MAX_SHARE_AGAINST);
  }

  /**
   * Which of two instants at which the clock showed the same time follows from the rows before: in a rising log
   * the second one once the clock has gone back, in a falling log the other way round. The first when nothing
   * follows.
   */
  choose(first: number, later: number): number {
    if (Number.isNaN(this.#last) || (this.#rises + this.#falls >= MIN_STEPS && !this.isSorted)) return first;
    const isRising = this.#rises >= this.#falls;
    const against = isRising ? this.#falls : this.#rises;
    const tolerance = against === 0 ? 0 : SHUFFLE_MS;
    if (isRising) return first < this.#last - tolerance ? later : first;
    return later > this.#last + tolerance ? first : later;
  }
}
