import { describe, expect, it } from 'vitest';
import { DAY_MS } from './feature.ts';
import { calendarNamed, frenchHolidays, UnknownCalendar } from './holiday-calendar.ts';

const dayOf = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) / DAY_MS;

describe('the French calendar', () => {
  it('names the public holidays of mainland France', () => {
    expect(frenchHolidays.holidayOn(dayOf(2026, 7, 14))).toBe('Fête Nationale de la France');
    expect(frenchHolidays.holidayOn(dayOf(2026, 4, 6))).toBe('Lundi de Pâques');
    expect(frenchHolidays.holidayOn(dayOf(2026, 7, 15))).toBeNull();
  });

  it('knows the eleven of each year', () => {
    for (const year of [2016, 2024, 2031]) {
      const days = Array.from({ length: dayOf(year + 1, 1, 1) - dayOf(year, 1, 1) }, (_, d) => d);
      const holidays = days.filter((d) => frenchHolidays.holidayOn(dayOf(year, 1, 1) + d) !== null);
      expect(holidays.length).toBe(11);
    }
  });
});

describe('calendarNamed', () => {
  it('gives other countries and their regions', () => {
    const epiphany = dayOf(2026, 1, 6);
    expect(calendarNamed('DE').holidayOn(epiphany)).toBeNull();
    expect(calendarNamed('DE-BY').holidayOn(epiphany)).toBe('Heilige Drei Könige');
    expect(calendarNamed('BE').holidayOn(dayOf(2026, 7, 21))).not.toBeNull();
  });

  it('gives every day of a holiday that lasts several', () => {
    const days = Array.from({ length: 7 }, (_, d) => calendarNamed('SA').holidayOn(dayOf(2026, 5, 25 + d)));
    expect(days.filter((name) => name === 'عيد الأضحى').length).toBe(4);
  });

  it('knows a calendar without holidays', () => {
    const none = calendarNamed('none');
    expect([dayOf(2026, 1, 1), dayOf(2026, 12, 25)].map((day) => none.holidayOn(day))).toEqual([null, null]);
  });

  it('gives the same object twice', () => {
    expect(calendarNamed('FR')).toBe(frenchHolidays);
  });

  it.each([
    ['Atlantis', 'called "Atlantis"; expected none, or one of 2'],
    ['', 'expected none, or one of'],
    ['fr', 'such as FR'],
    ['FR-XX', 'expected a region such as FR-57'],
    ['IT-X', 'expected a region such as IT-21, 25'],
    ['none-X', 'expected none, or one of'],
    ['toString', 'no holiday calendar is called "toString"'],
  ])('refuses %j and says what there is', (name, message) => {
    expect(() => calendarNamed(name)).toThrow(UnknownCalendar);
    expect(() => calendarNamed(name)).toThrow(message);
  });
});
