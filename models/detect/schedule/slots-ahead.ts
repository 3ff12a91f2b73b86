import { DAY_MS } from '../../features/feature.ts';
import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import type { Schedule } from './schedule.ts';
import type { Slot } from './slot.ts';
import { slotsOf } from './slots-of.ts';

/** The ledger is kept so far ahead. */
const DAYS_AHEAD = 8;

/** The slots of the next eight days, none without a schedule, and the span they were asked for. */
export function slotsAhead(
  schedule: Schedule | null,
  asOfMs: number,
  calendar: HolidayCalendar,
): { slots: Slot[]; fromMs: number; toMs: number } {
  const toMs = asOfMs + DAYS_AHEAD * DAY_MS;
  return { slots: schedule === null ? [] : slotsOf(schedule, asOfMs, toMs, calendar), fromMs: asOfMs, toMs };
}
