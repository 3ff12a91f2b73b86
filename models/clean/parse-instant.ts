/**
 * The instant a text means, in epoch milliseconds (UTC), or NaN when it is none.
 *
 * Read: ISO 8601 (`2025-01-31`, `2025-01-31T08:00`, `2025-01-31 08:00:05.123+01:00`, `…Z`, `… UTC`), French
 * `31/01/2025 08:00[:05]` (also with `-` or `.`), epoch seconds (9 or 10 digits, decimals allowed) and epoch
 * milliseconds (12 or 13 digits). Without a zone UTC is assumed. A date that no calendar has (31/02) is
 * not moved to March: it is NaN. Written by hand because `Date.parse` moves, guesses and differs by engine.
 */
export function parseInstant(text: string): number {
  const fourth = text.charCodeAt(4);
  if (fourth === DASH || fourth === SLASH) {
    const year = digits(text, 0, 4);
    if (text.charCodeAt(7) !== fourth) return Number.NaN;
    return withTime(text, 10, dayNumber(year, digits(text, 5, 2), digits(text, 8, 2)));
  }
  const second = text.charCodeAt(2);
  if ((second === SLASH || second === DASH || second === DOT) && text.charCodeAt(5) === second) {
    const year = digits(text, 6, 4);
    return withTime(text, 10, dayNumber(year, digits(text, 3, 2), digits(text, 0, 2)));
  }
  return EPOCH_SECONDS.test(text)
    ? Math.round(Number(text) * 1000)
    : EPOCH_MILLISECONDS.test(text)
      ? Math.floor(Number(text))
      : Number.NaN;
}

const EPOCH_SECONDS = /^\d{9,10}(\.\d+)?$/;
const EPOCH_MILLISECONDS = /^\d{12,13}(\.\d+)?$/;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const DAY_MS = 86_400_000;

/** `count` digits at `from` as a number, NaN when one is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 48;
    // Written so that the NaN behind the end of the text is refused too.
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Days from 1970-01-01 in the Gregorian calendar, NaN for a date that does not exist.
 * Formula: Howard Hinnant, days_from_civil (https://howardhinnant.github.io/date_algorithms.html).
 */
function dayNumber(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Adds the time that follows the date at `from`: nothing, or `[T ]hh:mm[:ss[.fff]][zone]`. */
function withTime(text: string, from: number, dayFrom1970: number): number {
  const midnight = dayFrom1970 * DAY_MS;
  if (text.length === from) return midnight;
  const separator = text[from];
  if (separator !== 'T' && separator !== ' ' && separator !== 't') return Number.NaN;
  const hour = digits(text, from + 1, 2);
  const minute = digits(text, from + 4, 2);
  if (!(hour <= 23 && minute <= 59 && text.charCodeAt(from + 3) === COLON)) return Number.NaN;
  let at = from + 6;
  let second = 0;
  let millisecond = 0;
  if (text.charCodeAt(at) === COLON) {
    second = digits(text, at + 1, 2);
    if (!(second <= 59)) return Number.NaN;
    at += 3;
    const mark = text[at];
    if (mark === '.' || mark === ',') {
      let scale = 100;
      const first = ++at;
      for (let digit = digits(text, at, 1); !Number.isNaN(digit); digit = digits(text, ++at, 1)) {
        millisecond += digit * scale;
        scale /= 10;
      }
      if (at === first) return Number.NaN;
    }
  }
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(millisecond + 1e-6);
  return midnight + time - zoneOffsetMs(text, at);
}

/** The zone at the end of the text: none, `Z`, `UTC`, `GMT` or `±hh[[:]mm]`, NaN when it is something else. */
function zoneOffsetMs(text: string, from: number): number {
  if (text.length === from) return 0;
  const at = text[from] === ' ' ? from + 1 : from;
  const sign = text[at];
  if (sign !== '+' && sign !== '-') {
    const name = text.slice(at).toUpperCase();
    return name === 'Z' || name === 'UTC' || name === 'GMT' ? 0 : Number.NaN;
  }
  const hour = digits(text, at + 1, 2);
  const minuteAt = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
  const minute = text.length === at + 3 ? 0 : digits(text, minuteAt, 2);
  // The zones of the world lie between -12:00 and +14:00.
  if (!(hour <= 14 && minute <= 59) || (text.length !== at + 3 && text.length !== minuteAt + 2))
    return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hour * 60 + minute) * 60_000;
}
