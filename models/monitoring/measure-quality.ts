import { averagePrecision, weightedAveragePrecision } from '../evaluation/average-precision.ts';
import { blockBootstrap } from '../evaluation/block-bootstrap.ts';
import { brierScore } from '../evaluation/brier-score.ts';
import { expectedCalibrationError } from '../evaluation/expected-calibration-error.ts';
import { hitsAt } from '../evaluation/hits-at.ts';
import { descendingOrder } from '../evaluation/rank-order.ts';

/** Jobs that a team looks at before they fail. */
const CHECKED = 10;
/** Below them nothing is said. */
const LEAST_ROWS = 30;
const LEAST_POSITIVES = 5;
const CONFIDENCE = 0.9;
const RESAMPLES = 200;
const SEED = 20_260_301;

export const QUALITY_METRICS = [
  'average_precision',
  'brier_score',
  'expected_calibration_error',
  'recall_at_10',
  'precision_at_10',
] as const;
export type QualityMetric = (typeof QUALITY_METRICS)[number];
/** Of these more is better. */
const HIGHER_IS_BETTER: ReadonlySet<QualityMetric> = new Set([
  'average_precision',
  'recall_at_10',
  'precision_at_10',
]);

/** Weeks of jobs that were forecast: what the model said of each job, what rates said that need no model, and what happened. */
export interface OutcomeRows {
  /** A whole number per row; rows of a job are drawn together. */
  job: Int32Array;
  /** A whole number per row: the forecast, of which ten jobs are looked at. */
  round: Int32Array;
  label: Uint8Array;
  probability: Float64Array;
  /** By name of the rate; empty where none is known. */
  baseRates: ReadonlyMap<string, Float64Array>;
}

export interface Quality {
  metric: QualityMetric;
  /** Null: not enough data. */
  value: number | null;
  /** Nine times in ten between these, by resampling jobs; null where that says nothing. */
  low: number | null;
  high: number | null;
  /** The best of the base rates on the same rows. */
  baseValue: number | null;
  rows: number;
  positives: number;
}

/**
 * How good forecasts were. Figures as scikit-learn has them (`average_precision_score`,
 * `brier_score_loss`); calibration error over ten bins; recall and precision of the ten likeliest jobs of each
 * forecast.
 */
export function measureQuality(outcomes: OutcomeRows): Quality[] {
  const { label, probability, baseRates } = outcomes;
  const rows = label.length;
  const positives = label.reduce((sum, one) => sum + one, 0);
  const isEnough = rows >= LEAST_ROWS && positives >= LEAST_POSITIVES && positives < rows;
  return QUALITY_METRICS.map((metric) => {
    if (!isEnough) return { metric, value: null, low: null, high: null, baseValue: null, rows, positives };
    const theirs = [...baseRates.values()].flatMap((rate) => figureOf(metric, outcomes, rate) ?? []);
    const best = HIGHER_IS_BETTER.has(metric) ? Math.max(...theirs) : Math.min(...theirs);
    return {
      ...{ metric, rows, positives, value: figureOf(metric, outcomes, probability) },
      ...boundsOf(metric, outcomes),
      baseValue: theirs.length === 0 ? null : best,
    };
  });
}

function figureOf(
  metric: QualityMetric,
  { label, round }: OutcomeRows,
  probability: Float64Array,
): number | null {
  switch (metric) {
    case 'average_precision':
      return averagePrecision(label, probability);
    case 'brier_score':
      return brierScore(label, probability);
    case 'expected_calibration_error':
      return expectedCalibrationError(label, probability);
    case 'recall_at_10':
      return hitsAt(CHECKED, label, probability, round).recall;
    case 'precision_at_10':
      return hitsAt(CHECKED, label, probability, round).precision;
  }
}

/** Of a mean and of a ranking of all rows resampling tells; ten places at the top are another ten every time. */
function boundsOf(
  metric: QualityMetric,
  { job, label, probability }: OutcomeRows,
): { low: number | null; high: number | null } {
  const order = descendingOrder(probability);
  const figureAt =
    metric === 'average_precision'
      ? (weights: Float64Array) => weightedAveragePrecision(label, probability, order, weights)
      : metric === 'brier_score'
        ? (weights: Float64Array) => weightedBrier(label, probability, weights)
        : null;
  if (figureAt === null) return { low: null, high: null };
  const found = blockBootstrap({
    ...{ blocks: job, figureAt, confidence: CONFIDENCE, resamples: RESAMPLES, seed: SEED },
  });
  return { low: found?.lower ?? null, high: found?.upper ?? null };
}

function weightedBrier(label: Uint8Array, probability: Float64Array, weights: Float64Array): number | null {
  let sum = 0;
  let total = 0;
  for (let r = 0; r < label.length; r++) {
    sum += weights[r]! * (probability[r]! - label[r]!) ** 2;
    total += weights[r]!;
  }
  return total === 0 ? null : sum / total;
}
