import { requirePairs } from './rank-order.ts';

/** Mean of -log(probability of what happened), held off 0 and 1 by the double's epsilon as scikit-learn's `log_loss`. */
export function logLoss(labels: Uint8Array, probabilities: Float64Array): number | null {
  requirePairs(labels, probabilities);
  if (labels.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    const held = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probabilities[i]!));
    sum -= Math.log(labels[i] === 1 ? held : 1 - held);
  }
  return sum / labels.length;
}
