import { closesMonth, hourOf, weekdayOf } from './calendar-place.ts';
import { quantile } from './quantile.ts';
import type { Season } from './usual-at.ts';
import { windowMedian } from './window-median.ts';

/** The days of some runs: run i belongs to day `placeOf[i]`, which began `day[placeOf[i]]` days after 1970-01-01. */
export interface RunDays {
  day: Int32Array;
  /** First run of each day, and one past the last of all. */
  first: Int32Array;
}

/** Runs by start, cut into days. */
export function cutIntoDays(startedAtMs: Float64Array, dayOf: (instantMs: number) => number): RunDays {
  const day: number[] = [];
  const first: number[] = [];
  for (let i = 0; i < startedAtMs.length; i++) {
    const its = dayOf(startedAtMs[i]!);
    if (day.at(-1) === its) continue;
    day.push(its);
    first.push(i);
  }
  return { day: Int32Array.from(day), first: Int32Array.from([...first, startedAtMs.length]) };
}

/** A part of the season needs so many runs, or days. */
const FEWEST = 4;
/** Runs that a part of the season has to outweigh: it is shrunk towards none by them. */
const STRENGTH = 3;
/** Days with runs on either side that tell what a day's level would be without its weekday: three weeks of a daily job. */
const BESIDE = 10;

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;

/** The middle of what a part adds, shrunk towards 0 the fewer tell of it. */
function partOf(values: number[]): number {
  if (values.length < FEWEST) return 0;
  const middle = quantile(Float64Array.from(values).sort(), 0.5);
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

/** What weekday and month end add: by how much a day differs from the days around it. */
export function learnWeek(levels: Float64Array, day: Int32Array): Omit<Season, 'hours'> {
  const closing = Array.from(day, closesMonth);
  let weekdays: number[] = Array.from({ length: 7 }, () => 0);
  let monthEnd = 0;
  const season = (d: number) => weekdays[weekdayOf(day[d]!)]! + (closing[d] ? monthEnd : 0);
  // Twice: the first time, the days around still carry their own weekdays.
  for (let pass = 0; pass < 2; pass++) {
    const plain = levels.map((level, d) => level - season(d));
    const around = levels.map((_, d) =>
      windowMedian(plain, Math.max(0, d - BESIDE), Math.min(day.length, d + BESIDE + 1)),
    );
    const byWeekday: number[][] = Array.from({ length: 7 }, () => []);
    for (let d = 0; d < day.length; d++) {
      if (!closing[d]) byWeekday[weekdayOf(day[d]!)]!.push(levels[d]! - around[d]!);
    }
    weekdays = byWeekday.map(partOf);
    const closings: number[] = [];
    for (let d = 0; d < day.length; d++) {
      if (closing[d]) closings.push(levels[d]! - around[d]! - weekdays[weekdayOf(day[d]!)]!);
    }
    monthEnd = partOf(closings);
  }
  return { weekdays: orNone(weekdays), monthEnd };
}
