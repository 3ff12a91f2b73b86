import Holidays from 'date-holidays';

const calendar = new Holidays('FR');
const holidaysOfYear = new Map<number, Map<string, string>>();

/**
 * Name of the French public holiday on the UTC calendar day of an instant, null on other days.
 *
 * Each year is computed once; the rules come from date-holidays (mainland France, type "public").
 */
export function frenchHoliday(instant: number): string | null {
  const day = new Date(instant).toISOString().slice(0, 10);
  const year = Number(day.slice(0, 4));
  let names = holidaysOfYear.get(year);
  if (names === undefined) {
    names = new Map();
    for (const holiday of calendar.getHolidays(year)) {
      if (holiday.type === 'public') names.set(holiday.date.slice(0, 10), holiday.name);
    }
    holidaysOfYear.set(year, names);
  }
  return names.get(day) ?? null;
}
