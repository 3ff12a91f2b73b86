import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { closesMonth, dayOf, hourOf, weekdayOf } from './calendar-place.ts';
import { movingMedians } from './moving-medians.ts';
import type { Season } from './usual-at.ts';
import { windowMedian } from './window-median.ts';

/** Runs by start, cut into days of the clock on the wall. */
export interface RunDays {
  /** Days since 1970-01-01 that have runs. */
  day: Int32Array;
  /** First run of each of them, and one past the last of all. */
  first: Int32Array;
}

export function cutIntoDays(startedAtMs: Float64Array): RunDays {
  const day: number[] = [];
  const first: number[] = [];
  let last = Number.NaN;
  for (let i = 0; i < startedAtMs.length; i++) {
    const its = dayOf(startedAtMs[i]!);
    if (its === last) continue;
    last = its;
    day.push(its);
    first.push(i);
  }
  first.push(startedAtMs.length);
  return { day: Int32Array.from(day), first: Int32Array.from(first) };
}

/** A part of the season needs so many runs, or days. */
const FEWEST = 3;
/** Runs that a part of the season has to outweigh: it is shrunk towards none by them. */
const STRENGTH = 1;
/** Days with runs on either side that tell what a day's level would be without its weekday: three weeks of a daily job. */
const BESIDE = 10;

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;

/** The middle of what a part adds, shrunk towards 0 the fewer tell of it. */
function partOf(values: number[]): number {
  if (values.length < FEWEST) return 0;
  const sorted = Float64Array.from(values).sort();
  const middle = windowMedian(sorted, 0, sorted.length);
  return rounded((middle * values.length) / (values.length + STRENGTH));
}

const orNone = (parts: number[]) => (parts.every((part) => part === 0) ? null : parts);

/** What the hour adds: by how much a run differs from the middle one of its own day. */
export function learnHours(values: Float64Array, startedAtMs: Float64Array, days: RunDays): number[] | null {
  const byHour: number[][] = Array.from({ length: 24 }, () => []);
  for (let d = 0; d < days.day.length; d++) {
    const from = days.first[d]!;
    const to = days.first[d + 1]!;
    if (to - from < 2) continue;
    const middle = windowMedian(values, from, to);
    for (let i = from; i < to; i++) byHour[hourOf(startedAtMs[i]!)]!.push(values[i]! - middle);
  }
  return orNone(byHour.map(partOf));
}

/** The season of days, and by how much each of them differs from the days around it. */
export interface DaySeason {
  season: Omit<Season, 'hours'>;
  beside: Float64Array;
}

/** What weekday, month end and holiday add: by how much a day differs from the days around it. */
export function learnDays(levels: Float64Array, day: Int32Array, calendar: HolidayCalendar): DaySeason {
  const count = day.length;
  const weekday = day.map(weekdayOf);
  const closing = Array.from(day, closesMonth);
  const free = Array.from(day, (its) => calendar.holidayOn(its) !== null);
  let weekdays: number[] = Array.from({ length: 7 }, () => 0);
  let monthEnd = 0;
  let holiday: number | null = null;
  const plain = new Float64Array(count);
  const beside = new Float64Array(count);
  const from = day.map((_, d) => Math.max(0, d - BESIDE));
  const to = day.map((_, d) => Math.min(count, d + BESIDE + 1));
  // Twice: the first time, the days around still carry their own weekdays.
  for (let pass = 0; pass < 2; pass++) {
    for (let d = 0; d < count; d++) {
      const special = (closing[d] ? monthEnd : 0) + (free[d] ? (holiday ?? 0) : 0);
      plain[d] = levels[d]! - weekdays[weekday[d]!]! - special;
    }
    const byWeekday: number[][] = Array.from({ length: 7 }, () => []);
    const closings: number[] = [];
    const holidays: number[] = [];
    const around = movingMedians(plain, from, to);
    for (let d = 0; d < count; d++) {
      beside[d] = levels[d]! - around[d]!;
      if (!closing[d] && !free[d]) byWeekday[weekday[d]!]!.push(beside[d]!);
    }
    weekdays = byWeekday.map(partOf);
    for (let d = 0; d < count; d++) {
      const special = beside[d]! - weekdays[weekday[d]!]!;
      if (free[d]) holidays.push(special);
      else if (closing[d]) closings.push(special);
    }
    monthEnd = partOf(closings);
    holiday = holidays.length < FEWEST ? null : partOf(holidays);
  }
  return { season: { weekdays: orNone(weekdays), monthEnd, holiday }, beside };
}
