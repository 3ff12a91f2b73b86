import { DAY_MS } from './calendar-day.ts';

/** Why a local time is no certain instant: the clock skipped it in spring, or showed it twice in autumn. */
export type LocalDoubt = 'skipped' | 'repeated';

/** Whether that is the name of a zone whose clocks are known. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** What is known of one local day: its only offset, or the change of offset in or beside it. */
interface LocalDay {
  offsetMs: number;
  change: OffsetChange | null;
}

interface OffsetChange {
  /** The instant of the change, and the offsets before and after. */
  at: number;
  beforeMs: number;
  afterMs: number;
}

/** Days are kept because the rows of a log are of a few days; more than this are forgotten again. */
const MAX_REMEMBERED_DAYS = 4096;

/**
 * Local times of one IANA time zone as instants, by the rules of the engine's own zone database.
 *
 * `read` answers with the likelier instant; `doubt` and `later` tell what was uncertain about the last answer.
 */
export class LocalTime {
  readonly timeZone: string;
  doubt: LocalDoubt | null = null;
  /** The second instant at which the clock showed a repeated time; NaN when the last one was not repeated. */
  later = Number.NaN;
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, LocalDay>();
  #dayNumber = Number.NaN;
  #day: LocalDay = { offsetMs: 0, change: null };

  /** @throws RangeError when no such zone is known. */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  }

  /**
   * The instant of a local time, both in milliseconds as if the local clock were UTC.
   *
   * A skipped time is read as the clock that was not put forward would: 02:30 is 03:30 of the new time. Of a
   * repeated time it is the first instant.
   */
  read(localMs: number): number {
    const number = Math.floor(localMs / DAY_MS);
    if (number !== this.#dayNumber) this.#enter(number);
    this.doubt = null;
    this.later = Number.NaN;
    const { offsetMs, change } = this.#day;
    if (change === null) return localMs - offsetMs;
    const before = localMs - change.beforeMs;
    const after = localMs - change.afterMs;
    if (before < change.at && after < change.at) return before;
    if (before >= change.at && after >= change.at) return after;
    if (before < change.at) {
      this.doubt = 'repeated';
      this.later = after;
      return before;
    }
    this.doubt = 'skipped';
    return before;
  }

  #enter(number: number): void {
    this.#dayNumber = number;
    let day = this.#days.get(number);
    if (day === undefined) {
      day = this.#lookUp(number);
      if (this.#days.size >= MAX_REMEMBERED_DAYS) this.#days.clear();
      this.#days.set(number, day);
    }
    this.#day = day;
  }

  /** Zones lie between -12 and +14 hours, so these instants enclose the local day. */
  #lookUp(number: number): LocalDay {
    let from = number * DAY_MS - 15 * 3_600_000;
    let to = (number + 1) * DAY_MS + 13 * 3_600_000;
    const beforeMs = this.#offsetAt(from);
    const afterMs = this.#offsetAt(to);
    if (beforeMs === afterMs) return { offsetMs: beforeMs, change: null };
    while (to - from > 1000) {
      const middle = Math.floor((from + to) / 2000) * 1000;
      if (this.#offsetAt(middle) === beforeMs) from = middle;
      else to = middle;
    }
    return { offsetMs: beforeMs, change: { at: to, beforeMs, afterMs } };
  }

  #offsetAt(instant: number): number {
    const text = this.#format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')!.value;
    const found = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
    if (found === null) throw new Error(`time zone ${this.timeZone}: expected an offset, found ${text}`);
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -ms : ms;
  }
}
