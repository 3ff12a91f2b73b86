import { ZoneClock } from '../detect/schedule/zone-clock.ts';

/** A report was asked for a period that is none. Trying again cannot help. */
export class InvalidPeriod extends RangeError {
  override name = 'InvalidPeriod';
}

/** A month, a quarter or a year of a local clock. Instants are epoch milliseconds. */
export interface Period {
  /** `2026-10`, `2026-Q3` or `2026`. */
  id: string;
  kind: 'month' | 'quarter' | 'year';
  fromMs: number;
  /** First instant after it. */
  toMs: number;
  /** First instant of the period before it. */
  beforeMs: number;
  /** Days on the calendar. */
  days: number;
  /** Into what its course is cut. */
  unit: 'day' | 'week' | 'month';
}

const UNITS = { month: 'day', quarter: 'week', year: 'month' } as const;
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;
const DAY_MS = 86_400_000;
/** The last logs of a period come in the days after it. */
const SETTLED_AFTER_MS = 2 * DAY_MS;

/**
 * Reads `2026-10`, `2026-Q3` or `2026`.
 *
 * @param timeZone whose midnights it begins and ends at
 * @throws InvalidPeriod
 */
export function parsePeriod(id: string, timeZone: string): Period {
  const found = /^(20[1-4]\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?$/.exec(id);
  if (found === null) {
    throw new InvalidPeriod(
      `period: expected a month (2026-10), a quarter (2026-Q3) or a year (2026) from 2010 to 2049, found "${id}"`,
    );
  }
  const [, year, month, quarter] = found;
  const kind = month !== undefined ? 'month' : quarter !== undefined ? 'quarter' : 'year';
  const first =
    month !== undefined ? Number(month) - 1 : quarter !== undefined ? 3 * (Number(quarter) - 1) : 0;
  const clock = ZoneClock.of(timeZone);
  const startOf = (months: number) => clock.toInstant(Date.UTC(Number(year), first + months, 1));
  const length = MONTHS[kind];
  return {
    id,
    kind,
    fromMs: startOf(0),
    toMs: startOf(length),
    beforeMs: startOf(-length),
    days: (Date.UTC(Number(year), first + length, 1) - Date.UTC(Number(year), first, 1)) / DAY_MS,
    unit: UNITS[kind],
  };
}

/** The last month that is over at an instant on a local clock: `2026-10`. */
export function lastMonthBefore(instantMs: number, timeZone: string): string {
  const local = new Date(ZoneClock.of(timeZone).toLocal(instantMs));
  return new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/**
 * As of when a report tells, where nobody asks for an instant: two days after its period, so that it is the same
 * whenever it is built, and now as long as these are not over. Epoch milliseconds.
 */
export const settledAt = ({ toMs }: Period, nowMs: number): number =>
  Math.min(toMs + SETTLED_AFTER_MS, nowMs);
