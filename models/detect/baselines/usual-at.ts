import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { closesMonth, dayOf, hourOf, weekdayOf } from './calendar-place.ts';
import type { Usual } from './job-baselines.ts';
import { windowMedian } from './window-median.ts';

export type Season = Pick<Usual, 'hours' | 'weekdays' | 'monthEnd' | 'holiday'>;

/** What hour, weekday, month end and holiday add at an instant; an unknown holiday adds nothing. @param wallMs as for `dayOf` */
export function seasonAt(
  { hours, weekdays, monthEnd, holiday }: Season,
  wallMs: number,
  calendar: HolidayCalendar,
): number {
  const day = dayOf(wallMs);
  const hour = hours === null ? 0 : hours[hourOf(wallMs)]!;
  const weekday = weekdays === null ? 0 : weekdays[weekdayOf(day)]!;
  const closing = monthEnd !== 0 && closesMonth(day) ? monthEnd : 0;
  return hour + weekday + closing + (holiday && calendar.holidayOn(day) !== null ? holiday : 0);
}

/** Runs that tell what was in common of late: hours of a frequent job, a week of a daily one. */
const LATELY_RUNS = 8;
const LATELY_FEWEST = 3;
const LATELY_MS = 9 * 24 * 3_600_000;
/** What recent runs share moves the usual value by at most 1.57: a fault that lasts does not become normal in a day. */
const MOST_FOLLOWED = 0.45;

/**
 * How far the last runs were from usual, by their middle one: a slow server, a week of much work, the season. Of nine
 * days at most; 0 with fewer than three.
 *
 * @param startedAtMs of earlier runs, ascending; only the last eight before `end` count
 * @param distances of the same, logarithms
 */
export function sharedLately(
  startedAtMs: Float64Array,
  distances: Float64Array,
  end: number,
  atMs: number,
): number {
  let from = Math.max(0, end - LATELY_RUNS);
  while (from < end && startedAtMs[from]! < atMs - LATELY_MS) from++;
  if (end - from < LATELY_FEWEST) return 0;
  return Math.min(MOST_FOLLOWED, Math.max(-MOST_FOLLOWED, windowMedian(distances, from, end)));
}
