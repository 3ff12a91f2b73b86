import Holidays from 'date-holidays';
import { DAY_MS } from './feature.ts';

/** Which days are holidays. Anything that answers so can be given to `buildMatrices`: a company's own days too. */
export interface HolidayCalendar {
  name: string;
  /** The holiday's name, null on other days. @param epochDay days since 1970-01-01 */
  holidayOn(epochDay: number): string | null;
}

/** Nobody knows a calendar of this name. Never cured by trying again. */
export class UnknownCalendar extends Error {
  override name = 'UnknownCalendar';
}

const noHolidays: HolidayCalendar = { name: 'none', holidayOn: () => null };
const made = new Map<string, HolidayCalendar>([[noHolidays.name, noHolidays]]);

/**
 * The calendar of public holidays called `none`, by a country (`FR`), or by a country and its region (`DE-BY`, `CH-GE`).
 *
 * The rules are those of date-holidays (type "public"); each year is computed once.
 *
 * @throws UnknownCalendar naming what there is
 */
export function calendarNamed(name: string): HolidayCalendar {
  let calendar = made.get(name);
  if (calendar === undefined) {
    calendar = publicHolidays(name);
    made.set(name, calendar);
  }
  return calendar;
}

/** Of mainland France. */
export const frenchHolidays: HolidayCalendar = calendarNamed('FR');

function publicHolidays(name: string): HolidayCalendar {
  const [country = '', region] = name.split(/-(.*)/s);
  const all = new Holidays();
  const countries = all.getCountries();
  if (!Object.hasOwn(countries, country)) {
    const count = Object.keys(countries).length;
    throw unknown(name, `none, or one of ${count} countries by their codes, such as FR`);
  }
  const regions = all.getStates(country) ?? {};
  if (region !== undefined && !Object.hasOwn(regions, region)) {
    const codes = Object.keys(regions);
    throw unknown(name, codes.length === 0 ? country : `a region such as ${country}-${codes.join(', ')}`);
  }
  const rules = region === undefined ? new Holidays(country) : new Holidays(country, region);
  const years = new Map<number, Map<number, string>>();
  return {
    name,
    holidayOn(epochDay) {
      const year = new Date(epochDay * DAY_MS).getUTCFullYear();
      let days = years.get(year);
      if (days === undefined) {
        days = daysOf(rules, year);
        years.set(year, days);
      }
      return days.get(epochDay) ?? null;
    },
  };
}

const unknown = (name: string, expected: string) =>
  new UnknownCalendar(`no holiday calendar is called "${name}"; expected ${expected}`);

function daysOf(rules: Holidays, year: number): Map<number, string> {
  const days = new Map<number, string>();
  for (const { type, name, date, start, end } of rules.getHolidays(year)) {
    if (type !== 'public') continue;
    const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS;
    // Some last several days; one of a night on which the clock is changed has 23 or 25 hours.
    const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
    for (let day = first; day < first + count; day++) days.set(day, name);
  }
  return days;
}
