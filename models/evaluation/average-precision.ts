import { descendingOrder, requirePairs } from './rank-order.ts';

/**
 * Average precision: sum over the distinct scores of (gain in recall) × (precision there), as scikit-learn's
 * `average_precision_score`. Equal scores are taken in one step. Null when no label is 1.
 *
 * @example averagePrecision(Uint8Array.of(0, 0, 1, 1), Float64Array.of(0.1, 0.4, 0.35, 0.8)) // 0.8333…
 */
export function averagePrecision(labels: Uint8Array, scores: Float64Array): number | null {
  requirePairs(labels, scores);
  return weightedAveragePrecision(labels, scores, descendingOrder(scores), null);
}

/** The same for rows that count `weights[row]` times, with the order worked out beforehand. */
export function weightedAveragePrecision(
  labels: Uint8Array,
  scores: Float64Array,
  order: Int32Array,
  weights: Float64Array | null,
): number | null {
  let hits = 0;
  let seen = 0;
  let hitsBefore = 0;
  let area = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const weight = weights === null ? 1 : weights[row]!;
    seen += weight;
    if (labels[row] === 1) hits += weight;
    const tied = i + 1 < order.length && scores[order[i + 1]!] === scores[row];
    if (!tied && hits > hitsBefore) {
      area += (hits - hitsBefore) * (hits / seen);
      hitsBefore = hits;
    }
  }
  return hits === 0 ? null : area / hits;
}
