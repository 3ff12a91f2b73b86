import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { hourOf } from './calendar-place.ts';
import type { Usual } from './job-baselines.ts';
import { cutIntoDays, learnDays, learnHours } from './learn-season.ts';
import { movingMedians } from './moving-medians.ts';
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
const FOLLOWED = [0.5, 1] as const;
const FOLLOW_FEWEST = 50;
/** Beyond, a distance is a fault: it does not choose. */
const MOST_SPREAD = 0.5;

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;
const LEAST_ONE_IN = 2000;
const MOST_ONE_IN = 200_000;
/** Fifty times the usual, or a fiftieth, is never normal. */
const FARTHEST = Math.log(50);

/** How far normal runs may go, whatever the past says. */
export interface Tolerance {
  /** However regular a job is, its limits are not nearer to what is usual than this; logarithms. */
  above: number;
  below: number;
  /** A normal run of a job is beyond a limit once in so many years. */
  onceInYears: number;
  /** Spread that is believed before any run. */
  priorSpread: number;
}

const NO_SEASON: Season = { hours: null, weekdays: null, monthEnd: 0, holiday: 0 };

/**
 * What is usual of a number of a job's runs, and how far from it normal runs go.
 *
 * Each past run is held against the level of the days before it, as the next one will be; the limits come from those
 * distances. So a job that wanders, or grows, has the wider limits that it needs.
 *
 * @param values natural logarithms, finite
 * @param startedAtMs by the clock on the wall, as for `dayOf`; in the order of the runs
 * @returns null with fewer than FEWEST_RUNS
 */
export function learnUsual(
  values: Float64Array,
  startedAtMs: Float64Array,
  tolerance: Tolerance,
  calendar: HolidayCalendar,
): Usual | null {
  const runs = values.length;
  if (runs < FEWEST_RUNS) return null;
  const days = cutIntoDays(startedAtMs);
  const count = days.day.length;
  const hours = learnHours(values, startedAtMs, days);
  const plain = values.slice();
  if (hours !== null) for (let i = 0; i < runs; i++) plain[i]! -= hours[hourOf(startedAtMs[i]!)]!;
  const daily = new Float64Array(count);
  for (let d = 0; d < count; d++) daily[d] = windowMedian(plain, days.first[d]!, days.first[d + 1]!);
  const { season, beside } = learnDays(daily, days.day, calendar);
  const byDay: Season = { hours: null, ...season };
  const added = Float64Array.from(days.day, (day, d) =>
    // An unknown holiday tells nothing of other days: it is as far off as it is.
    season.holiday === null && calendar.holidayOn(day) !== null
      ? beside[d]!
      : seasonAt(byDay, day * DAY_MS, calendar),
  );
  for (let d = 0; d < count; d++) daily[d]! -= added[d]!;
  const levels = levelsBefore(daily, days.day);

  const from = days.first[levels.findIndex((level) => !Number.isNaN(level))] ?? runs;
  if (runs - from < FEWEST_RUNS) return learnAtOnce(values, startedAtMs, tolerance);
  const distances = plain.subarray(from);
  for (let d = 0; d < count; d++) {
    for (let i = Math.max(from, days.first[d]!); i < days.first[d + 1]!; i++) {
      plain[i]! -= added[d]! + levels[d]!;
    }
  }
  const follow = chooseFollow(distances, startedAtMs.subarray(from));
  const wide = limits(distances, oneIn(startedAtMs, tolerance), tolerance);
  return { runs, level: rounded(levels[count]!), hours, ...season, follow, ...wide };
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;

/** Before each day, and after the last: the middle of the days before; NaN with too few. */
function levelsBefore(daily: Float64Array, day: Int32Array): Float64Array {
  const to = Int32Array.from({ length: daily.length + 1 }, (_, d) => d);
  let first = 0;
  const from = to.map((d) => {
    first = Math.max(first, d - LEVEL_DAYS);
    while (d - first > LEVEL_FEWEST && day[first]! < day[d - 1]! - LEVEL_SPAN_DAYS) first++;
    return first;
  });
  return movingMedians(daily, from, to).fill(Number.NaN, 0, Math.min(LEVEL_FEWEST, daily.length + 1));
}

/** Too few days to hold a run against those before it: all are held against the middle of all. */
function learnAtOnce(values: Float64Array, startedAtMs: Float64Array, tolerance: Tolerance): Usual {
  const level = windowMedian(values, 0, values.length);
  const wide = limits(
    values.map((value) => value - level),
    oneIn(startedAtMs, tolerance),
    tolerance,
  );
  return { runs: values.length, level: rounded(level), ...NO_SEASON, follow: 0, ...wide };
}

/**
 * How much of what recent runs share is to be followed: what brings runs nearest to what is usual. Takes it off the
 * distances.
 */
function chooseFollow(distances: Float64Array, startedAtMs: Float64Array): number {
  const shared = new Float64Array(distances.length);
  let told = 0;
  for (let i = 0; i < distances.length; i++) {
    shared[i] = sharedLately(startedAtMs, distances, i, startedAtMs[i]!);
    if (shared[i] !== 0) told++;
  }
  if (told < FOLLOW_FEWEST) return 0;
  const spreadAt = (follow: number) => {
    let sum = 0;
    for (let i = 0; i < distances.length; i++) {
      sum += Math.min(MOST_SPREAD, Math.abs(distances[i]! - follow * shared[i]!));
    }
    return sum;
  };
  let best = 0;
  let least = spreadAt(0);
  for (const follow of FOLLOWED) {
    const spread = spreadAt(follow);
    if (spread >= least) continue;
    least = spread;
    best = follow;
  }
  for (let i = 0; i < distances.length; i++) distances[i]! -= best * shared[i]!;
  return best;
}

/**
 * One of how many normal runs may be beyond a limit: people are bothered by the day, not by the run, so a job that runs
 * a hundred times as often is looked at a hundred times as leniently.
 */
function oneIn(startedAtMs: Float64Array, { onceInYears }: Tolerance): number {
  const days = Math.max(1, (startedAtMs.at(-1)! - startedAtMs[0]!) / DAY_MS);
  const runsADay = (startedAtMs.length - 1) / days;
  return Math.min(MOST_ONE_IN, Math.max(LEAST_ONE_IN, onceInYears * YEAR_DAYS * runsADay));
}

/** Sorts the distances. */
function limits(
  distances: Float64Array,
  oneInRuns: number,
  { above, below, priorSpread }: Tolerance,
): Pick<Usual, 'above' | 'below'> {
  distances.sort();
  const most = tailLimit(distances, oneInRuns, priorSpread);
  for (let i = 0; i < distances.length; i++) distances[i] = -distances[i]!;
  const least = tailLimit(distances.reverse(), oneInRuns, priorSpread);
  const bounded = (limit: number, nearest: number) => rounded(Math.min(FARTHEST, Math.max(nearest, limit)));
  return { above: bounded(most, above), below: bounded(least, below) };
}

/** Of a ratio: it has no season and no level of late, only a middle and its distances. */
export function learnRatio(
  values: Float64Array,
  startedAtMs: Float64Array,
  tolerance: Tolerance,
): Usual | null {
  return values.length < FEWEST_RUNS ? null : learnAtOnce(values, startedAtMs, tolerance);
}
