import { descendingOrder, requirePairs } from './rank-order.ts';

/**
 * Chance that a row of label 1 scores above a row of label 0, ties counting half, as scikit-learn's
 * `roc_auc_score`. Null unless both labels occur.
 */
export function rocAuc(labels: Uint8Array, scores: Float64Array): number | null {
  requirePairs(labels, scores);
  const order = descendingOrder(scores);
  let positives = 0;
  let negatives = 0;
  let area = 0;
  for (let i = 0; i < order.length; ) {
    let tiedPositives = 0;
    let tiedNegatives = 0;
    const score = scores[order[i]!];
    for (; i < order.length && scores[order[i]!] === score; i++) {
      if (labels[order[i]!] === 1) tiedPositives++;
      else tiedNegatives++;
    }
    area += tiedNegatives * (positives + tiedPositives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
  }
  return positives === 0 || negatives === 0 ? null : area / (positives * negatives);
}
