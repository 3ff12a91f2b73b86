import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { median } from '../../median.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** Fewer silences say nothing of what is usual. */
const LEAST_SILENCES = 8;
const LEAST_DAYS = 3;
/** Weeks that are looked back, and how many are needed to know the days of a week apart. */
const WEEKS = 8;
const LEAST_WEEKS = 3;
const LATEST_GAPS = 200;

/** What silence is usual of a source at an instant. */
export interface UsualSilence {
  /** The longest usual one. */
  usualMs: number;
  /** Beyond it something is wrong. */
  limitMs: number;
  /** Days off in the present silence, which do not count. */
  daysOff: number;
}

/**
 * The silence that is usual now: the longest of those that lay around the same time of the week in the last eight
 * weeks (of four and more the second longest: one outage is no habit), and some tolerance.
 *
 * A holiday counts as a Sunday and the working day after it as a Monday. Instants are milliseconds on the clock of
 * the source.
 *
 * @param told ascending
 * @returns null when too little is known
 */
export function usualSilence(
  told: readonly number[],
  now: number,
  calendar: HolidayCalendar,
): UsualSilence | null {
  const last = told.at(-1);
  if (last === undefined || told.length <= LEAST_SILENCES || last - told[0]! < LEAST_DAYS * DAY_MS)
    return null;
  const gaps = told.slice(1).map((at, place) => at - told[place]!);
  const middle = median(gaps.slice(-LATEST_GAPS))!;
  const aroundMs = clamp(2 * middle, 15 * MINUTE_MS, 6 * HOUR_MS);
  const role = roleOf(now, calendar);
  const weeks: number[][] = [];
  for (let week = 1; week <= WEEKS; week++) {
    const at = role - week * WEEK_MS;
    if (at - aroundMs < told[0]!) break;
    // What was silent on a holiday then says nothing of a day like this.
    if (role === now && isOff(at, calendar)) continue;
    const around = gapsAround(told, at - aroundMs, at + aroundMs);
    if (around.length > 0) weeks.push(around);
  }
  const known = weeks.length >= LEAST_WEEKS ? weeks : [gaps];
  const longest = known.map((around) => Math.max(...around)).sort((a, b) => b - a);
  const usualMs = longest[longest.length > LEAST_WEEKS ? 1 : 0]!;
  // What comes at random leaves longer silences than were seen.
  const all = known.flat().sort((a, b) => a - b);
  const randomMs = 3 * (shareOf(all, 0.9) - shareOf(all, 0.5));
  const toleranceMs = clamp(middle / 4, 5 * MINUTE_MS, 3 * HOUR_MS);
  const limitMs = usualMs + Math.max(toleranceMs, Math.min(2 * usualMs, randomMs));
  return { usualMs, limitMs, daysOff: daysOffBetween(last, now, calendar) };
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** The silences that reach into a span. */
function gapsAround(told: readonly number[], from: number, to: number): number[] {
  const gaps: number[] = [];
  for (let place = 1; place < told.length; place++) {
    if (told[place]! >= from && told[place - 1]! <= to) gaps.push(told[place]! - told[place - 1]!);
  }
  return gaps;
}

const shareOf = (sorted: readonly number[], share: number) =>
  sorted[Math.round((sorted.length - 1) * share)]!;

const epochDay = (at: number) => Math.floor(at / DAY_MS);
/** 0: Sunday. The 1st of January 1970 was a Thursday. */
const weekday = (day: number) => (day + 4) % 7;
const isWeekend = (day: number) => weekday(day) === 0 || weekday(day) === 6;
const isOff = (at: number, calendar: HolidayCalendar) =>
  !isWeekend(epochDay(at)) && calendar.holidayOn(epochDay(at)) !== null;

/** The instant whose weeks before are like this one: of a holiday the last Sunday, of the day after it the last Monday. */
function roleOf(now: number, calendar: HolidayCalendar): number {
  const day = epochDay(now);
  const today = weekday(day);
  if (isWeekend(day)) return now;
  if (isOff(now, calendar)) return now - today * DAY_MS;
  return isOff(now - DAY_MS, calendar) ? now - (today - 1) * DAY_MS : now;
}

function daysOffBetween(last: number, now: number, calendar: HolidayCalendar): number {
  let days = 0;
  // The day of the last sign of life was none.
  for (let day = epochDay(last) + 1; day <= epochDay(now); day++) {
    if (isOff(day * DAY_MS, calendar)) days++;
  }
  return days;
}
