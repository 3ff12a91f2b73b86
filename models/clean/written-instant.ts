import { DAY_MS, dayNumber } from './calendar-day.ts';
import { MONTH_PATTERN, monthOfName } from './month-names.ts';

/** Which number of `01/02/2025` is the day. */
export type DateOrder = 'day-first' | 'month-first';

/** A date and time as it is written: the local clock as if it were UTC, and the zone when one is told. */
export interface WrittenInstant {
  localMs: number;
  /** An offset in milliseconds, the name of an IANA zone, or null when no zone is told. */
  zone: number | string | null;
}

const WEEKDAY =
  /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thur?s?|fri|sat|sun|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim)\b[.,]{0,2}\s*(?=\d|[a-z])/;
/** `mar` is Tuesday only where another word is the month. */
const MARDI = new RegExp(
  `^mar\\b[.,]{0,2}\\s*(?=\\d{1,2}(?:er)?\\s*(?:${MONTH_PATTERN})|(?:${MONTH_PATTERN}))`,
);
const DATES: readonly RegExp[] = [
  /^(?<year>\d{4})([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})(?!\d)/,
  /^(?<first>\d{1,2})([-/.])(?<second>\d{1,2})\2(?<year>\d{4}|\d{2})(?!\d)/,
  new RegExp(
    `^(?<day>\\d{1,2})(?:er|st|nd|rd|th)?[-/. ]{0,2}(?<name>${MONTH_PATTERN})[-/., ]{0,2}(?<year>\\d{4}|\\d{2})(?!\\d)`,
  ),
  new RegExp(`^(?<year>\\d{4})[-/. ]?(?<name>${MONTH_PATTERN})[-/. ]?(?<day>\\d{1,2})(?!\\d)`),
  new RegExp(
    `^(?<name>${MONTH_PATTERN})\\.?[- ]?(?<day>\\d{1,2})(?:st|nd|rd|th)?,?[- ](?<year>\\d{4})(?!\\d)`,
  ),
];
/** As `date` and ctime write it: the year comes last. */
const YEAR_LAST = new RegExp(
  `^(?<name>${MONTH_PATTERN})\\s+(?<day>\\d{1,2})\\s+(?<time>\\d{1,2}:\\d{2}:\\d{2}\\S*)\\s+(?<zone>\\S+\\s+)?(?<year>\\d{4})$`,
);
const COMPACT =
  /^(?<year>(?:19|20|21)\d{2})(?<month>\d{2})(?<day>\d{2})(?:[t -]?(?<time>\d{4}(?:\d{2}(?:[.,]?\d{1,9})?)?))?(?<zone>z|[+-]\d{2}:?\d{2})?$/;
const TIME =
  /^(?:t|,? ?(?:a|at|[-:])? ?)(?<hour>\d{1,2}) ?[:h.] ?(?<minute>\d{2})(?: ?(?:[:.m]|mn|min) ?(?:(?<second>\d{2}) ?(?:s|sec)?(?:[.,](?<fraction>\d{1,9}))?)?)?(?: ?(?<half>[ap])\.?m\.?)?(?![\d:])/;

const ZONE_HOURS: { readonly [name: string]: number } = {
  z: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  met: 1,
  cest: 2,
  mest: 2,
  eet: 2,
  eest: 3,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
};
const HOUR_MS = 3_600_000;
/** Nothing longer is a date with time and zone. */
const MAX_CHARACTERS = 80;

/**
 * A date that is not written in one of the common numeric forms: names of months (English, French), one digit
 * where two are usual, years of two digits (69 to 99 are of the last century, as in POSIX), AM and PM, `8h05`,
 * without separators, as ctime, RFC 2822, web servers, DB2 and Java write it, with the name of a zone.
 *
 * @returns null when it is no date; a day that no calendar has is NaN.
 */
export function readWrittenInstant(text: string, order: DateOrder): WrittenInstant | null {
  if (text.length > MAX_CHARACTERS || text.length < 6) return null;
  const plain = plainDateText(text);
  return readCompact(plain) ?? readYearLast(plain) ?? readDateFirst(plain, order);
}

function plainDateText(text: string): string {
  const letters = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return letters.replace(/\s+/g, ' ').trim().replace(/^le /, '').replace(WEEKDAY, '').replace(MARDI, '');
}

function readCompact(text: string): WrittenInstant | null {
  const found = COMPACT.exec(text)?.groups;
  if (found === undefined) return null;
  const { time = '', zone } = found;
  const fraction = time.slice(6).replace(/^[.,]/, '');
  const ms = timeMs(time.slice(0, 2), time.slice(2, 4), time.slice(4, 6), fraction);
  return written(dateMs(found.year!, Number(found.month), found.day!), ms, zone ?? '');
}

function readYearLast(text: string): WrittenInstant | null {
  const found = YEAR_LAST.exec(text)?.groups;
  if (found === undefined) return null;
  const clock = TIME.exec(` ${found.time}`);
  if (clock === null || clock[0].length !== found.time!.length + 1) return null;
  return written(dateMs(found.year!, monthOfName(found.name!), found.day!), clockMs(clock), found.zone ?? '');
}

function readDateFirst(text: string, order: DateOrder): WrittenInstant | null {
  for (const pattern of DATES) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const { year, month, day, name, first, second } = found.groups!;
    const days = first === undefined ? day! : order === 'day-first' ? first : second!;
    const months = first === undefined ? month : order === 'day-first' ? second : first;
    const midnight = dateMs(year!, name === undefined ? Number(months) : monthOfName(name), days);
    const rest = text.slice(found[0].length);
    if (rest === '') return { localMs: midnight, zone: null };
    const clock = TIME.exec(rest);
    return clock === null ? null : written(midnight, clockMs(clock), rest.slice(clock[0].length));
  }
  return null;
}

function dateMs(year: string, month: number, day: string): number {
  const short = Number(year);
  const full = year.length > 2 ? short : short + (short < 69 ? 2000 : 1900);
  return dayNumber(full, month, Number(day)) * DAY_MS;
}

function clockMs(found: RegExpExecArray): number {
  const { hour = '', minute = '', second = '', fraction = '', half } = found.groups!;
  if (half === undefined) return timeMs(hour, minute, second, fraction);
  const hours = Number(hour);
  if (hours < 1 || hours > 12) return Number.NaN;
  return timeMs(String((hours % 12) + (half === 'p' ? 12 : 0)), minute, second, fraction);
}

function timeMs(hour: string, minute: string, second: string, fraction: string): number {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) return Number.NaN;
  return ((h * 60 + m) * 60 + s) * 1000 + Math.floor(Number(`0.${fraction || 0}`) * 1000 + 1e-6);
}

function written(midnight: number, ms: number, zoneText: string): WrittenInstant | null {
  const zone = zoneOf(zoneText.replace(/^[\s(]+|[\s)]+$/g, ''));
  return zone === undefined ? null : { localMs: midnight + ms, zone };
}

/** Undefined when the text is no zone. */
function zoneOf(text: string): number | string | null | undefined {
  if (text === '') return null;
  const hours = ZONE_HOURS[text];
  if (hours !== undefined) return hours * HOUR_MS;
  const offset = /^(?:utc|gmt)? ?([+-])(\d{1,2})(?::?(\d{2}))?(?: ?[[(].*[\])])?$/.exec(text);
  if (offset !== null) {
    const [, sign, hour, minute = '0'] = offset;
    // The zones of the world lie between -12:00 and +14:00.
    if (Number(hour) > 14 || Number(minute) > 59) return undefined;
    return (sign === '-' ? -1 : 1) * (Number(hour) * 60 + Number(minute)) * 60_000;
  }
  const name = /^\[?([a-z]+(?:[/_+-][a-z0-9]+)*\/[a-z0-9_+-]+)\]?$/.exec(text);
  return name === null ? undefined : name[1]!;
}
