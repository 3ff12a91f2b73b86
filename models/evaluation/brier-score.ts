import { requirePairs } from './rank-order.ts';

/** Mean squared difference of probability and label (Brier 1950), scikit-learn's `brier_score_loss`. Null for no rows. */
export function brierScore(labels: Uint8Array, probabilities: Float64Array): number | null {
  requirePairs(labels, probabilities);
  if (labels.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += (probabilities[i]! - labels[i]!) ** 2;
  return sum / labels.length;
}
