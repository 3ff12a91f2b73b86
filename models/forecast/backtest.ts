import { episodeStarts, leadTime } from '../evaluation/lead-time.ts';
import { buildMatrices } from '../features/build-matrices.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { columnNamed, type FeatureMatrix, pick, selectRows } from '../features/feature-matrix.ts';
import { calendarNamed } from '../features/holiday-calendar.ts';
import { labelWindows } from '../features/label-windows.ts';
import { BASE_RATE_KINDS, isBaseRate, LEARNER_KINDS, type LearnerKind } from '../learners/learner.ts';
import type { HostSeries, JobHistory } from '../records/job-history.ts';
import { backtestGrid, type GridOptions } from './backtest-grid.ts';
import {
  type BacktestModel,
  CHECKED_PER_ROUND,
  type LeadTimeFigures,
  measureSlices,
  measureTest,
  type PartFigures,
  type SliceFigures,
  someRows,
  type TestRows,
} from './measure-backtest.ts';
import { type Refit, rollOrigin } from './roll-origin.ts';

export { calendarNamed, UnknownCalendar } from '../features/holiday-calendar.ts';

/** Those that compete with the base rates unless told otherwise. */
export const BACKTEST_LEARNERS: readonly LearnerKind[] = ['chains', 'logistic', 'boosting'];
/** Those that may be asked for. */
export const KNOWN_LEARNERS: readonly LearnerKind[] = LEARNER_KINDS.filter((kind) => !isBaseRate(kind));
export { CHECKED_PER_ROUND };

/** `weekly`: on up to nine of 28 days, `some days`: up to 23; `several a day`: three runs a day or more, when it runs. */
export type ScheduleClass = 'several a day' | 'daily' | 'some days' | 'weekly' | 'rare';
/** Until this age a job counts as young. */
const YOUNG_DAYS = 56;

/** The history is too short for a single cutoff. Never cured by trying again. */
export class TooShortHistory extends Error {
  override name = 'TooShortHistory';
}

export interface BacktestOptions extends GridOptions {
  horizonDays: 1 | 7;
  /** A candidate ran within this many days before the cutoff. */
  activeDays: number;
  learners: readonly LearnerKind[];
  seed: number;
  /** Name of the calendar of holidays: `calendarNamed`; the French one when not told. */
  calendar?: string;
}

export interface BacktestPredictions {
  /** Epoch milliseconds, ascending; the same job order at each. */
  cutoff: Float64Array;
  /** Into the histories. */
  jobIndex: Int32Array;
  label: Uint8Array;
  /** One probability per row and model. */
  probabilities: ReadonlyMap<BacktestModel, Float64Array>;
}

/** JSON as it stands; what is not known is null. Instants are epoch milliseconds. */
export interface BacktestReport {
  options: BacktestOptions;
  jobs: number;
  runs: number;
  firstRunAt: number;
  lastRunAt: number;
  cutoffs: { count: number; first: number; last: number; firstTest: number; test: number };
  refits: Refit[];
  all: PartFigures;
  /** Rows without a failed run in the seven days before the cutoff: will one come? */
  onset: PartFigures;
  /** Of the failures after seven quiet days: how long before them the job was among those that a team can check. */
  leadTimes: LeadTimeFigures[];
  slices: SliceFigures[];
}

export type BacktestStage = 'features' | 'refits' | 'measures';

/**
 * Replays the past: forecasts at every cutoff of the test with what was known by then, beside the base rates R, W
 * and P, and compares with what happened. The same input and seed give the same bytes.
 *
 * @param histories in the order in which jobs are told of; runs ascend by start
 * @throws TooShortHistory when there is no cutoff
 * @throws UnknownCalendar
 */
export function backtest(input: {
  histories: readonly JobHistory[];
  hostSeries: readonly HostSeries[];
  options: BacktestOptions;
  onProgress?: (stage: BacktestStage, done: number, total: number) => void;
}): { report: BacktestReport; predictions: BacktestPredictions } {
  const { histories, hostSeries, options, onProgress } = input;
  const { horizonDays, seed } = options;
  const { firstRunAt, lastRunAt, runs } = spanOf(histories);
  const grid = backtestGrid(firstRunAt, lastRunAt, options);
  const { cutoffs, firstTest } = grid;
  if (firstTest === null) throw tooShort(runs, firstRunAt, lastRunAt, options);

  onProgress?.('features', 0, 1);
  const matrix = matrixOf(histories, hostSeries, cutoffs, options);
  onProgress?.('features', 1, 1);
  const { firstRow, probabilities, refits } = rollOrigin({
    matrix,
    histories,
    grid,
    windowDays: horizonDays,
    kinds: [...BASE_RATE_KINDS, ...options.learners.filter((kind) => !isBaseRate(kind))],
    seed,
    onRefit: (done, total) => onProgress?.('refits', done, total),
  });

  onProgress?.('measures', 0, 1);
  const positions = Int32Array.from({ length: matrix.rows - firstRow }, (_, i) => firstRow + i);
  const test = selectRows(matrix, positions);
  const rows: TestRows = {
    // What happened is known in the end; only what was told to the models has to be of its time.
    labels: labelWindows(test, histories, Number.POSITIVE_INFINITY),
    jobIndex: test.jobIndex,
    rounds: Int32Array.from(test.cutoff, (at) => Math.floor((at - firstTest) / (WEEK_DAYS * DAY_MS))),
    probabilities,
  };
  if (horizonDays === WEEK_DAYS) rows.rounds = Int32Array.from(test.cutoff, (at) => cutoffs.indexOf(at));
  const failedLately = columnNamed(test, 'last_window_failed');
  const quiet = Int32Array.from(positions.keys()).filter((r) => failedLately[r] === 0);
  const report: BacktestReport = {
    options,
    jobs: histories.length,
    runs,
    firstRunAt,
    lastRunAt,
    cutoffs: {
      count: cutoffs.length,
      first: cutoffs[0]!,
      last: cutoffs.at(-1)!,
      firstTest,
      test: cutoffs.filter((cutoff) => cutoff >= firstTest).length,
    },
    refits,
    all: measureTest(rows, seed),
    onset: measureTest(someRows(rows, quiet), seed),
    leadTimes: leadTimesOf(rows, test.cutoff, histories, horizonDays),
    slices: slicesOf(rows, test, histories),
  };
  onProgress?.('measures', 1, 1);
  return {
    report,
    predictions: { cutoff: test.cutoff, jobIndex: test.jobIndex, label: rows.labels, probabilities },
  };
}

/** One row per candidate and cutoff, in the order of the cutoffs. */
function matrixOf(
  histories: readonly JobHistory[],
  hostSeries: readonly HostSeries[],
  cutoffs: readonly number[],
  { horizonDays, activeDays, calendar = 'FR' }: BacktestOptions,
): FeatureMatrix {
  const isDay = horizonDays === 1;
  const { week, day } = buildMatrices(histories, hostSeries, cutoffs, {
    activeDays,
    days: isDay ? [1] : [],
    holidays: calendarNamed(calendar),
  });
  const matrix = isDay ? day : week;
  const { rows, cutoff, columns } = matrix;
  const order = Int32Array.from({ length: rows }, (_, r) => r).sort(
    (a, b) => cutoff[a]! - cutoff[b]! || a - b,
  );
  // One column after the other: two matrices would be too much to keep.
  columns.forEach((column, f) => {
    columns[f] = pick(column, order, new Float64Array(rows));
  });
  return { ...selectRows({ ...matrix, columns: [] }, order), columns };
}

function leadTimesOf(
  { jobIndex, rounds, probabilities }: TestRows,
  cutoff: Float64Array,
  histories: readonly JobHistory[],
  horizonDays: number,
): LeadTimeFigures[] {
  const episodes = histories.flatMap((history, job) =>
    episodeStarts(history, WEEK_DAYS * DAY_MS).map((startedAt) => ({ job, startedAt })),
  );
  const options = { k: CHECKED_PER_ROUND, windowMs: horizonDays * DAY_MS };
  return [...probabilities].map(([model, scores]) => ({
    model,
    ...leadTime(episodes, { jobIndex, cutoff, rounds }, scores, options),
  }));
}

function slicesOf(rows: TestRows, test: FeatureMatrix, histories: readonly JobHistory[]): SliceFigures[] {
  const age = columnNamed(test, 'age_days');
  const activeDays = columnNamed(test, 'active_days_28d');
  const runs = columnNamed(test, 'runs_28d');
  const jobOf = (row: number) => histories[test.jobIndex[row]!]!;
  return measureSlices(rows, [
    { by: 'age', sliceOf: (row) => (age[row]! < YOUNG_DAYS ? 'under 56 days' : '56 days and more') },
    { by: 'schedule', sliceOf: (row) => scheduleOf(activeDays[row]!, runs[row]!) },
    { by: 'owner', sliceOf: (row) => jobOf(row).owner },
    { by: 'host', sliceOf: (row) => jobOf(row).host },
  ]);
}

/** How often the job ran in the last 28 days. */
function scheduleOf(activeDays: number, runs: number): ScheduleClass {
  if (activeDays < 3) return 'rare';
  if (activeDays < 10) return 'weekly';
  if (runs >= 3 * activeDays) return 'several a day';
  return activeDays < 24 ? 'some days' : 'daily';
}

function spanOf(histories: readonly JobHistory[]) {
  let firstRunAt = Number.POSITIVE_INFINITY;
  let lastRunAt = Number.NEGATIVE_INFINITY;
  let runs = 0;
  for (const { startedAt } of histories) {
    runs += startedAt.length;
    firstRunAt = Math.min(firstRunAt, startedAt[0] ?? firstRunAt);
    lastRunAt = Math.max(lastRunAt, startedAt.at(-1) ?? lastRunAt);
  }
  return { firstRunAt, lastRunAt, runs };
}

function tooShort(runs: number, firstRunAt: number, lastRunAt: number, options: BacktestOptions): Error {
  const { horizonDays, minHistoryDays, stepDays } = options;
  const found =
    runs === 0
      ? 'got no runs'
      : `got ${((lastRunAt - firstRunAt) / DAY_MS).toFixed(1)} days, from ` +
        `${new Date(firstRunAt).toISOString().slice(0, 10)} to ${new Date(lastRunAt).toISOString().slice(0, 10)}`;
  const monday = stepDays % WEEK_DAYS === 0 ? ', the first forecast on a Monday' : '';
  return new TooShortHistory(
    `a backtest requires at least ${minHistoryDays} days of history and ${horizonDays} to forecast${monday}; ${found}`,
  );
}
