import { bestBeyondDoubt } from '../evaluation/compare-losses.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { columnNamed, type FeatureMatrix } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import type { LearnerKind } from '../learners/learner.ts';
import type { JobHistory } from '../records/job-history.ts';
import { headProbabilities } from './artifact.ts';
import type { BacktestGrid } from './backtest-grid.ts';
import { type FittedHead, fitHead, TooFewRuns } from './fit-head.ts';
import { MIN_RUNS_OF_JOB } from './predict-candidates.ts';
import { closedBy, splitTraining } from './split-cutoffs.ts';

/** Rows that a learner sees at most. */
const MAX_FIT_ROWS = 60_000;
/** Serves unless another kind is better beyond doubt on later time: known to hold where few windows are. */
const PREFERRED: LearnerKind = 'chains';
/** Where the preferred kind has too little to learn from, this answers: the job's own share of failing windows. */
const FALLBACK: LearnerKind = 'base-window-rate';

export interface Refit {
  /** Epoch milliseconds; nothing known later taught it. */
  cutoff: number;
  /** Rows of the test that it answers. */
  rows: number;
  /** Whose probabilities were the forecast. */
  chosen: LearnerKind;
  /** Mean log loss on the later training windows, at their level; null where there was too little. */
  losses: { kind: LearnerKind; loss: number | null }[];
  /** Learners with too little to learn from: the base rate W answers for them. */
  tooFewRuns: LearnerKind[];
}

export interface RolledForecasts {
  /** Position of the first row of the test in the matrix; all later rows are of the test. */
  firstRow: number;
  /** One per row of the test. */
  probabilities: Map<LearnerKind | 'forecast', Float64Array>;
  refits: Refit[];
}

/**
 * Forecasts the test with models that are fitted again every seven days, each time on windows that have closed and
 * with failures that are known by then.
 *
 * `forecast` is what would be served: at each refit the failure chains, unless another kind has a log loss that is lower
 * beyond doubt on the later part of the training windows, having learned from the earlier part; the rate of its group for
 * a job with hardly a run.
 *
 * @param matrix rows in the order of their cutoffs
 * @param kinds the base rates among them
 */
export function rollOrigin(input: {
  matrix: FeatureMatrix;
  histories: readonly JobHistory[];
  grid: BacktestGrid;
  windowDays: number;
  kinds: readonly LearnerKind[];
  seed: number;
  onRefit?: (done: number, total: number) => void;
}): RolledForecasts {
  const { matrix, histories, grid, windowDays, kinds, seed, onRefit } = input;
  const test = grid.cutoffs.filter((cutoff) => grid.firstTest !== null && cutoff >= grid.firstTest);
  const weeks = weeksOf(test);
  const firstRow = rowsBefore(matrix, test[0] ?? Number.POSITIVE_INFINITY);
  const probabilities = new Map<LearnerKind | 'forecast', Float64Array>();
  for (const model of [...kinds, 'forecast'] as const) {
    probabilities.set(model, new Float64Array(matrix.rows - firstRow));
  }
  const refits = weeks.map((cutoffs, week): Refit => {
    const cutoff = cutoffs[0]!;
    const train = closedBy(grid.cutoffs, cutoff, windowDays);
    const known = rowsFrom(matrix, 0, rowsBefore(matrix, (train.at(-1) ?? Number.NEGATIVE_INFINITY) + 1));
    const labels = labelWindows(known, histories, cutoff);
    const split = { train, ...splitTraining(train, windowDays) };
    const fitted = new Map<LearnerKind, FittedHead>();
    for (const kind of kinds) {
      const head = fitIfEnough(() => fitHead(kind, known, labels, split, { seed, maxRows: MAX_FIT_ROWS }));
      if (head !== null) fitted.set(kind, head);
    }
    const from = rowsBefore(matrix, cutoff);
    const rows = rowsFrom(matrix, from, rowsBefore(matrix, cutoffs.at(-1)! + 1));
    const told = new Map([...fitted].map(([kind, { head }]) => [kind, headProbabilities(head, rows)]));
    const chosen = choose(fitted);
    const put = (model: LearnerKind | 'forecast', values: Float64Array) =>
      probabilities.get(model)!.set(values, from - firstRow);
    for (const kind of kinds) put(kind, told.get(kind) ?? told.get(FALLBACK)!);
    put('forecast', withGroupRates(rows, told.get(chosen)!));
    onRefit?.(week + 1, weeks.length);
    const losses = kinds.map((kind) => ({ kind, loss: meanLoss(fitted.get(kind)) }));
    const tooFewRuns = kinds.filter((kind) => !fitted.has(kind));
    return { cutoff, rows: rows.rows, chosen, losses, tooFewRuns };
  });
  return { firstRow, probabilities, refits };
}

/** Cutoffs of seven days each, counted from the first. */
function weeksOf(cutoffs: readonly number[]): number[][] {
  const weeks: number[][] = [];
  for (const cutoff of cutoffs) {
    const week = weeks.at(-1);
    if (week !== undefined && cutoff < week[0]! + WEEK_DAYS * DAY_MS) week.push(cutoff);
    else weeks.push([cutoff]);
  }
  return weeks;
}

function fitIfEnough(attempt: () => FittedHead): FittedHead | null {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof TooFewRuns) return null;
    throw error;
  }
}

function choose(fitted: Map<LearnerKind, FittedHead>): LearnerKind {
  const known = fitted.has(PREFERRED) ? PREFERRED : FALLBACK;
  const losses = fitted.get(known)?.tuningLosses ?? null;
  if (losses === null) return known;
  const judged = [...fitted].flatMap(([kind, { tuningLosses }]) =>
    tuningLosses === null ? [] : [[kind, tuningLosses] as const],
  );
  return bestBeyondDoubt(losses, judged) ?? known;
}

/** Per row; those that a thinned training left out do not count. */
function meanLoss(fitted: FittedHead | undefined): number | null {
  if (!fitted || fitted.tuningLosses === null) return null;
  return fitted.tuningLosses.reduce((sum, loss) => sum + loss, 0) / fitted.tuningRows;
}

/** As `predictCandidates` answers for young jobs. */
function withGroupRates(rows: FeatureMatrix, probabilities: Float64Array): Float64Array {
  const runs = columnNamed(rows, 'runs_all');
  const weekRate = columnNamed(rows, 'group_window_rate');
  const dayRate = columnNamed(rows, 'group_day_rate');
  return probabilities.map((probability, r) => {
    if (runs[r]! >= MIN_RUNS_OF_JOB) return probability;
    return rows.horizon[r] === 0 ? weekRate[r]! : dayRate[r]!;
  });
}

/** Number of rows with an earlier cutoff; rows ascend by it. */
function rowsBefore({ cutoff, rows }: FeatureMatrix, instant: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cutoff[middle]! < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows `from` to `to`, without copying them. */
function rowsFrom(matrix: FeatureMatrix, from: number, to: number): FeatureMatrix {
  return {
    names: matrix.names,
    rows: to - from,
    columns: matrix.columns.map((column) => column.subarray(from, to)),
    jobIndex: matrix.jobIndex.subarray(from, to),
    cutoff: matrix.cutoff.subarray(from, to),
    horizon: matrix.horizon.subarray(from, to),
  };
}
