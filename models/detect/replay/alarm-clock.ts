/** Wakes many sleepers, each at one instant at a time, the earliest first. Setting one again forgets the time before. */
export class AlarmClock {
  readonly #at: Float64Array;
  /** A binary heap of instants and sleepers; entries that were set again are left in it and skipped. */
  readonly #heap: { atMs: number; sleeper: number }[] = [];

  constructor(sleepers: number) {
    this.#at = new Float64Array(sleepers).fill(Number.POSITIVE_INFINITY);
  }

  /** @param atMs epoch milliseconds; infinity for never */
  set(sleeper: number, atMs: number): void {
    if (this.#at[sleeper] === atMs) return;
    this.#at[sleeper] = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const heap = this.#heap;
    let place = heap.length;
    const entry = { atMs, sleeper };
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (heap[parent]!.atMs <= atMs) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = entry;
  }

  /** When the next one wakes; infinity when none does. */
  next(): number {
    const heap = this.#heap;
    while (heap.length > 0 && this.#at[heap[0]!.sleeper] !== heap[0]!.atMs) this.#drop();
    return heap.length === 0 ? Number.POSITIVE_INFINITY : heap[0]!.atMs;
  }

  /** Takes the one that `next` told of. */
  take(): number {
    const { sleeper } = this.#heap[0]!;
    this.#at[sleeper] = Number.POSITIVE_INFINITY;
    this.#drop();
    return sleeper;
  }

  #drop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}
