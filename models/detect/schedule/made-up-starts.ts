import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { type Random, seededRandom } from '../../random.ts';
import { FAILED, SUCCEEDED } from '../../records/run.ts';
import type { ScheduleHistory } from './own-starts.ts';
import { rhythmInstants } from './rhythm-instants.ts';
import type { DayRule, Rhythm, ScheduleLine } from './schedule.ts';

/** How a made-up job keeps its rhythm. Times in milliseconds, shares of runs. For tests and benchmarks. */
export interface Habit {
  rhythm: Rhythm;
  /** Starts come up to so much after their instants. */
  jitterMs?: number;
  durationMs?: number;
  /** Mean of the exponential time from the end to when it is known. */
  lagMs?: number;
  /** So often that takes 2 to 30 minutes. */
  longLagShare?: number;
  skipShare?: number;
  failShare?: number;
  /** A failed run is tried again after one to five minutes. */
  retries?: boolean;
}

/** The runs of a made-up job from one instant to another, and the instants it skipped. */
export interface MadeUpRuns {
  history: ScheduleHistory;
  skipped: number[];
}

export function madeUpRuns(
  habit: Habit,
  { fromMs, toMs, seed, calendar }: { fromMs: number; toMs: number; seed: number; calendar: HolidayCalendar },
): MadeUpRuns {
  const random = seededRandom(seed);
  const { jitterMs = 40_000, durationMs = 300_000, skipShare = 0, failShare = 0.02, retries = false } = habit;
  const runs: { startedAt: number; knownAt: number; durationMs: number; status: number }[] = [];
  const skipped: number[] = [];
  const add = (startedAt: number, failed: boolean) => {
    const took = Math.round((durationMs * Math.exp(0.15 * random.normal())) / 1000) * 1000;
    const run = { startedAt, durationMs: took, knownAt: startedAt + took + lagOf(habit, random) };
    runs.push({ ...run, status: failed ? FAILED : SUCCEEDED });
    return startedAt + took;
  };
  for (const instant of rhythmInstants(habit.rhythm, fromMs, toMs, calendar)) {
    if (random.uniform() < skipShare) {
      skipped.push(instant);
      continue;
    }
    const failed = random.uniform() < failShare;
    const end = add(instant + 1000 * Math.floor((random.uniform() * jitterMs) / 1000), failed);
    if (failed && retries) add(end + 60_000 + 1000 * random.below(240), random.uniform() < 0.5);
  }
  runs.sort((a, b) => a.startedAt - b.startedAt);
  return {
    history: {
      startedAt: Float64Array.from(runs, (run) => run.startedAt),
      knownAt: Float64Array.from(runs, (run) => run.knownAt),
      durationMs: Float64Array.from(runs, (run) => run.durationMs),
      status: Uint8Array.from(runs, (run) => run.status),
    },
    skipped,
  };
}

function lagOf({ lagMs = 12_000, longLagShare = 0.005 }: Habit, random: Random): number {
  if (random.uniform() < longLagShare) return 120_000 + random.uniform() * 1_680_000;
  return -lagMs * Math.log(1 - random.uniform());
}

const at = (hour: number, minute = 0) => 60 * hour + minute;

/** One rhythm of every kind, by the clock on the wall of a zone. */
export function localRhythms(timeZone: string): Record<string, Rhythm> {
  const everyDay: DayRule = { kind: 'weekdays', weekdays: [0, 1, 2, 3, 4, 5, 6], holidays: true };
  const times = (line: ScheduleLine): Rhythm => ({ kind: 'times', timeZone, lines: [line] });
  const windows = (everyMinutes: number, fromMinute: number, untilMinute: number): Rhythm => ({
    kind: 'windows',
    timeZone,
    days: everyDay,
    everyMinutes,
    windows: [{ fromMinute, untilMinute }],
  });
  const workdays = (holidays: boolean) => ({
    kind: 'weekdays' as const,
    weekdays: [1, 2, 3, 4, 5],
    holidays,
  });
  return {
    'daily at 02:30': times({ days: everyDay, atMinutes: [at(2, 30)] }),
    'daily at 23:55': times({ days: everyDay, atMinutes: [at(23, 55)] }),
    'daily at 00:00': times({ days: everyDay, atMinutes: [0] }),
    'three times a day': times({ days: everyDay, atMinutes: [at(2), at(10, 15), at(18, 40)] }),
    'every two hours': times({
      days: everyDay,
      atMinutes: Array.from({ length: 12 }, (_, i) => at(2 * i, 5)),
    }),
    'business days at 06:00': times({ days: workdays(false), atMinutes: [at(6)] }),
    'Monday to Friday at 07:10': times({ days: workdays(true), atMinutes: [at(7, 10)] }),
    'Sundays at 02:15': times({
      days: { kind: 'weekdays', weekdays: [0], holidays: true },
      atMinutes: [at(2, 15)],
    }),
    'every other Monday at 05:00': times({
      days: { kind: 'every-days', everyDays: 14, phase: 4 },
      atMinutes: [at(5)],
    }),
    'last business day at 20:00': times({
      days: { kind: 'business-day-of-month', nth: -1 },
      atMinutes: [at(20)],
    }),
    'first business day at 04:00': times({
      days: { kind: 'business-day-of-month', nth: 1 },
      atMinutes: [at(4)],
    }),
    'the last of the month at 22:30': times({
      days: { kind: 'before-month-end', days: 0 },
      atMinutes: [at(22, 30)],
    }),
    'the 5th at 03:00': times({ days: { kind: 'day-of-month', day: 5 }, atMinutes: [at(3)] }),
    hourly: windows(60, 20, 1440),
    'every 15 minutes from 05:00 to 23:00': windows(15, at(5), at(23)),
    'every 30 minutes from 22:00 to 04:00': windows(30, at(22), at(28)),
    'every 5 minutes': windows(5, 0, 1440),
    'every 10 minutes from 00:00 to 05:00': windows(10, 0, at(5)),
    'every 7 hours': { kind: 'elapsed', everyMs: 7 * 3_600_000, anchorMs: 5_000_000 },
  };
}
