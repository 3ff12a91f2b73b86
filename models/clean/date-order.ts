import { dayNumber } from './calendar-day.ts';
import type { DateOrder } from './written-instant.ts';

/** Dates of a sample that are written with numbers, the year last: which reading they allow. */
export interface DateOrderEvidence {
  dayFirst: number;
  monthFirst: number;
  either: number;
}

const YEAR_LAST = /^\s*(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
/** Where no day is above 12, the reading under which the dates lie closer together by this factor is taken. */
const CLOSER = 5;
const MIN_DIFFERENT_DATES = 3;
/** `1/2/25`. */
const SHORTEST_DATE = 6;

/**
 * Whether `01/02/2025` is the first of February or the second of January in this file: by days above 12, else by
 * the days that a log is about lying close together, else as in French.
 */
export function detectDateOrder(rows: readonly { fields: readonly string[] }[]): {
  order: DateOrder;
  evidence: DateOrderEvidence;
} {
  const evidence: DateOrderEvidence = { dayFirst: 0, monthFirst: 0, either: 0 };
  const dayFirstDays = new Set<number>();
  const monthFirstDays = new Set<number>();
  for (const { fields } of rows) {
    for (const field of fields) {
      if (field.length < SHORTEST_DATE) continue;
      const found = YEAR_LAST.exec(field);
      if (found === null) continue;
      const [first, second, year] = [Number(found[1]), Number(found[3]), Number(found[4])];
      const dayFirst = dayNumber(year, second, first);
      const monthFirst = dayNumber(year, first, second);
      if (!Number.isNaN(dayFirst) && !Number.isNaN(monthFirst)) {
        evidence.either++;
        dayFirstDays.add(dayFirst);
        monthFirstDays.add(monthFirst);
      } else if (!Number.isNaN(dayFirst)) evidence.dayFirst++;
      else if (!Number.isNaN(monthFirst)) evidence.monthFirst++;
    }
  }
  return { order: orderOf(evidence, dayFirstDays, monthFirstDays), evidence };
}

function orderOf(evidence: DateOrderEvidence, dayFirst: Set<number>, monthFirst: Set<number>): DateOrder {
  if (evidence.dayFirst !== evidence.monthFirst) {
    return evidence.dayFirst > evidence.monthFirst ? 'day-first' : 'month-first';
  }
  if (dayFirst.size < MIN_DIFFERENT_DATES) return 'day-first';
  return spanOf(dayFirst) > CLOSER * spanOf(monthFirst) ? 'month-first' : 'day-first';
}

function spanOf(days: Set<number>): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    if (day < least) least = day;
    if (day > most) most = day;
  }
  return most - least;
}
