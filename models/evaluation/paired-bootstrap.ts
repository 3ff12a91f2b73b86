import { quantileSorted } from 'simple-statistics';
import { seededRandom } from '../random.ts';
import { weightedAveragePrecision } from './average-precision.ts';
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
 * Difference of a metric between two forecasts of the same rows, with a percentile interval from resampling
 * whole blocks (all rows of a job, or of a week) with replacement: rows of a block are not independent.
 *
 * Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), 13.3; blocks as clusters. Null when the
 * metric cannot be computed: no rows, or no failure among them.
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
  const differenceAt = input.metric === 'brier' ? brierDifference(input) : precisionDifference(input);
  const difference = differenceAt(new Float64Array(labels.length).fill(1));
  if (difference === null) return null;
  const ids = [...new Set(blocks)].sort((a, b) => a - b);
  const indexOf = new Map(ids.map((id, i) => [id, i]));
  const blockOfRow = Int32Array.from(blocks, (id) => indexOf.get(id)!);
  const random = seededRandom(seed);
  const weights = new Float64Array(labels.length);
  const drawn: number[] = [];
  for (let b = 0; b < resamples; b++) {
    const times = new Float64Array(ids.length);
    for (let i = 0; i < ids.length; i++) times[random.below(ids.length)]! += 1;
    for (let r = 0; r < weights.length; r++) weights[r] = times[blockOfRow[r]!]!;
    const found = differenceAt(weights);
    if (found !== null) drawn.push(found);
  }
  drawn.sort((a, b) => a - b);
  if (drawn.length === 0) return null;
  const tail = (1 - confidence) / 2;
  return {
    difference,
    lower: quantileSorted(drawn, tail),
    upper: quantileSorted(drawn, 1 - tail),
    resamples: drawn.length,
  };
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
