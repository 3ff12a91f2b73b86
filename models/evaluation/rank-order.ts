/** Positions of the scores from highest to lowest; equal scores keep their order. @throws Error on NaN. */
export function descendingOrder(scores: Float64Array): Int32Array {
  const unknown = scores.findIndex(Number.isNaN);
  if (unknown >= 0) throw new Error(`score ${unknown} is not a number`);
  const order = Int32Array.from(scores.keys());
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** @throws Error unless both have the same length. */
export function requirePairs(labels: Uint8Array, scores: Float64Array): void {
  if (labels.length !== scores.length) {
    throw new Error(`expected as many scores as labels (${labels.length}), got ${scores.length}`);
  }
}
