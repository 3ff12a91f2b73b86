import { LocalTime } from '../clean/local-time.ts';
import type { LocalHours } from './alert-settings.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Zones are looked up again and again; there are few. */
const clocks = new Map<string, { format: Intl.DateTimeFormat; local: LocalTime }>();

function clockOf(timeZone: string) {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = {
      format: new Intl.DateTimeFormat('en-CA', {
        timeZone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
      }),
      local: new LocalTime(timeZone),
    };
    clocks.set(timeZone, clock);
  }
  return clock;
}

/**
 * When the hours that hold an instant end, epoch milliseconds; null when it is outside of them. In the two nights on
 * which the clock is changed they begin and end when the clock shows it.
 */
export function endOfHours(hours: LocalHours, atMs: number, timeZone: string): number | null {
  const { format, local } = clockOf(timeZone);
  const today = Date.parse(`${format.format(atMs)}T00:00:00Z`);
  const endsNextDay = hours.toMinute <= hours.fromMinute;
  for (const day of [today, today - DAY_MS]) {
    const weekday = new Date(day).getUTCDay() || 7;
    if (!hours.days.includes(weekday)) continue;
    const from = local.read(day + hours.fromMinute * MINUTE_MS);
    const to = local.read(day + (endsNextDay ? DAY_MS : 0) + hours.toMinute * MINUTE_MS);
    if (from <= atMs && atMs < to) return to;
  }
  return null;
}
