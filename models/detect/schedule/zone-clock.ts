const DAY_MS = 86_400_000;
/** Two changes of a zone's clock lie further apart: some put it back for Ramadan only. */
const PROBE_MS = 7 * DAY_MS;
/** Zones lie between -12 and +14 hours. */
const FARTHEST_OFFSET_MS = 15 * 3_600_000;

/** The offset of a zone over the years asked for so far: entry i counts from `at[i]` on. */
interface OffsetTable {
  firstYear: number;
  lastYear: number;
  at: number[];
  offsetMs: number[];
}

/**
 * The clock on the wall in an IANA zone, both ways, by the rules of the engine's own zone database. Local times are
 * milliseconds as if that clock were UTC. Offsets are looked up once a year of data, so millions of instants are cheap.
 */
export class ZoneClock {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat | null;
  #table: OffsetTable | null = null;
  /** The last answer, and from when to when it holds. */
  #from = Number.NaN;
  #to = Number.NaN;
  #offsetMs = 0;

  /** @throws RangeError when no such zone is known. */
  private constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#format =
      timeZone === 'UTC' ? null : new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  }

  static readonly #made = new Map<string, ZoneClock>();

  /** The clock of a zone; made once. @throws RangeError when no such zone is known. */
  static of(timeZone: string): ZoneClock {
    let clock = ZoneClock.#made.get(timeZone);
    if (clock === undefined) {
      clock = new ZoneClock(timeZone);
      ZoneClock.#made.set(timeZone, clock);
    }
    return clock;
  }

  /** Local time minus UTC at an instant, milliseconds. */
  offsetAt(instantMs: number): number {
    if (this.#format === null) return 0;
    if (instantMs >= this.#from && instantMs < this.#to) return this.#offsetMs;
    const { at, offsetMs } = this.#tableAround(instantMs);
    let low = 0;
    let high = at.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (at[middle]! <= instantMs) low = middle;
      else high = middle - 1;
    }
    this.#from = at[low]!;
    this.#to = low + 1 < at.length ? at[low + 1]! : this.#endOfTable();
    this.#offsetMs = offsetMs[low]!;
    return this.#offsetMs;
  }

  toLocal(instantMs: number): number {
    return instantMs + this.offsetAt(instantMs);
  }

  /**
   * The instant at which the clock shows a local time. One that it skips in spring is read as by the clock that was
   * not put forward, so 02:30 is 03:30 of the new time; of one that it shows twice it is the first.
   */
  toInstant(localMs: number): number {
    if (this.#format === null) return localMs;
    const before = this.offsetAt(localMs - FARTHEST_OFFSET_MS);
    const after = this.offsetAt(localMs + FARTHEST_OFFSET_MS);
    const first = localMs - before;
    if (before === after || this.offsetAt(first) === before) return first;
    const second = localMs - after;
    return this.offsetAt(second) === after ? second : first;
  }

  #endOfTable(): number {
    return Date.UTC(this.#table!.lastYear + 1, 0, 1);
  }

  #tableAround(instantMs: number): OffsetTable {
    const year = new Date(instantMs).getUTCFullYear();
    const known = this.#table;
    if (known !== null && year >= known.firstYear && year <= known.lastYear) return known;
    const firstYear = Math.min(year, known?.firstYear ?? year);
    const lastYear = Math.max(year, known?.lastYear ?? year);
    const from = Date.UTC(firstYear, 0, 1);
    const table: OffsetTable = { firstYear, lastYear, at: [from], offsetMs: [this.#probe(from)] };
    for (let end = from + PROBE_MS; end < Date.UTC(lastYear + 1, 0, 1) + PROBE_MS; end += PROBE_MS) {
      const offset = this.#probe(end);
      if (offset === table.offsetMs.at(-1)) continue;
      table.at.push(this.#changeBetween(end - PROBE_MS, end, table.offsetMs.at(-1)!));
      table.offsetMs.push(offset);
    }
    this.#table = table;
    return table;
  }

  #changeBetween(from: number, to: number, before: number): number {
    while (to - from > 1000) {
      const middle = Math.floor((from + to) / 2000) * 1000;
      if (this.#probe(middle) === before) from = middle;
      else to = middle;
    }
    return to;
  }

  #probe(instantMs: number): number {
    const text = this.#format!.formatToParts(instantMs).find(({ type }) => type === 'timeZoneName')!.value;
    const found = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
    if (found === null) throw new Error(`time zone ${this.timeZone}: expected an offset, found ${text}`);
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -ms : ms;
  }
}
