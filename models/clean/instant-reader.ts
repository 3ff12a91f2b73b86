import { DAY_MS, dayNumber } from './calendar-day.ts';
import { type LocalDoubt, LocalTime } from './local-time.ts';
import { type DateOrder, readWrittenInstant } from './written-instant.ts';

export interface InstantReaderOptions {
  /** Default `day-first`. */
  dateOrder?: DateOrder;
  /** The IANA zone of times without one; default UTC. */
  timeZone?: string;
}

const EPOCH_SECONDS = /^\d{9,10}(\.\d+)?$/;
const EPOCH_MILLISECONDS = /^\d{12,13}(\.\d+)?$/;
const EPOCH_1990_MS = 631_152_000_000;
const SPACE = 32;
const COMMA = 44;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const UPPER_T = 84;
const LOWER_T = 116;
/** More zones than this in one file are no zones. */
const MAX_ZONES = 32;

/**
 * The instants that texts mean, in epoch milliseconds (UTC).
 *
 * Read fast: ISO 8601 (`2025-01-31`, `2025-01-31T08:00`, `2025-01-31 08:00:05.123+01:00`, `…Z`, `… UTC`), French
 * `31/01/2025 08:00[:05]` (also with `-` or `.`), epoch seconds (9 or 10 digits, decimals allowed) and epoch
 * milliseconds (12 or 13 digits); anything else as `readWrittenInstant` does. Written by hand because
 * `Date.parse` moves 31/02 to March, guesses and differs by engine. A log has few days, so the last is remembered.
 */
export class InstantReader {
  /** What was uncertain about the last instant: its local time was skipped, or shown twice. */
  doubt: LocalDoubt | null = null;
  /** The other instant at which the clock showed the last one when it was repeated. */
  later = Number.NaN;
  readonly #isDayFirst: boolean;
  readonly #local: LocalTime | null;
  readonly #zones = new Map<string, LocalTime | null>();
  #dayKey = -1;
  #midnight = 0;

  /** @throws RangeError when the time zone is not known. */
  constructor({ dateOrder = 'day-first', timeZone = 'UTC' }: InstantReaderOptions = {}) {
    this.#isDayFirst = dateOrder === 'day-first';
    this.#local = timeZone === 'UTC' ? null : new LocalTime(timeZone);
  }

  /** The instant a trimmed text means, NaN when it is none. */
  read(text: string): number {
    this.doubt = null;
    const midnight = this.#midnightOf(text);
    if (!Number.isNaN(midnight)) {
      if (text.length === 10) return this.#fromLocal(midnight, this.#local);
      const instant = this.#withTime(text, midnight);
      if (!Number.isNaN(instant)) return instant;
    } else if (EPOCH_SECONDS.test(text)) return Math.round(Number(text) * 1000);
    else if (EPOCH_MILLISECONDS.test(text) && Number(text) >= EPOCH_1990_MS) return Math.floor(Number(text));
    return this.#written(text);
  }

  /** The day that the first ten characters are, NaN when they are none. */
  #midnightOf(text: string): number {
    const fourth = text.charCodeAt(4);
    if (fourth === DASH || fourth === SLASH) {
      if (text.charCodeAt(7) !== fourth) return Number.NaN;
      return this.#midnightAt(digits(text, 0, 4), twoDigits(text, 5), twoDigits(text, 8));
    }
    const second = text.charCodeAt(2);
    if ((second !== SLASH && second !== DASH && second !== DOT) || text.charCodeAt(5) !== second) {
      return Number.NaN;
    }
    const dayAt = this.#isDayFirst ? 0 : 3;
    return this.#midnightAt(digits(text, 6, 4), twoDigits(text, 3 - dayAt), twoDigits(text, dayAt));
  }

  #midnightAt(year: number, month: number, day: number): number {
    const key = (year * 100 + month) * 100 + day;
    if (key !== this.#dayKey) {
      this.#midnight = dayNumber(year, month, day) * DAY_MS;
      this.#dayKey = key;
    }
    return this.#midnight;
  }

  /** Adds the time behind the date: `[T ]hh:mm[:ss[.fff]]` and a zone; NaN when it is something else. */
  #withTime(text: string, midnight: number): number {
    const separator = text.charCodeAt(10);
    if (separator !== SPACE && separator !== UPPER_T && separator !== LOWER_T) return Number.NaN;
    const hour = twoDigits(text, 11);
    const minute = twoDigits(text, 14);
    if (!(hour <= 23 && minute <= 59 && text.charCodeAt(13) === COLON)) return Number.NaN;
    let ms = (hour * 60 + minute) * 60_000;
    let at = 16;
    if (text.charCodeAt(16) === COLON) {
      const second = twoDigits(text, 17);
      if (!(second <= 59)) return Number.NaN;
      ms += second * 1000;
      at = 19;
      const mark = text.charCodeAt(19);
      if (mark === DOT || mark === COMMA) {
        at = 20;
        let millisecond = 0;
        for (let scale = 100; isDigit(text, at); at++, scale /= 10) {
          millisecond += (text.charCodeAt(at) - 48) * scale;
        }
        if (at === 20) return Number.NaN;
        ms += Math.floor(millisecond + 1e-6);
      }
    }
    const local = midnight + ms;
    return at === text.length ? this.#fromLocal(local, this.#local) : local - zoneOffsetMs(text, at);
  }

  #fromLocal(localMs: number, local: LocalTime | null): number {
    if (local === null || Number.isNaN(localMs)) return localMs;
    const instant = local.read(localMs);
    this.doubt = local.doubt;
    this.later = local.later;
    return instant;
  }

  #written(text: string): number {
    const found = readWrittenInstant(text, this.#isDayFirst ? 'day-first' : 'month-first');
    if (found === null) return Number.NaN;
    if (found.zone === null) return this.#fromLocal(found.localMs, this.#local);
    if (typeof found.zone === 'number') return found.localMs - found.zone;
    const local = this.#zoneNamed(found.zone);
    return local === null ? Number.NaN : this.#fromLocal(found.localMs, local);
  }

  /** Null when no such zone is known. */
  #zoneNamed(name: string): LocalTime | null {
    let local = this.#zones.get(name);
    if (local === undefined) {
      if (this.#zones.size >= MAX_ZONES) return null;
      try {
        local = new LocalTime(name);
      } catch {
        local = null;
      }
      this.#zones.set(name, local);
    }
    return local;
  }
}

function isDigit(text: string, at: number): boolean {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9;
}

/** NaN when one is no digit; written so that the NaN behind the end of the text is refused too. */
function twoDigits(text: string, at: number): number {
  const ten = text.charCodeAt(at) - 48;
  const one = text.charCodeAt(at + 1) - 48;
  return ten >= 0 && ten <= 9 && one >= 0 && one <= 9 ? ten * 10 + one : Number.NaN;
}

/** `count` digits at `from` as a number, NaN when one is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The zone at the end of the text: `Z`, `UTC`, `GMT` or `±hh[[:]mm]`, NaN when it is something else. */
function zoneOffsetMs(text: string, from: number): number {
  const at = text.charCodeAt(from) === SPACE ? from + 1 : from;
  const sign = text[at];
  if (sign !== '+' && sign !== '-') {
    const name = text.slice(at).toUpperCase();
    return name === 'Z' || name === 'UTC' || name === 'GMT' ? 0 : Number.NaN;
  }
  const hour = twoDigits(text, at + 1);
  const minuteAt = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
  const minute = text.length === at + 3 ? 0 : twoDigits(text, minuteAt);
  // The zones of the world lie between -12:00 and +14:00.
  if (!(hour <= 14 && minute <= 59) || (text.length !== at + 3 && text.length !== minuteAt + 2))
    return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hour * 60 + minute) * 60_000;
}
