import Holidays from 'date-holidays';
import { DAY_MS, dateOf } from './options.ts';

/** One UTC day as the business sees it. */
export interface CalendarDay {
  /** Days since the first simulated day. */
  index: number;
  startMs: number;
  /** `YYYY-MM-DD`. */
  date: string;
  /** 0 is Sunday. */
  weekday: number;
  dayOfYear: number;
  /** 0 on the last day of the month. */
  daysToMonthEnd: number;
  dayOfMonth: number;
  /** A public holiday in France. */
  isHoliday: boolean;
  isBusinessDay: boolean;
  isLastBusinessDay: boolean;
  /** Whole weeks since Monday 1969-12-29, for fortnightly rhythms. */
  weekNumber: number;
}

/**
 * The calendar of an estate that starts on `startMs`, a UTC midnight: French public holidays and weekends.
 */
export function createCalendar(startMs: number): (index: number) => CalendarDay {
  const french = new Holidays('FR', { types: ['public'], timezone: 'UTC' });
  const holidaysOf = new Map<number, Set<string>>();

  function isHoliday(instant: number): boolean {
    const year = new Date(instant).getUTCFullYear();
    let dates = holidaysOf.get(year);
    if (dates === undefined) {
      dates = new Set(french.getHolidays(year).map((holiday) => holiday.date.slice(0, 10)));
      holidaysOf.set(year, dates);
    }
    return dates.has(dateOf(instant));
  }

  function isBusinessDay(instant: number): boolean {
    const weekday = new Date(instant).getUTCDay();
    return weekday !== 0 && weekday !== 6 && !isHoliday(instant);
  }

  return (index) => {
    const day = new Date(startMs + index * DAY_MS);
    const instant = day.getTime();
    const dayOfMonth = day.getUTCDate();
    const daysToMonthEnd = lengthOfMonth(day) - dayOfMonth;
    let laterBusinessDays = 0;
    for (let ahead = 1; ahead <= daysToMonthEnd; ahead++) {
      if (isBusinessDay(instant + ahead * DAY_MS)) laterBusinessDays++;
    }
    return {
      index,
      startMs: instant,
      date: dateOf(instant),
      weekday: day.getUTCDay(),
      dayOfYear: Math.floor((instant - Date.UTC(day.getUTCFullYear(), 0, 1)) / DAY_MS),
      dayOfMonth,
      daysToMonthEnd,
      isHoliday: isHoliday(instant),
      isBusinessDay: isBusinessDay(instant),
      isLastBusinessDay: isBusinessDay(instant) && laterBusinessDays === 0,
      weekNumber: Math.floor((instant / DAY_MS + 3) / 7),
    };
  };
}

function lengthOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}
