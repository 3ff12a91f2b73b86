import { DAY_MS } from '../features/feature.ts';
import { columnNamed, type FeatureMatrix } from '../features/feature-matrix.ts';
import { firstAtOrAfter } from '../features/first-at-or-after.ts';
import { labelWindows } from '../features/label-windows.ts';
import type { LearnerKind } from '../learners/learner.ts';
import type { JobHistory } from '../records/job-history.ts';
import { type Head, headProbabilities } from './artifact.ts';
import type { BacktestGrid } from './backtest-grid.ts';
import { MAX_FIT_ROWS, TooFewRuns } from './fit-examples.ts';
import { type FittedHead, fitHead } from './fit-head.ts';
import { closedBy, splitTraining } from './split-cutoffs.ts';
import { type LabelledRows, lossesOn, type Serving, type Succession, succeed } from './succeed.ts';
import { youngJobs } from './young-jobs.ts';

/** Days between two trainings. */
const REFIT_DAYS = 28;

export interface Refit {
  /** Epoch milliseconds; nothing known later taught it. */
  cutoff: number;
  /** Rows of the test until the next one. */
  rows: number;
  /** Whose probabilities were the forecast from here on, and since when it has been trained. */
  chosen: LearnerKind;
  trainedAt: number;
  reason: Succession;
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
 * Forecasts the test with models that are trained anew every four weeks, each time on windows that have closed and with
 * failures that are known by then; what serves is replaced only for a reason (`succeed`).
 *
 * `forecast` is what would be served: first the failure chains, unless another kind is better beyond doubt, then whatever
 * succeeds it; the rate of its group for a job with hardly a run and no failure. The probabilities of a kind are those of
 * the same succession within the kind.
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
  const spans = spansOf(test);
  const firstRow = rowsBefore(matrix, test[0] ?? Number.POSITIVE_INFINITY);
  const pools = [...kinds.map((kind) => [kind, [kind]] as const), ['forecast', kinds] as const];
  const probabilities = new Map(pools.map(([pool]) => [pool, new Float64Array(matrix.rows - firstRow)]));
  const serving = new Map<LearnerKind | 'forecast', Serving>();
  const refits = spans.map((cutoffs, span): Refit => {
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
    const told = new Map<Head, Float64Array>();
    for (const [pool, members] of pools) {
      const challengers = { fitted, trainedAt: cutoff };
      const now = succeed(serving.get(pool) ?? null, challengers, { matrix: known, labels }, members);
      serving.set(pool, now);
      if (!told.has(now.head)) told.set(now.head, headProbabilities(now.head, rows));
      const answers = told.get(now.head)!;
      probabilities
        .get(pool)!
        .set(pool === 'forecast' ? withGroupRates(rows, answers) : answers, from - firstRow);
    }
    onRefit?.(span + 1, spans.length);
    const { kind: chosen, trainedAt, reason } = serving.get('forecast')!;
    const losses = kinds.map((kind) => ({
      kind,
      loss: meanLoss(fitted.get(kind), { matrix: known, labels }),
    }));
    const tooFewRuns = kinds.filter((kind) => !fitted.has(kind));
    return { cutoff, rows: rows.rows, chosen, trainedAt, reason, losses, tooFewRuns };
  });
  return { firstRow, probabilities, refits };
}

/** Cutoffs of four weeks each, counted from the first. */
function spansOf(cutoffs: readonly number[]): number[][] {
  const spans: number[][] = [];
  for (const cutoff of cutoffs) {
    const span = spans.at(-1);
    if (span !== undefined && cutoff < span[0]! + REFIT_DAYS * DAY_MS) span.push(cutoff);
    else spans.push([cutoff]);
  }
  return spans;
}

function fitIfEnough(attempt: () => FittedHead): FittedHead | null {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof TooFewRuns) return null;
    throw error;
  }
}

/** Per row; those that a thinned training left out do not count. */
function meanLoss(fitted: FittedHead | undefined, known: LabelledRows): number | null {
  if (!fitted?.judged) return null;
  const losses = lossesOn(known, fitted.judged.rows, fitted.judged.probabilities);
  return losses.reduce((sum, loss) => sum + loss, 0) / fitted.judged.rows.length;
}

/** As `predictCandidates` answers for young jobs. */
function withGroupRates(rows: FeatureMatrix, probabilities: Float64Array): Float64Array {
  const young = youngJobs(rows);
  const weekRate = columnNamed(rows, 'group_window_rate');
  const dayRate = columnNamed(rows, 'group_day_rate');
  return probabilities.map((probability, r) => {
    if (young[r] === 0) return probability;
    return rows.horizon[r] === 0 ? weekRate[r]! : dayRate[r]!;
  });
}

/** Number of rows with an earlier cutoff; rows ascend by it. */
const rowsBefore = ({ cutoff, rows }: FeatureMatrix, instant: number): number =>
  firstAtOrAfter(cutoff, instant, rows);

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
