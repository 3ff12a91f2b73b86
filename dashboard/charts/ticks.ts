import type { TimeWindow } from './time-window.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Steps of a clock; longer ones are whole days, then months, of the calendar. */
const CLOCK_STEPS_MS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

export interface TimeTick {
  atMs: number;
  /** Whether a day begins here, or a year where ticks are months: it is written in full. */
  isMajor: boolean;
  unit: 'clock' | 'day' | 'month';
}

/**
 * Round instants of a window by the clock of this machine, at most `most` of them, ascending.
 *
 * A day of 23 or 25 hours is walked by the calendar, so ticks stay on round hours when the clock is changed.
 */
export function timeTicks({ fromMs, toMs }: TimeWindow, most: number): TimeTick[] {
  const lengthMs = toMs - fromMs;
  if (!(lengthMs > 0) || most < 1) return [];
  const fits = (stepMs: number) => lengthMs / stepMs <= most;
  const clockMs = CLOCK_STEPS_MS.find(fits);
  if (clockMs !== undefined) return clockTicks(fromMs, toMs, clockMs);
  const days = DAY_STEPS.find((count) => fits(count * DAY_MS));
  if (days !== undefined) return dayTicks(fromMs, toMs, days);
  const months = MONTH_STEPS.find((count) => fits(count * 28 * DAY_MS)) ?? 240;
  return monthTicks(fromMs, toMs, months);
}

function clockTicks(fromMs: number, toMs: number, stepMs: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const day = new Date(fromMs);
  day.setHours(0, 0, 0, 0);
  while (day.getTime() <= toMs) {
    for (let ofDayMs = 0; ofDayMs < DAY_MS; ofDayMs += stepMs) {
      const at = new Date(day);
      at.setMinutes(ofDayMs / MINUTE_MS);
      const atMs = at.getTime();
      if (atMs >= fromMs && atMs <= toMs && atMs > (ticks.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)) {
        ticks.push({ atMs, isMajor: ofDayMs === 0, unit: 'clock' });
      }
    }
    day.setDate(day.getDate() + 1);
  }
  return ticks;
}

function dayTicks(fromMs: number, toMs: number, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const day = new Date(fromMs);
  day.setHours(0, 0, 0, 0);
  // Weeks begin on Monday, whatever the window begins with.
  if (step >= 7) day.setDate(day.getDate() - ((day.getDay() + 6) % 7));
  for (; day.getTime() <= toMs; day.setDate(day.getDate() + step)) {
    if (day.getTime() >= fromMs) {
      ticks.push({ atMs: day.getTime(), isMajor: day.getDate() <= step, unit: 'day' });
    }
  }
  return ticks;
}

function monthTicks(fromMs: number, toMs: number, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const month = new Date(fromMs);
  month.setHours(0, 0, 0, 0);
  month.setMonth(Math.floor(month.getMonth() / Math.min(step, 12)) * Math.min(step, 12), 1);
  for (; month.getTime() <= toMs; month.setMonth(month.getMonth() + step)) {
    if (month.getTime() >= fromMs) {
      ticks.push({ atMs: month.getTime(), isMajor: month.getMonth() === 0, unit: 'month' });
    }
  }
  return ticks;
}

const DURATION_STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((days) => days * DAY_MS),
];

/** Round durations from 0 to `mostMs`, at most `most` steps. */
export function durationTicks(mostMs: number, most: number): number[] {
  if (!(mostMs > 0)) return [0];
  const stepMs = DURATION_STEPS_MS.find((step) => mostMs / step <= most) ?? 1000 * DAY_MS;
  return Array.from({ length: Math.floor(mostMs / stepMs) + 1 }, (_, index) => index * stepMs);
}

/** Round durations between two, for an axis that multiplies: at most `most` of them, evenly thinned. */
export function durationTicksOfLog(leastMs: number, mostMs: number, most: number): number[] {
  const round = DURATION_STEPS_MS.filter((step) => step >= leastMs && step <= mostMs);
  const every = Math.max(1, Math.ceil(round.length / most));
  return round.filter((_, index) => index % every === 0);
}
