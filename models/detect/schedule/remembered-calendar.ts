import type { HolidayCalendar } from '../../features/holiday-calendar.ts';

const remembered = new WeakMap<HolidayCalendar, HolidayCalendar>();
/** More days than a century has are not kept. */
const MOST_DAYS = 40_000;

/** The same calendar, that remembers its answers: learning asks for the same days again and again. */
export function rememberedCalendar(calendar: HolidayCalendar): HolidayCalendar {
  let kept = remembered.get(calendar);
  if (kept === undefined) {
    const days = new Map<number, string | null>();
    kept = {
      name: calendar.name,
      holidayOn(epochDay) {
        let holiday = days.get(epochDay);
        if (holiday === undefined) {
          holiday = calendar.holidayOn(epochDay);
          if (days.size >= MOST_DAYS) days.clear();
          days.set(epochDay, holiday);
        }
        return holiday;
      },
    };
    remembered.set(calendar, kept);
    remembered.set(kept, kept);
  }
  return kept;
}
