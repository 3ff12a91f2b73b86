import { dayOf } from './calendar-place.ts';
import type { Usual } from './job-baselines.ts';
import { cutIntoDays, learnHours, learnWeek } from './learn-season.ts';
import { tailLimit } from './tail-limit.ts';
import { type Season, seasonAt, sharedLately } from './usual-at.ts';
import { windowMedian } from './window-median.ts';

/** Fewer say nothing. */
export const FEWEST_RUNS = 6;

/** The level is that of the last so many days with runs, none older than six weeks before the newest. */
const LEVEL_DAYS = 14;
const LEVEL_SPAN_DAYS = 42;
/** Days that a level needs before a run may be held against it. */
const LEVEL_FEWEST = 3;

/** Shares of what recent runs have in common that are tried, and runs that must tell. */
const FOLLOWED = [0, 0.5, 1] as const;
const FOLLOW_FEWEST = 50;

/** Learned from half the runs, what is usual is less sure than from all: limits never come nearer than this. */
export interface Nearest {
  above: number;
  below: number;
}

/**
 * What is usual of a number of a job's runs, and how far from it normal runs go.
 *
 * Each past run is held against the level of the days before it, as the next one will be; the limits come from those
 * distances. So a job that wanders, or grows, has the wider limits that it needs.
 *
 * @param values natural logarithms, finite
 * @param startedAtMs ascending
 * @returns null with fewer than FEWEST_RUNS that can be held against a level
 */
export function learnUsual(values: Float64Array, startedAtMs: Float64Array, nearest: Nearest): Usual | null {
  const runs = values.length;
  if (runs < FEWEST_RUNS) return null;
  const days = cutIntoDays(startedAtMs, dayOf);
  const hours = learnHours(values, startedAtMs, days);
  const byHour: Season = { hours, weekdays: null, monthEnd: 0 };
  const plain = values.map((value, i) => value - seasonAt(byHour, startedAtMs[i]!));
  const daily = Float64Array.from(days.day, (_, d) =>
    windowMedian(plain, days.first[d]!, days.first[d + 1]!),
  );
  const season: Season = { hours, ...learnWeek(daily, days.day) };
  const byDay: Season = { ...season, hours: null };
  for (let d = 0; d < daily.length; d++) daily[d]! -= seasonAt(byDay, days.day[d]! * 86_400_000);

  const distances = new Float64Array(runs).fill(Number.NaN);
  const level = levelsBefore(daily, days.day);
  for (let d = 0; d < daily.length; d++) {
    for (let i = days.first[d]!; i < days.first[d + 1]!; i++) {
      distances[i] = values[i]! - seasonAt(season, startedAtMs[i]!) - level[d]!;
    }
  }
  const from = distances.findIndex((distance) => !Number.isNaN(distance));
  if (from < 0 || runs - from < FEWEST_RUNS) return fromFewDays(values, season, nearest);
  const { follow, left } = chooseFollow(distances.subarray(from), startedAtMs.subarray(from));
  return {
    runs,
    level: rounded(level.at(-1)!),
    ...season,
    follow,
    ...limits(left, nearest),
  };
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;

/** Before each day, and after the last: the middle of the days before; NaN with too few. */
function levelsBefore(daily: Float64Array, day: Int32Array): Float64Array {
  const levels = new Float64Array(daily.length + 1).fill(Number.NaN);
  for (let d = 1; d <= daily.length; d++) {
    let from = Math.max(0, d - LEVEL_DAYS);
    while (d - from > LEVEL_FEWEST && day[from]! < day[d - 1]! - LEVEL_SPAN_DAYS) from++;
    if (d - from >= LEVEL_FEWEST) levels[d] = windowMedian(daily, from, d);
  }
  return levels;
}

/** Too few days to hold a run against those before it: all are held against the middle of all. */
function fromFewDays(values: Float64Array, season: Season, nearest: Nearest): Usual {
  const level = windowMedian(values, 0, values.length);
  const plain: Season = { hours: null, weekdays: null, monthEnd: 0 };
  const wide = limits(
    values.map((value) => value - level),
    nearest,
  );
  return {
    runs: values.length,
    level: rounded(level),
    ...(season.hours === null ? season : plain),
    follow: 0,
    ...wide,
  };
}

/** Follows what recent runs share as far as that brings runs nearer to what is usual. */
function chooseFollow(distances: Float64Array, startedAtMs: Float64Array) {
  const shared = distances.map((_, i) => sharedLately(startedAtMs, distances, i, startedAtMs[i]!));
  let best = { follow: 0, left: distances };
  if (shared.filter((value) => value !== 0).length < FOLLOW_FEWEST) return best;
  let leastSpread = Number.POSITIVE_INFINITY;
  for (const follow of FOLLOWED) {
    const left = distances.map((distance, i) => distance - follow * shared[i]!);
    // Cut at what is followed at most, so that faults do not choose.
    const spread = left.reduce((sum, distance) => sum + Math.min(0.5, Math.abs(distance)), 0);
    if (spread >= leastSpread) continue;
    leastSpread = spread;
    best = { follow, left };
  }
  return best;
}

function limits(distances: Float64Array, nearest: Nearest): Pick<Usual, 'above' | 'below'> {
  const above = tailLimit(distances.toSorted());
  const below = tailLimit(distances.map((distance) => -distance).sort());
  return {
    above: rounded(Math.max(nearest.above, above)),
    below: rounded(Math.max(nearest.below, below)),
  };
}
