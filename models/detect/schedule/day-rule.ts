import { DAY_MS } from '../../features/feature.ts';
import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import type { DayRule } from './schedule.ts';

/** 0 is Sunday; 1970-01-01 was a Thursday. @param epochDay days since then */
export const weekdayOf = (epochDay: number): number => (((epochDay + 4) % 7) + 7) % 7;

/** Whether a rule names a day of the local calendar. @param epochDay days since 1970-01-01 */
export function isDayOf(rule: DayRule, epochDay: number, calendar: HolidayCalendar): boolean {
  switch (rule.kind) {
    case 'weekdays':
      return (
        rule.weekdays.includes(weekdayOf(epochDay)) &&
        (rule.holidays || calendar.holidayOn(epochDay) === null)
      );
    case 'every-days':
      return (((epochDay - rule.phase) % rule.everyDays) + rule.everyDays) % rule.everyDays === 0;
    case 'day-of-month':
      return dayOfMonth(epochDay) === rule.day;
    case 'before-month-end':
      return daysToMonthEnd(epochDay) === rule.days;
    case 'business-day-of-month':
      return isBusinessDay(epochDay, calendar) && businessDayOfMonth(epochDay, rule.nth, calendar);
    case 'weekday-of-month':
      return weekdayOf(epochDay) === rule.weekday && weekOfMonth(epochDay, rule.nth) === rule.nth;
  }
}

/** Monday to Friday, no holiday. */
export function isBusinessDay(epochDay: number, calendar: HolidayCalendar): boolean {
  const weekday = weekdayOf(epochDay);
  return weekday !== 0 && weekday !== 6 && calendar.holidayOn(epochDay) === null;
}

export const dayOfMonth = (epochDay: number): number => new Date(epochDay * DAY_MS).getUTCDate();

/** 0 on the last day. */
export function daysToMonthEnd(epochDay: number): number {
  const date = new Date(epochDay * DAY_MS);
  return (
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate()
  );
}

/** Which business day of its month a business day is: from the front 1 and up, from the back -1 and down. */
function businessDayOfMonth(epochDay: number, nth: number, calendar: HolidayCalendar): boolean {
  const step = nth > 0 ? -1 : 1;
  let others = nth > 0 ? dayOfMonth(epochDay) - 1 : daysToMonthEnd(epochDay);
  let count = 1;
  for (let day = epochDay + step; others > 0 && count <= Math.abs(nth); day += step, others--) {
    if (isBusinessDay(day, calendar)) count++;
  }
  return count === Math.abs(nth);
}

/** 1 to 5 from the front, -1 and down from the back, as the sign of `nth` asks. */
export const weekOfMonth = (epochDay: number, nth: number): number =>
  nth > 0 ? Math.ceil(dayOfMonth(epochDay) / 7) : -1 - Math.floor(daysToMonthEnd(epochDay) / 7);
