import { DAY_MS } from '../calendar-day.ts';
import type { CleaningRule } from './rule.ts';

export const clockJump: CleaningRule = {
  code: 'clock-jump',
  kind: 'doubt',
  appliesTo: 'runs',
  title: { en: 'Clock jumped', fr: "Saut d'horloge" },
  meaning:
    'In a log that is in order of time, the start lies more than a day before or after both neighbouring rows, which lie within a day of each other.',
  example: '07:55, then 2031-01-01 08:00, then 08:05 of the first day',
  whatIsDone: 'The start is kept as told.',
};

/** Whether the clock of the row in the middle had jumped; starts of three rows in a row, in epoch milliseconds. */
export function isClockJump(before: number, start: number, after: number): boolean {
  if (Math.abs(after - before) > DAY_MS) return false;
  return start > Math.max(before, after) + DAY_MS || start < Math.min(before, after) - DAY_MS;
}
