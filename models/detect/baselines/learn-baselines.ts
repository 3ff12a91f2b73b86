import { frenchHolidays, type HolidayCalendar } from '../../features/holiday-calendar.ts';
import type { JobHistory } from '../../records/job-history.ts';
import { CANCELLED, FAILED, RUNNING, SUCCEEDED } from '../../records/run.ts';
import { NEWS_DAYS } from '../news.ts';
import { ZoneClock } from '../schedule/zone-clock.ts';
import type { Edition, JobBaselines } from './job-baselines.ts';
import { learnHabits } from './learn-habits.ts';
import { FEWEST_RUNS, learnRatio, learnUsual, type Tolerance } from './learn-usual.ts';
import { learnWorkShare } from './learn-work-share.ts';

/** The columns of a history that baselines are learned from, by start; rows read where they are at hand. */
export type BaselineHistory = Pick<
  JobHistory,
  'startedAt' | 'knownAt' | 'durationMs' | 'status' | 'rowsWritten' | 'expectedRows'
> & { rowsRead?: Float64Array };

const DAY_MS = 86_400_000;
/** A year and its month ends; of a frequent job four weeks. What was before is another job. */
const OLDEST_DAYS = 400;
const MOST_RUNS = 2000;

/** Runs that the older edition is surely made without, however seldom the job runs. */
const LAST_RUNS = 3;

/**
 * However regular a job is, nobody looks at a run that took half as long again, or half the time. Limits are wrong by
 * as much as tails are heavier than their bodies tell: aimed at one in three years, a job may have one a year.
 */
const DURATION: Tolerance = { above: Math.log(1.5), below: Math.log(2.5), onceInYears: 3, priorSpread: 0.3 };
const ROWS: Tolerance = { above: Math.log(1.5), below: Math.log(1 / 0.9), onceInYears: 6, priorSpread: 0.3 };
/** Ratios spread less than what they are made of. */
const PER_EXPECTED: Tolerance = { ...ROWS, below: Math.log(1 / 0.95), priorSpread: 0.1 };
export const PER_READ: Tolerance = { ...PER_EXPECTED, onceInYears: 30 };

/** What is known of more than one job. */
export interface Surroundings {
  /** How long the end of a run can take to be known, of all jobs of its source: see `learnShippingLags`. */
  shippingLagMs?: number | undefined;
  /** Holidays; those of France unless told otherwise. */
  calendar?: HolidayCalendar;
  /** IANA name of the zone that the job goes by; UTC unless told otherwise. */
  timeZone?: string;
}

/**
 * What is usual of a job's runs, from those that began and were known before `asOfMs`.
 *
 * @returns null with fewer than FEWEST_RUNS finished ones: there is not enough data to call anything normal
 */
export function learnBaselines(
  history: BaselineHistory,
  asOfMs: number,
  surroundings: Surroundings = {},
): JobBaselines | null {
  const { calendar = frenchHolidays, timeZone = 'UTC', shippingLagMs } = surroundings;
  const around = { calendar, clock: ZoneClock.of(timeZone), shippingLagMs };
  const newest = learnEdition(history, asOfMs, around);
  if (newest === null) return null;
  const older = learnEdition(history, cutBefore(history, asOfMs), around);
  const editions = older === null ? [newest] : [newest, older];
  return { asOfMs, calendar: calendar.name, timeZone, editions };
}

/** An instant that news, and the last runs of a job that runs seldom, are not before. */
function cutBefore({ startedAt, status }: BaselineHistory, asOfMs: number): number {
  let cut = asOfMs - NEWS_DAYS * DAY_MS;
  let left = LAST_RUNS;
  for (let i = startedAt.length - 1; i >= 0 && left > 0; i--) {
    if (startedAt[i]! >= asOfMs || status[i] === RUNNING || status[i] === CANCELLED) continue;
    cut = Math.min(cut, startedAt[i]!);
    left--;
  }
  return cut;
}

interface Around {
  calendar: HolidayCalendar;
  clock: ZoneClock;
  shippingLagMs: number | undefined;
}

function learnEdition(history: BaselineHistory, cutMs: number, around: Around): Edition | null {
  const { calendar, clock, shippingLagMs } = around;
  const finished = finishedBefore(history, cutMs);
  if (finished.length < FEWEST_RUNS) return null;
  const { status, durationMs, rowsWritten, expectedRows, rowsRead } = history;
  const succeeded = finished.filter((i) => status[i] === SUCCEEDED);
  const told = succeeded.filter((i) => rowsWritten[i]! >= 0);
  const duration = logarithms(history, clock, succeeded, durationMs);
  const rows = logarithms(history, clock, told, rowsWritten);
  return {
    cutMs,
    runs: finished.length,
    duration: learnUsual(duration.values, duration.startedAtMs, DURATION, calendar),
    durationForRows: learnDurationForRows(history, told, around),
    rows: learnUsual(rows.values, rows.startedAtMs, ROWS, calendar),
    empty: { runs: told.length, times: told.length - rows.values.length },
    rowsPerExpected: ratioOf(logarithms(history, clock, told, rowsWritten, expectedRows), PER_EXPECTED),
    rowsPerRead: rowsRead ? ratioOf(logarithms(history, clock, told, rowsWritten, rowsRead), PER_READ) : null,
    ...learnHabits(history, finished, shippingLagMs),
  };
}

const ratioOf = ({ values, startedAtMs }: Logarithms, tolerance: Tolerance) =>
  learnRatio(values, startedAtMs, tolerance);

/** What a run takes for the rows it writes; null where rows say nothing of it. */
function learnDurationForRows(
  history: BaselineHistory,
  told: Int32Array,
  { calendar, clock }: Around,
): Edition['durationForRows'] {
  const { durationMs, rowsWritten } = history;
  const both = told.filter((i) => rowsWritten[i]! > 0 && durationMs[i]! > 0);
  const rows = logarithms(history, clock, both, rowsWritten).values;
  const duration = logarithms(history, clock, both, durationMs);
  const share = learnWorkShare(rows, duration.values);
  if (share === null) return null;
  const rest = duration.values.map((value, i) => value - share * rows[i]!);
  const usual = learnUsual(rest, duration.startedAtMs, DURATION, calendar);
  // What a holiday changes, its rows tell.
  return usual && { share, usual: { ...usual, holiday: usual.holiday ?? 0 } };
}

/** Places of the last runs that began and had ended, as known, before an instant. */
function finishedBefore({ startedAt, knownAt, status }: BaselineHistory, cutMs: number): Int32Array {
  const places: number[] = [];
  for (let i = startedAt.length - 1; i >= 0 && places.length < MOST_RUNS; i--) {
    if (startedAt[i]! < cutMs - OLDEST_DAYS * DAY_MS) break;
    if (startedAt[i]! >= cutMs || !(knownAt[i]! <= cutMs)) continue;
    if (status[i] === SUCCEEDED || status[i] === FAILED) places.push(i);
  }
  return Int32Array.from(places.reverse());
}

interface Logarithms {
  values: Float64Array;
  /** By the clock on the wall. */
  startedAtMs: Float64Array;
}

/** Of one number, or one over another, where they are positive: told, and having a logarithm. */
function logarithms(
  { startedAt }: BaselineHistory,
  clock: ZoneClock,
  runs: Int32Array,
  over: Float64Array,
  under?: Float64Array,
): Logarithms {
  const values = new Float64Array(runs.length);
  const startedAtMs = new Float64Array(runs.length);
  let count = 0;
  for (const i of runs) {
    const value = under === undefined ? over[i]! : over[i]! / under[i]!;
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) continue;
    values[count] = Math.log(value);
    startedAtMs[count] = clock.toLocal(startedAt[i]!);
    count++;
  }
  return { values: values.subarray(0, count), startedAtMs: startedAtMs.subarray(0, count) };
}
