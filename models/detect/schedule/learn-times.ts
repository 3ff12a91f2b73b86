import { DAY_MS } from '../../features/feature.ts';
import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { quantile } from '../quantile.ts';
import { densestOf } from './densest.ts';
import { learnDayRule, stillHolds } from './learn-day-rule.ts';
import { localDays } from './local-days.ts';
import type { DayRule, Rhythm, ScheduleLine } from './schedule.ts';
import type { ZoneClock } from './zone-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** More fixed times a day are no times anybody wrote down. */
const MOST_TIMES = 16;
/** Days that differ in how often it runs are looked at one by one when they are this share of all days. */
const LEAST_SHARE = 0.15;
const LEAST_DAYS = 3;
/** So many days say when it starts: older ones had other times. */
const DAYS_FOR_TIMES = 40;
/** Starts farther from a time do not belong to it. */
const REACH_MINUTES = 120;
/** Two times that are closer are one, that varies. */
const SAME_MINUTES = 40;
/** Starts so near to the usual one are usual. */
const NEAR_MINUTES = 10;
/** A clock of a machine may be so much ahead. */
const CLOCK_SKEW_MINUTES = 0.3;

export interface Watch {
  /** Ascending. */
  startedAt: Float64Array;
  asOfMs: number;
  calendar: HolidayCalendar;
  /** On which days it ran before its schedule changed; null: nothing is known of that. */
  former: DayRule | null;
}

export interface LearnedRhythm {
  rhythm: Rhythm;
  /** Mean distance of starts from their times, minutes; in the wrong zone it is larger. */
  distance: number;
}

/** Fixed times of the day, each on its own days; null when the starts keep none. */
export function learnTimes(watch: Watch, clock: ZoneClock): LearnedRhythm | null {
  const { startedAt, asOfMs, calendar, former } = watch;
  const local = localDays(startedAt, clock);
  const times = usualTimes(local.day, local.minute);
  if (times.length === 0 || times.length > MOST_TIMES) return null;
  const clusters = times.map(() => ({ days: [] as number[], minutes: [] as number[] }));
  let distance = 0;
  for (let i = 0; i < startedAt.length; i++) {
    const nearest = nearestTime(times, local.minute[i]!);
    const away = Math.abs(local.minute[i]! - times[nearest]!);
    distance += Math.min(away, REACH_MINUTES);
    if (away > reachOf(times, nearest)) continue;
    const { days, minutes } = clusters[nearest]!;
    minutes.push(local.minute[i]!);
    if (days.at(-1) !== local.day[i]) days.push(local.day[i]!);
  }
  const firstLocal = clock.toLocal(startedAt[0]!);
  const lastLocal = clock.toLocal(asOfMs);
  const lines = new Map<string, ScheduleLine>();
  for (const [c, { days, minutes }] of clusters.entries()) {
    if (days.length < LEAST_DAYS) continue;
    const at = Math.floor(earlyOf(minutes.slice(-DAYS_FOR_TIMES)) + CLOCK_SKEW_MINUTES);
    const shift = Math.floor(at / DAY_MINUTES);
    const latest = (times[c]! + reachOf(times, c)) * MINUTE_MS;
    const rule = ruleOf(
      {
        active: days.map((day) => day + shift),
        from: Math.ceil((firstLocal - latest) / DAY_MS) + shift,
        to: Math.max(days.at(-1)!, Math.floor((lastLocal - latest) / DAY_MS)) + shift,
      },
      calendar,
      former,
    );
    if (rule === null) continue;
    const key = JSON.stringify(rule);
    const line = lines.get(key) ?? { days: rule, atMinutes: [] };
    line.atMinutes.push(at - shift * DAY_MINUTES);
    lines.set(key, line);
  }
  if (lines.size === 0) return null;
  for (const { atMinutes } of lines.values()) atMinutes.sort((a, b) => a - b);
  const rhythm: Rhythm = { kind: 'times', timeZone: clock.timeZone, lines: [...lines.values()] };
  return { rhythm, distance: distance / startedAt.length };
}

/** When nearly all of the usual starts have yet to come: nine of ten of those near where most are. */
function earlyOf(minutes: readonly number[]): number {
  const sorted = Float64Array.from(minutes).sort();
  const { middle, length } = densestOf(sorted);
  const near = sorted.filter((minute) => Math.abs(minute - middle) <= Math.max(NEAR_MINUTES, 5 * length));
  return quantile(near, 0.1);
}

/** The rule that is learned; while there are too few days to learn one, that from before if it holds. */
export function ruleOf(
  watched: { active: number[]; from: number; to: number },
  calendar: HolidayCalendar,
  former: DayRule | null,
): DayRule | null {
  if (watched.to < watched.from) return former;
  const learned = learnDayRule(watched, calendar);
  if (former === null || (learned !== null && watched.to - watched.from >= 20)) return learned;
  return stillHolds(former, watched, calendar) ? former : learned;
}

/** Minutes of the day, ascending: the usual ones of the first, second, … start of days with as many starts as usual. */
function usualTimes(day: Int32Array, minute: Float64Array): number[] {
  const byCount = new Map<number, number[]>();
  let days = 0;
  for (let first = 0, i = 1; i <= day.length; i++) {
    if (i < day.length && day[i] === day[first]) continue;
    const count = i - first;
    const firsts = byCount.get(count);
    if (firsts === undefined) byCount.set(count, [first]);
    else firsts.push(first);
    days++;
    first = i;
  }
  const groups = [...byCount]
    .filter(([count, firsts]) => count <= MOST_TIMES && firsts.length >= LEAST_DAYS)
    .sort((a, b) => b[1].length - a[1].length);
  const times: number[] = [];
  for (const [count, firsts] of groups.slice(0, 3)) {
    if (times.length > 0 && firsts.length < LEAST_SHARE * days) continue;
    const recent = firsts.slice(-DAYS_FOR_TIMES);
    for (let rank = 0; rank < count; rank++) {
      const minutes = Float64Array.from(recent, (first) => minute[first + rank]!).sort();
      const usual = densestOf(minutes).middle;
      if (times.every((time) => Math.abs(time - usual) > SAME_MINUTES)) times.push(usual);
    }
  }
  return times.sort((a, b) => a - b);
}

function nearestTime(times: readonly number[], minute: number): number {
  let best = 0;
  for (let i = 1; i < times.length; i++) {
    if (Math.abs(times[i]! - minute) < Math.abs(times[best]! - minute)) best = i;
  }
  return best;
}

function reachOf(times: readonly number[], at: number): number {
  const before = at > 0 ? times[at]! - times[at - 1]! : DAY_MINUTES;
  const after = at + 1 < times.length ? times[at + 1]! - times[at]! : DAY_MINUTES;
  return Math.min(REACH_MINUTES, before / 2, after / 2);
}
