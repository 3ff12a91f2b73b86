import { DAY_MS } from '../../features/feature.ts';
import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { cronInstants } from './cron.ts';
import { isDayOf } from './day-rule.ts';
import type { Rhythm } from './schedule.ts';
import { ZoneClock } from './zone-clock.ts';

const MINUTE_MS = 60_000;

/**
 * The instants of a rhythm from one instant to another, which is left out, ascending and each once.
 *
 * @param calendar knows the holidays on which it rests
 */
export function rhythmInstants(
  rhythm: Rhythm,
  fromMs: number,
  toMs: number,
  calendar: HolidayCalendar,
): number[] {
  switch (rhythm.kind) {
    case 'cron':
      return cronInstants(rhythm.cron, rhythm.timeZone, fromMs, toMs);
    case 'elapsed': {
      const instants = [];
      const first = Math.ceil((fromMs - rhythm.anchorMs) / rhythm.everyMs);
      for (let i = first; ; i++) {
        const instant = rhythm.anchorMs + i * rhythm.everyMs;
        if (instant >= toMs) return instants;
        instants.push(instant);
      }
    }
    case 'times': {
      const instants: number[] = [];
      const clock = ZoneClock.of(rhythm.timeZone);
      for (const day of localDays(clock, fromMs, toMs)) {
        for (const { days, atMinutes } of rhythm.lines) {
          if (!isDayOf(days, day, calendar)) continue;
          for (const minute of atMinutes) instants.push(clock.toInstant(day * DAY_MS + minute * MINUTE_MS));
        }
      }
      return eachOnce(instants, fromMs, toMs);
    }
    case 'windows': {
      const instants: number[] = [];
      const clock = ZoneClock.of(rhythm.timeZone);
      const everyMs = rhythm.everyMinutes * MINUTE_MS;
      for (const day of localDays(clock, fromMs, toMs)) {
        if (!isDayOf(rhythm.days, day, calendar)) continue;
        for (const { fromMinute, untilMinute } of rhythm.windows) {
          const end = clock.toInstant(day * DAY_MS + untilMinute * MINUTE_MS);
          for (let at = clock.toInstant(day * DAY_MS + fromMinute * MINUTE_MS); at < end; at += everyMs) {
            if (at >= fromMs && at < toMs) instants.push(at);
          }
        }
      }
      return eachOnce(instants, fromMs, toMs);
    }
  }
}

/** Days whose instants may lie in between: a window may reach into the next day. */
function* localDays(clock: ZoneClock, fromMs: number, toMs: number): Generator<number> {
  const last = Math.floor(clock.toLocal(toMs) / DAY_MS) + 1;
  for (let day = Math.floor(clock.toLocal(fromMs) / DAY_MS) - 2; day <= last; day++) yield day;
}

function eachOnce(instants: number[], fromMs: number, toMs: number): number[] {
  let sorted = true;
  for (let i = 1; i < instants.length && sorted; i++) sorted = instants[i - 1]! < instants[i]!;
  if (!sorted) instants.sort((a, b) => a - b);
  return instants.filter(
    (instant, i) => instant >= fromMs && instant < toMs && (i === 0 || instant !== instants[i - 1]),
  );
}
