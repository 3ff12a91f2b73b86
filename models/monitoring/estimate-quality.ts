import { quantileSorted } from 'simple-statistics';
import { weightedAveragePrecision } from '../evaluation/average-precision.ts';
import { descendingOrder } from '../evaluation/rank-order.ts';
import { seededRandom } from '../random.ts';
import { QUALITY_METRICS, type Quality, type QualityMetric } from './measure-quality.ts';

const CHECKED = 10;
const LEAST_ROWS = 30;
/** With fewer failures expected than this the ranking of a week is luck. */
const LEAST_EXPECTED = 2;
const DRAWS = 400;
const TAIL = 0.05;
const SEED = 20_260_302;

/**
 * How good a forecast will turn out, before anything has happened: confidence-based performance estimation. Where
 * probabilities are calibrated, each row fails with its own probability, so the expected Brier score is the mean of
 * p (1 - p), the expected precision of the first ten the mean of their p, and so on. Of what is no mean, the mean over
 * 400 weeks drawn from the probabilities. The bounds are those between which nine weeks in ten lie.
 *
 * Białek, Kuberski, Perrakis & Bifet, "Estimating Model Performance Under Covariate Shift Without Labels" (2024); as
 * NannyML's CBPE. It sees what moves in the data, never that the same data mean something else: that is concept drift.
 * The calibration error is 0 by assumption, so none is told.
 */
export function estimateQuality(probability: Float64Array): Quality[] {
  const rows = probability.length;
  const expected = probability.reduce((sum, p) => sum + p, 0);
  const metrics = QUALITY_METRICS.filter((metric) => metric !== 'expected_calibration_error');
  if (rows < LEAST_ROWS || expected < LEAST_EXPECTED) {
    return metrics.map((metric) => ({
      ...{ metric, value: null, low: null, high: null, baseValue: null, rows, positives: expected },
    }));
  }
  const drawn = drawWeeks(probability);
  return metrics.map((metric) => {
    const told = drawn[metric]!.toSorted();
    const mean = told.reduce((sum, value) => sum + value, 0) / told.length;
    const sorted = told as unknown as number[];
    return {
      ...{ metric, value: exactOf(metric, probability) ?? mean, baseValue: null, rows, positives: expected },
      ...{ low: quantileSorted(sorted, TAIL), high: quantileSorted(sorted, 1 - TAIL) },
    };
  });
}

function exactOf(metric: QualityMetric, probability: Float64Array): number | null {
  if (metric === 'brier_score') {
    return probability.reduce((sum, p) => sum + p * (1 - p), 0) / probability.length;
  }
  if (metric !== 'precision_at_10') return null;
  const first = [...descendingOrder(probability).subarray(0, CHECKED)];
  return first.reduce((sum, row) => sum + probability[row]!, 0) / first.length;
}

/** Figures of weeks in which every job fails with its probability; weeks without a failure are left out where there is no figure. */
function drawWeeks(probability: Float64Array): Partial<Record<QualityMetric, Float64Array>> {
  const random = seededRandom(SEED);
  const order = descendingOrder(probability);
  const label = new Uint8Array(probability.length);
  const figures: Partial<Record<QualityMetric, number[]>> = {};
  const note = (metric: QualityMetric, value: number | null) => {
    if (value === null) return;
    figures[metric] ??= [];
    figures[metric].push(value);
  };
  for (let draw = 0; draw < DRAWS; draw++) {
    let squares = 0;
    let failed = 0;
    let hits = 0;
    probability.forEach((p, row) => {
      label[row] = random.uniform() < p ? 1 : 0;
      squares += (p - label[row]!) ** 2;
      failed += label[row]!;
    });
    const first = Math.min(CHECKED, order.length);
    for (let i = 0; i < first; i++) hits += label[order[i]!]!;
    note('brier_score', squares / probability.length);
    note('precision_at_10', hits / first);
    note('recall_at_10', failed === 0 ? null : hits / failed);
    note('average_precision', weightedAveragePrecision(label, probability, order, null));
  }
  return Object.fromEntries(
    Object.entries(figures).map(([metric, values]) => [metric, Float64Array.from(values)]),
  );
}
