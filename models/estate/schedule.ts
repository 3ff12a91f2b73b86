import type { CalendarDay } from './calendar.ts';

/** When a job starts. Minutes are minutes of the day of the servers' clocks, which are UTC unless an estate says otherwise. */
export type Schedule =
  | { kind: 'every'; everyMinutes: number; fromMinute: number; untilMinute: number }
  | { kind: 'daily'; atMinute: number }
  | { kind: 'business_days'; atMinute: number }
  | { kind: 'weekly'; weekday: number; atMinute: number }
  /** The last business day of the month. */
  | { kind: 'month_end'; atMinute: number };

/** The minutes of the day at which the schedule starts a run, ascending; empty when it rests. */
export function plannedMinutes(schedule: Schedule, day: CalendarDay): number[] {
  switch (schedule.kind) {
    case 'every': {
      const minutes = [];
      for (let at = schedule.fromMinute; at < schedule.untilMinute; at += schedule.everyMinutes)
        minutes.push(at);
      return minutes;
    }
    case 'daily':
      return [schedule.atMinute];
    case 'business_days':
      return day.isBusinessDay ? [schedule.atMinute] : [];
    case 'weekly':
      return day.weekday === schedule.weekday ? [schedule.atMinute] : [];
    case 'month_end':
      return day.isLastBusinessDay ? [schedule.atMinute] : [];
  }
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The schedule in words, for the manifest. */
export function scheduleText(schedule: Schedule, timeZone = 'UTC'): string {
  switch (schedule.kind) {
    case 'every':
      return `every ${schedule.everyMinutes} min from ${clock(schedule.fromMinute)} to ${clock(schedule.untilMinute)} ${timeZone}`;
    case 'daily':
      return `daily at ${clock(schedule.atMinute)} ${timeZone}`;
    case 'business_days':
      return `business days in France at ${clock(schedule.atMinute)} ${timeZone}`;
    case 'weekly':
      return `${WEEKDAYS[schedule.weekday]} at ${clock(schedule.atMinute)} ${timeZone}`;
    case 'month_end':
      return `last business day of the month at ${clock(schedule.atMinute)} ${timeZone}`;
  }
}
