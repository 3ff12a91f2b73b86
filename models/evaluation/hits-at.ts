import { descendingOrder, requirePairs } from './rank-order.ts';

export interface HitsAt {
  /** Rows looked at: at most `k` in each round. */
  checked: number;
  /** Those of label 1 among them. */
  hits: number;
  /** hits / checked; null where nothing was looked at. */
  precision: number | null;
  /** hits / all rows of label 1; null without any. */
  recall: number | null;
}

/**
 * What a team finds that can check the `k` highest scores of each round (of a week, of a cutoff).
 *
 * Where equal scores compete for the last places every choice among them is as good as another: the expected
 * number of hits counts, so it need not be whole.
 *
 * @param rounds a whole number per row
 */
export function hitsAt(k: number, labels: Uint8Array, scores: Float64Array, rounds: Int32Array): HitsAt {
  requirePairs(labels, scores);
  const byRound = new Map<number, number[]>();
  for (const row of descendingOrder(scores)) {
    const rows = byRound.get(rounds[row]!);
    if (rows === undefined) byRound.set(rounds[row]!, [row]);
    else rows.push(row);
  }
  let checked = 0;
  let hits = 0;
  for (const rows of byRound.values()) {
    checked += Math.min(k, rows.length);
    hits += expectedHits(k, rows, labels, scores);
  }
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return {
    checked,
    hits,
    precision: checked === 0 ? null : hits / checked,
    recall: positives === 0 ? null : hits / positives,
  };
}

/** `rows` descend by score. */
function expectedHits(k: number, rows: number[], labels: Uint8Array, scores: Float64Array): number {
  let hits = 0;
  for (let from = 0; from < Math.min(k, rows.length); ) {
    let to = from;
    let positives = 0;
    while (to < rows.length && scores[rows[to]!] === scores[rows[from]!]) positives += labels[rows[to++]!]!;
    hits += positives * Math.min(1, (k - from) / (to - from));
    from = to;
  }
  return hits;
}
