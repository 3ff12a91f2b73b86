import { expect, test } from 'vitest';
import { createCalendar } from './calendar.ts';
import { DAY_MS } from './options.ts';
import { plannedMinutes } from './schedule.ts';

const start = Date.parse('2026-01-01');
const calendar = createCalendar(start);
const on = (date: string) => calendar((Date.parse(date) - start) / DAY_MS);
const daysOf2026 = Array.from({ length: 365 }, (_, index) => calendar(index));

test('holidays are those of France in 2026', () => {
  // Reference: Code du travail, art. L3133-1; Easter Sunday 2026 is 5 April.
  expect(daysOf2026.filter((day) => day.isHoliday).map((day) => day.date)).toEqual([
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ]);
});

test('a day knows its weekday, month and week', () => {
  expect(on('2026-02-27')).toEqual({
    index: 57,
    startMs: Date.parse('2026-02-27'),
    date: '2026-02-27',
    weekday: 5,
    dayOfYear: 57,
    daysToMonthEnd: 1,
    dayOfMonth: 27,
    isHoliday: false,
    isBusinessDay: true,
    isLastBusinessDay: true,
    weekNumber: 2930,
  });
  expect(on('2026-03-02').weekNumber).toBe(on('2026-03-01').weekNumber + 1);
});

test('business days rest at weekends and on holidays', () => {
  const minutes = (date: string) => plannedMinutes({ kind: 'business_days', atMinute: 300 }, on(date));
  expect(minutes('2026-05-13')).toEqual([300]);
  expect(minutes('2026-05-14')).toEqual([]);
  expect(minutes('2026-05-16')).toEqual([]);
  expect(minutes('2026-05-17')).toEqual([]);
});

test('the month closes once a month, on its last business day', () => {
  const closing = daysOf2026.filter(
    (day) => plannedMinutes({ kind: 'month_end', atMinute: 300 }, day).length > 0,
  );
  expect(closing.map((day) => day.date)).toEqual([
    '2026-01-30',
    '2026-02-27',
    '2026-03-31',
    '2026-04-30',
    '2026-05-29',
    '2026-06-30',
    '2026-07-31',
    '2026-08-31',
    '2026-09-30',
    '2026-10-30',
    '2026-11-30',
    '2026-12-31',
  ]);
});

test('frequent, daily and weekly jobs do not care for holidays', () => {
  const christmas = on('2026-12-25');
  expect(
    plannedMinutes({ kind: 'every', everyMinutes: 15, fromMinute: 60, untilMinute: 105 }, christmas),
  ).toEqual([60, 75, 90]);
  expect(plannedMinutes({ kind: 'daily', atMinute: 0 }, christmas)).toEqual([0]);
  expect(plannedMinutes({ kind: 'weekly', weekday: 5, atMinute: 7 }, christmas)).toEqual([7]);
  expect(plannedMinutes({ kind: 'weekly', weekday: 4, atMinute: 7 }, christmas)).toEqual([]);
});
