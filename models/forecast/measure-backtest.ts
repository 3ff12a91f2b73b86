import { averagePrecision, weightedAveragePrecision } from '../evaluation/average-precision.ts';
import { type BootstrapInterval, blockBootstrap } from '../evaluation/block-bootstrap.ts';
import { brierScore } from '../evaluation/brier-score.ts';
import { hitsAt } from '../evaluation/hits-at.ts';
import type { LeadTime } from '../evaluation/lead-time.ts';
import { type ForecastMetrics, measureForecast } from '../evaluation/measure-forecast.ts';
import { type PairedDifference, pairedBootstrap } from '../evaluation/paired-bootstrap.ts';
import { descendingOrder } from '../evaluation/rank-order.ts';
import { pick } from '../features/feature-matrix.ts';
import { BASE_RATE_KINDS, type LearnerKind } from '../learners/learner.ts';

/** What a team can check: job-days a week, or jobs a week's forecast. */
export const CHECKED_PER_ROUND = 10;
const DRAWS = 200;
const CONFIDENCE = 0.95;
const MAX_SLICES = 20;

export type BacktestModel = LearnerKind | 'forecast';

/** The rows of a test: one per job and cutoff. */
export interface TestRows {
  /** What happened: 1 where the window saw a failed run. */
  labels: Uint8Array;
  jobIndex: Int32Array;
  /** Rows of one number are checked in one go. */
  rounds: Int32Array;
  probabilities: ReadonlyMap<BacktestModel, Float64Array>;
}

export interface ModelFigures extends Omit<ForecastMetrics, 'rows' | 'positives'> {
  model: BacktestModel;
  /** 1 - Brier score / that of the base rate W; null where that is 0. */
  brierSkill: number | null;
  precisionAtK: number | null;
  recallAtK: number | null;
}

/** The `forecast` minus a base rate. */
export interface Advantage {
  over: BacktestModel;
  averagePrecision: PairedDifference | null;
  brier: PairedDifference | null;
}

export interface PartFigures {
  rows: number;
  positives: number;
  models: ModelFigures[];
  /** Of `forecast`, 95 %, jobs drawn with replacement. */
  intervals: { averagePrecision: BootstrapInterval | null; brier: BootstrapInterval | null };
  advantages: Advantage[];
}

export interface LeadTimeFigures extends LeadTime {
  model: BacktestModel;
}

export interface SliceFigures {
  by: 'owner' | 'host' | 'schedule' | 'age';
  value: string;
  rows: number;
  positives: number;
  averagePrecision: number | null;
  brier: number | null;
}

/** All figures of some rows of a test, the base rates among the models. */
export function measureTest(rows: TestRows, seed: number): PartFigures {
  const { labels, rounds, probabilities } = rows;
  const brierOfW = brierScore(labels, probabilities.get('base-window-rate')!);
  const models = [...probabilities].map(([model, scores]): ModelFigures => {
    const { rows: _, positives: __, ...metrics } = measureForecast(labels, scores);
    const { precision, recall } = hitsAt(CHECKED_PER_ROUND, labels, scores, rounds);
    const brierSkill = metrics.brier === null || !brierOfW ? null : 1 - metrics.brier / brierOfW;
    return { model, ...metrics, brierSkill, precisionAtK: precision, recallAtK: recall };
  });
  return {
    rows: labels.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
    models,
    intervals: intervalsOf(rows, seed),
    advantages: BASE_RATE_KINDS.map((over) => advantageOver(over, rows, seed)),
  };
}

function intervalsOf({ labels, jobIndex, probabilities }: TestRows, seed: number): PartFigures['intervals'] {
  const scores = probabilities.get('forecast')!;
  const order = descendingOrder(scores);
  const drawn = (figureAt: (weights: Float64Array) => number | null) =>
    blockBootstrap({ blocks: jobIndex, figureAt, confidence: CONFIDENCE, resamples: DRAWS, seed });
  return {
    averagePrecision: drawn((weights) => weightedAveragePrecision(labels, scores, order, weights)),
    brier: drawn((weights) => weightedBrier(labels, scores, weights)),
  };
}

function weightedBrier(labels: Uint8Array, scores: Float64Array, weights: Float64Array): number | null {
  let sum = 0;
  let total = 0;
  for (let r = 0; r < labels.length; r++) {
    sum += weights[r]! * (scores[r]! - labels[r]!) ** 2;
    total += weights[r]!;
  }
  return total === 0 ? null : sum / total;
}

function advantageOver(over: LearnerKind, rows: TestRows, seed: number): Advantage {
  const { labels, jobIndex, probabilities } = rows;
  const difference = (metric: 'average precision' | 'brier') =>
    pairedBootstrap({
      metric,
      labels,
      blocks: jobIndex,
      ours: probabilities.get('forecast')!,
      theirs: probabilities.get(over)!,
      confidence: CONFIDENCE,
      resamples: DRAWS,
      seed,
    });
  return { over, averagePrecision: difference('average precision'), brier: difference('brier') };
}

/** The rows at the given positions. */
export function someRows(rows: TestRows, positions: Int32Array): TestRows {
  const n = positions.length;
  return {
    labels: pick(rows.labels, positions, new Uint8Array(n)),
    jobIndex: pick(rows.jobIndex, positions, new Int32Array(n)),
    rounds: pick(rows.rounds, positions, new Int32Array(n)),
    probabilities: new Map(
      [...rows.probabilities].map(([model, scores]) => [model, pick(scores, positions, new Float64Array(n))]),
    ),
  };
}

/**
 * The `forecast` by owner, host and age of the job, the 20 largest slices; a division into one slice says nothing
 * and is left out.
 *
 * @param sliceOf null where it is not told
 */
export function measureSlices(
  { labels, probabilities }: Pick<TestRows, 'labels' | 'probabilities'>,
  divisions: readonly { by: SliceFigures['by']; sliceOf: (row: number) => string | null }[],
): SliceFigures[] {
  const scores = probabilities.get('forecast')!;
  const slices = divisions.flatMap(({ by, sliceOf }) => {
    const rowsOf = new Map<string, number[]>();
    for (let r = 0; r < labels.length; r++) {
      const value = sliceOf(r);
      if (value === null) continue;
      const rows = rowsOf.get(value);
      if (rows === undefined) rowsOf.set(value, [r]);
      else rows.push(r);
    }
    return rowsOf.size < 2 ? [] : [...rowsOf].map(([value, rows]) => ({ by, value, rows }));
  });
  const largest = slices.toSorted((a, b) => b.rows.length - a.rows.length).slice(0, MAX_SLICES);
  return largest.map(({ by, value, rows }) => {
    const ofSlice = pick(labels, rows, new Uint8Array(rows.length));
    const told = pick(scores, rows, new Float64Array(rows.length));
    return {
      by,
      value,
      rows: rows.length,
      positives: ofSlice.reduce((sum, label) => sum + label, 0),
      averagePrecision: averagePrecision(ofSlice, told),
      brier: brierScore(ofSlice, told),
    };
  });
}
