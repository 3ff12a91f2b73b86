import { weightedAveragePrecision } from './average-precision.ts';
import { blockBootstrap } from './block-bootstrap.ts';
import { descendingOrder, requirePairs } from './rank-order.ts';

export interface PairedDifference {
  /** Metric of `ours` minus metric of `theirs`, on all rows. */
  difference: number;
  /** Bounds between which the difference lies with the asked confidence. */
  lower: number;
  upper: number;
  /** Resamples in which the metric could be computed. */
  resamples: number;
}

/**
 * Difference of a metric between two forecasts of the same rows, with the interval of `blockBootstrap`. Null when
 * the metric cannot be computed: no rows, or no failure among them.
 *
 * @param blocks a whole number per row; rows of one number are drawn together
 */
export function pairedBootstrap(input: {
  metric: 'average precision' | 'brier';
  labels: Uint8Array;
  blocks: Int32Array;
  ours: Float64Array;
  theirs: Float64Array;
  confidence: number;
  resamples: number;
  seed: number;
}): PairedDifference | null {
  const { labels, blocks, ours, theirs, confidence, resamples, seed } = input;
  requirePairs(labels, ours);
  requirePairs(labels, theirs);
  const figureAt = input.metric === 'brier' ? brierDifference(input) : precisionDifference(input);
  const found = blockBootstrap({ blocks, figureAt, confidence, resamples, seed });
  if (found === null) return null;
  const { value: difference, ...interval } = found;
  return { difference, ...interval };
}

type Forecasts = { labels: Uint8Array; ours: Float64Array; theirs: Float64Array };

function precisionDifference({ labels, ours, theirs }: Forecasts) {
  const ourOrder = descendingOrder(ours);
  const theirOrder = descendingOrder(theirs);
  return (weights: Float64Array): number | null => {
    const a = weightedAveragePrecision(labels, ours, ourOrder, weights);
    const b = weightedAveragePrecision(labels, theirs, theirOrder, weights);
    return a === null || b === null ? null : a - b;
  };
}

function brierDifference({ labels, ours, theirs }: Forecasts) {
  const gap = ours.map((p, r) => (p - labels[r]!) ** 2 - (theirs[r]! - labels[r]!) ** 2);
  return (weights: Float64Array): number | null => {
    let sum = 0;
    let total = 0;
    for (let r = 0; r < gap.length; r++) {
      sum += weights[r]! * gap[r]!;
      total += weights[r]!;
    }
    return total === 0 ? null : sum / total;
  };
}
