import type { HostSeries, JobHistory } from '../records/job-history.ts';
import { NO_OUTSIDE_FACTS, type OutsideFacts } from '../records/outside-facts.ts';
import { RUNNING } from '../records/run.ts';
import { ChainOdds } from './chain-odds.ts';
import { failingWindows } from './count-failing-windows.ts';
import { describeTargetDay, targetDayDefinitions } from './describe-target-day.ts';
import { DAY_MS, WEEK_DAYS } from './feature.ts';
import type { FeatureMatrix } from './feature-matrix.ts';
import { frenchHolidays, type HolidayCalendar } from './holiday-calendar.ts';
import { emptyMatrix, spreadOverDays } from './lay-out-matrix.ts';
import { dayOddsDefinitions } from './odds-definitions.ts';
import { createFactReader, outsideFactDefinitions } from './outside-facts.ts';
import { GroupRates, groupRateDefinitions } from './rate-groups.ts';
import { hostMetricDefinitions, readHostMetrics } from './read-host-metrics.ts';
import { ErrorRecurrence, errorDefinitions } from './recur-errors.ts';
import { jobFamilies, weekFeatures } from './registry.ts';
import { SlotLoads, slotLoadDefinitions } from './slot-load.ts';
import { Upstreams, upstreamDefinitions } from './upstream.ts';
import { startHistory, type VisibleHistory } from './visible-history.ts';

/** One row per (candidate, cutoff) for the week; rows 7i to 7i+6 of `day` are the days 1 to 7 of row i of `week`. */
export interface Matrices {
  week: FeatureMatrix;
  day: FeatureMatrix;
}

export interface BuiltMatrices extends Matrices {
  /** Position of the job that the job of each row of `week` follows at its cutoff, -1 for none. */
  followed: Int32Array;
}

export interface MatrixOptions {
  /** A candidate ran within this many days before the cutoff. */
  activeDays: number;
  /** The days ahead that `day` holds for each row of `week`, in this order. */
  days: readonly number[];
  /** What is known from outside the runs; where nothing is, its features are missing. */
  facts: OutsideFacts;
  holidays: HolidayCalendar;
}

const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];

const JOB_COLUMNS = jobFamilies.reduce((sum, family) => sum + family.definitions.length, 0);
const GROUP_AT = JOB_COLUMNS;
const HOST_AT = GROUP_AT + groupRateDefinitions.length;
const FACTS_AT = HOST_AT + hostMetricDefinitions.length;
const ODDS_AT = FACTS_AT + outsideFactDefinitions.length;
const ERRORS_AT = weekFeatures.findIndex(({ name }) => name === errorDefinitions[0]!.name);
const UPSTREAM_AT = weekFeatures.findIndex(({ name }) => name === upstreamDefinitions[0]!.name);
const SLOT_LOAD_AT = weekFeatures.findIndex(({ name }) => name === slotLoadDefinitions[0]!.name);
const DAY_ODDS_AT = targetDayDefinitions.length;

function positionOf(family: (typeof jobFamilies)[number], name: string): number {
  const before = jobFamilies.slice(0, jobFamilies.indexOf(family));
  const within = family.definitions.findIndex((definition) => definition.name === name);
  return before.reduce((sum, other) => sum + other.definitions.length, 0) + within;
}
const WINDOWS_AT = ['windows_closed', 'windows_failed', 'window_days_failed'].map((name) =>
  positionOf(failingWindows, name),
) as [number, number, number];
const RUNS_7D_AT = weekFeatures.findIndex(({ name }) => name === 'runs_7d');
const FAILED_7D_AT = weekFeatures.findIndex(({ name }) => name === 'failed_7d');
/** What is told of a job to those that follow it, in the order of `upstreamDefinitions`. */
const TOLD_OF_UPSTREAM_AT = ['failure_rate_28d', 'last_run_failed', 'success_streak'].map((told) =>
  weekFeatures.findIndex(({ name }) => name === told),
);

/**
 * Features of every candidate at every cutoff: jobs with a run visible at the cutoff that started in the
 * `activeDays` (seven) before. Rows are ordered by job (as given), then cutoff.
 *
 * A feature at cutoff T uses runs with `startedAt < T` and `knownAt <= T`, and metric samples and other facts with
 * `ts < T` and `knownAt <= T`. Owner and host of a job are those known today.
 *
 * @param cutoffs ascending, whole days apart
 * @throws Error when they are not
 */
export function buildMatrices(
  histories: readonly JobHistory[],
  hostSeries: readonly HostSeries[],
  cutoffs: readonly number[],
  {
    activeDays = WEEK_DAYS,
    days = ALL_DAYS,
    facts = NO_OUTSIDE_FACTS,
    holidays = frenchHolidays,
  }: Partial<MatrixOptions> = {},
): BuiltMatrices {
  requireDailyGrid(cutoffs);
  const rows = histories.reduce((sum, job) => sum + candidateRows(job, cutoffs, activeDays), 0);
  const week = emptyMatrix(
    weekFeatures.map(({ name }) => name),
    rows,
  );
  const targetColumns = targetDayDefinitions.length + dayOddsDefinitions.length;
  const target = Array.from({ length: targetColumns }, () => new Float64Array(rows * days.length));
  const groups = new GroupRates(cutoffs.length);
  const odds = new ChainOdds(cutoffs.length);
  const errors = new ErrorRecurrence(cutoffs.length);
  const errorValues = new Float64Array(errorDefinitions.length);
  const upstreams = new Upstreams(histories, cutoffs);
  const slots = new SlotLoads(cutoffs.length);
  const slotHour = new Uint8Array(rows);
  const slotRuns = new Int32Array(rows);
  const cutoffIndex = new Int32Array(rows);
  const oddsPlace = new Int32Array(rows);
  const row = new Float64Array(JOB_COLUMNS);
  const targetRow = new Float64Array(targetDayDefinitions.length);
  const phaseMs = cutoffs.length === 0 ? 0 : cutoffs[0]! % DAY_MS;

  let room: VisibleHistory | null = null;
  histories.forEach((job, jobIndex) => {
    const history = startHistory(job, phaseMs, room);
    room = history;
    errors.start(job);
    cutoffs.forEach((cutoff, c) => {
      history.advanceTo(cutoff);
      if (history.count === 0) return;
      let at = 0;
      for (const family of jobFamilies) {
        family.write(history, cutoff, row, at);
        at += family.definitions.length;
      }
      const windows = WINDOWS_AT.map((position) => row[position]!) as [number, number, number];
      groups.add(job, c, cutoff, history, windows);
      const place = odds.add(c, cutoff, history, windows);
      errors.add(c, cutoff, history, errorValues);
      upstreams.add(
        jobIndex,
        c,
        history,
        TOLD_OF_UPSTREAM_AT.map((position) => row[position]!),
      );
      const slot = slots.add(job.host, c, cutoff, history);
      if (history.startedAt[history.count - 1]! < cutoff - activeDays * DAY_MS) return;
      const r = week.rows++;
      slotHour[r] = slot.hour;
      slotRuns[r] = slot.runs;
      for (let f = 0; f < JOB_COLUMNS; f++) week.columns[f]![r] = row[f]!;
      errorValues.forEach((value, f) => {
        week.columns[ERRORS_AT + f]![r] = value;
      });
      week.jobIndex[r] = jobIndex;
      week.cutoff[r] = cutoff;
      cutoffIndex[r] = c;
      oddsPlace[r] = place;
      for (let d = 0; d < days.length; d++) {
        describeTargetDay(history, cutoff, days[d]!, holidays, targetRow, 0);
        for (let f = 0; f < targetRow.length; f++) target[f]![r * days.length + d] = targetRow[f]!;
      }
    });
  });

  // As large as the longest history: what follows needs the memory.
  room = null;

  writeGroupRates(week, histories, groups, cutoffIndex);
  writeHostMetrics(week, histories, readHostMetrics(hostSeries, cutoffs), cutoffIndex);
  writeOutsideFacts(week, histories, createFactReader(facts, cutoffs), cutoffIndex);
  writeChainOdds(week, { target, days }, odds, cutoffIndex, oddsPlace);
  odds.release();
  writeErrorsAndUpstreams(week, errors, upstreams, cutoffIndex);
  writeSlotLoads(week, histories, { slots, slotHour, slotRuns }, cutoffIndex);
  const followed = week.jobIndex.map((job, r) => upstreams.upstreamOf(job, cutoffIndex[r]!));
  return { week, day: spreadOverDays(week, target, days), followed };
}

function writeGroupRates(
  week: FeatureMatrix,
  histories: readonly JobHistory[],
  groups: GroupRates,
  cutoffIndex: Int32Array,
): void {
  for (let r = 0; r < week.rows; r++) {
    const own = { runs7d: week.columns[RUNS_7D_AT]![r]!, failed7d: week.columns[FAILED_7D_AT]![r]! };
    groups.write(histories[week.jobIndex[r]!]!, cutoffIndex[r]!, own, (position, value) => {
      week.columns[GROUP_AT + position]![r] = value;
    });
  }
}

function writeHostMetrics(
  week: FeatureMatrix,
  histories: readonly JobHistory[],
  metrics: Map<string, Float64Array>,
  cutoffIndex: Int32Array,
): void {
  const width = hostMetricDefinitions.length;
  for (let r = 0; r < week.rows; r++) {
    const host = histories[week.jobIndex[r]!]!.host;
    const values = host === null ? undefined : metrics.get(host);
    for (let f = 0; f < width; f++) {
      week.columns[HOST_AT + f]![r] =
        values === undefined ? Number.NaN : values[cutoffIndex[r]! * width + f]!;
    }
  }
}

function writeOutsideFacts(
  week: FeatureMatrix,
  histories: readonly JobHistory[],
  read: ReturnType<typeof createFactReader>,
  cutoffIndex: Int32Array,
): void {
  for (let r = 0; r < week.rows; r++) {
    read(histories[week.jobIndex[r]!]!.jobId, cutoffIndex[r]!, (position, value) => {
      week.columns[FACTS_AT + position]![r] = value;
    });
  }
}

function writeChainOdds(
  week: FeatureMatrix,
  { target, days }: { target: Float64Array[]; days: readonly number[] },
  odds: ChainOdds,
  cutoffIndex: Int32Array,
  place: Int32Array,
): void {
  for (let r = 0; r < week.rows; r++) {
    odds.writeWeek(cutoffIndex[r]!, place[r]!, (position, value) => {
      week.columns[ODDS_AT + position]![r] = value;
    });
    if (days.length === 0) continue;
    odds.writeDays(cutoffIndex[r]!, place[r]!, (horizonDay, position, value) => {
      const d = days.indexOf(horizonDay);
      if (d >= 0) target[DAY_ODDS_AT + position]![r * days.length + d] = value;
    });
  }
}

function writeSlotLoads(
  week: FeatureMatrix,
  histories: readonly JobHistory[],
  { slots, slotHour, slotRuns }: { slots: SlotLoads; slotHour: Uint8Array; slotRuns: Int32Array },
  cutoffIndex: Int32Array,
): void {
  for (let r = 0; r < week.rows; r++) {
    const { host } = histories[week.jobIndex[r]!]!;
    const slot = { hour: slotHour[r]!, runs: slotRuns[r]! };
    week.columns[SLOT_LOAD_AT]![r] = slots.loadOf(host, cutoffIndex[r]!, slot);
  }
}

/** Where the number of a family stands, how it recurs; and the job that each job follows. */
function writeErrorsAndUpstreams(
  week: FeatureMatrix,
  errors: ErrorRecurrence,
  upstreams: Upstreams,
  cutoffIndex: Int32Array,
): void {
  const families = week.columns[ERRORS_AT + errorDefinitions.length - 1]!;
  for (let r = 0; r < week.rows; r++) {
    const c = cutoffIndex[r]!;
    if (!Number.isNaN(families[r]!)) families[r] = errors.recurrenceOdds(c, families[r]!);
    for (let f = 0; f < upstreamDefinitions.length; f++) {
      week.columns[UPSTREAM_AT + f]![r] = upstreams.valueOf(week.jobIndex[r]!, c, f);
    }
  }
}

function requireDailyGrid(cutoffs: readonly number[]): void {
  for (let i = 1; i < cutoffs.length; i++) {
    const gap = cutoffs[i]! - cutoffs[i - 1]!;
    if (!(gap > 0) || gap % DAY_MS !== 0) {
      throw new Error(`cutoffs must ascend by whole days, got ${cutoffs[i - 1]} then ${cutoffs[i]}`);
    }
  }
}

/**
 * Cutoffs at which the job is a candidate, counted beforehand: matrices with room to spare would be copied in the end, and
 * two of all would be too much to keep.
 */
function candidateRows(job: JobHistory, cutoffs: readonly number[], activeDays: number): number {
  const { startedAt, knownAt, status } = job;
  let next = 0;
  let count = 0;
  for (const cutoff of cutoffs) {
    while (next < startedAt.length && startedAt[next]! < cutoff) next++;
    const since = cutoff - activeDays * DAY_MS;
    let i = next - 1;
    while (i >= 0 && startedAt[i]! >= since && (status[i] === RUNNING || knownAt[i]! > cutoff)) i--;
    if (i >= 0 && startedAt[i]! >= since) count++;
  }
  return count;
}
