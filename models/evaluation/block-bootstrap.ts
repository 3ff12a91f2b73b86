import { quantileSorted } from 'simple-statistics';
import { seededRandom } from '../random.ts';

export interface BootstrapInterval {
  /** On all rows. */
  value: number;
  /** Bounds between which it lies with the asked confidence. */
  lower: number;
  upper: number;
  /** Resamples in which it could be computed. */
  resamples: number;
}

/**
 * A figure with its percentile interval from resampling whole blocks (all rows of a job, or of a week) with
 * replacement: rows of a block are not independent.
 *
 * Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), 13.3; blocks as clusters. Null when the figure
 * cannot be computed on all rows, or in no resample.
 *
 * @param blocks a whole number per row; rows of one number are drawn together
 * @param figureAt the figure where row r counts `weights[r]` times, null when it cannot be computed
 */
export function blockBootstrap(input: {
  blocks: Int32Array;
  figureAt: (weights: Float64Array) => number | null;
  confidence: number;
  resamples: number;
  seed: number;
}): BootstrapInterval | null {
  const { blocks, figureAt, confidence, resamples, seed } = input;
  const weights = new Float64Array(blocks.length).fill(1);
  const value = figureAt(weights);
  if (value === null) return null;
  const ids = [...new Set(blocks)].sort((a, b) => a - b);
  const indexOf = new Map(ids.map((id, i) => [id, i]));
  const blockOfRow = Int32Array.from(blocks, (id) => indexOf.get(id)!);
  const random = seededRandom(seed);
  const drawn: number[] = [];
  for (let b = 0; b < resamples; b++) {
    const times = new Float64Array(ids.length);
    for (let i = 0; i < ids.length; i++) times[random.below(ids.length)]! += 1;
    for (let r = 0; r < weights.length; r++) weights[r] = times[blockOfRow[r]!]!;
    const found = figureAt(weights);
    if (found !== null) drawn.push(found);
  }
  drawn.sort((a, b) => a - b);
  if (drawn.length === 0) return null;
  const tail = (1 - confidence) / 2;
  return {
    value,
    lower: quantileSorted(drawn, tail),
    upper: quantileSorted(drawn, 1 - tail),
    resamples: drawn.length,
  };
}
