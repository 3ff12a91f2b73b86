/**
 * The score of the Numenta Anomaly Benchmark: Lavin and Ahmad 2015, "Evaluating Real-Time Anomaly Detection
 * Algorithms", https://doi.org/10.1109/ICMLA.2015.141.
 *
 * A detection inside a labelled window earns the more the earlier it is, once a window; a window without one costs;
 * one outside costs, less so right behind a window. The first 15 % of a series, at most 750 rows, are not scored.
 */

/** Windows are first and last row, both inside, ascending. */
export interface LabelledSeries {
  name: string;
  ts: Float64Array;
  value: Float64Array;
  windows: readonly (readonly [first: number, last: number])[];
}

/** What detections are worth; A_TN of the paper is 0 in every profile. */
export interface NabProfile {
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
}

export const STANDARD_PROFILE: NabProfile = { truePositive: 1, falsePositive: 0.11, falseNegative: 1 };

const PROBATION_SHARE = 0.15;
const PROBATION_ROWS = 5_000;
/** So many widths behind a window nothing is owed to it any more. */
const FAR_BEHIND = 3;

/** First rows of a series that are not scored. */
export const probationRows = (rows: number): number =>
  Math.floor(PROBATION_SHARE * Math.min(rows, PROBATION_ROWS));

/** Worth of a detection by its place: -1 at the first row of a window, 0 behind its last, 1 a width farther. */
export const scaledSigmoid = (place: number): number =>
  place >= FAR_BEHIND ? -1 : 2 / (1 + Math.exp(5 * place)) - 1;

const BEST_WORTH = scaledSigmoid(-1);

/** A scored row: the window it lies in, or null, and what a detection there is worth. */
export interface ScoredRow {
  row: number;
  window: number | null;
  worth: number;
}

/** The rows of a series that count, in order. */
export function scoredRows({ ts, windows }: LabelledSeries, profile: NabProfile): ScoredRow[] {
  const scored: ScoredRow[] = [];
  let next = 0;
  for (let row = 0; row < ts.length; row++) {
    while (next < windows.length && windows[next]![1] < row) next++;
    const inside = next < windows.length && windows[next]![0] <= row;
    if (row < probationRows(ts.length)) continue;
    if (inside) {
      const [first, last] = windows[next]!;
      const worth = scaledSigmoid(-(last - row + 1) / (last - first + 1)) / BEST_WORTH;
      scored.push({ row, window: next, worth: worth * profile.truePositive });
    } else {
      const before = windows[next - 1];
      // A window of one row has no width to be behind of.
      const place = before === undefined ? FAR_BEHIND : (row - before[1]) / (before[1] - before[0]);
      scored.push({ row, window: null, worth: scaledSigmoid(place) * profile.falsePositive });
    }
  }
  return scored;
}

/** Per row of a series how anomalous it is; a detection is a row that reaches the threshold. */
export interface Judged {
  series: LabelledSeries;
  scores: Float64Array;
}

/** The score at the best of all thresholds: the highest of equals. */
export interface BestThreshold {
  threshold: number;
  score: number;
}

/** A threshold that no row reaches. */
const NONE = Number.POSITIVE_INFINITY;

/** Of every threshold that changes anything the one with the highest score over all series together. */
export function bestThreshold(judged: readonly Judged[], profile: NabProfile): BestThreshold {
  const points = judged.flatMap(({ series, scores }, index) =>
    scoredRows(series, profile).map(({ row, window, worth }) => ({
      score: scores[row]!,
      part: window === null ? null : `${index}/${window}`,
      worth,
    })),
  );
  points.sort((a, b) => b.score - a.score);
  const earned = new Map<string, number>();
  for (const { part } of points) if (part !== null) earned.set(part, -profile.falseNegative);
  let total = 0 - profile.falseNegative * earned.size;
  let best: BestThreshold = { threshold: NONE, score: total };
  for (const [place, { score, part, worth }] of points.entries()) {
    if (part === null) total += worth;
    else if (worth > earned.get(part)!) {
      total += worth - earned.get(part)!;
      earned.set(part, worth);
    }
    if (points[place + 1]?.score !== score && total > best.score) best = { threshold: score, score: total };
  }
  return best;
}

/** What the detections at a threshold are worth, before it is normalised. */
export function rawScore(judged: readonly Judged[], threshold: number, profile: NabProfile): number {
  let total = 0;
  for (const { series, scores } of judged) {
    const earned = new Map<number, number>();
    for (const { row, window, worth } of scoredRows(series, profile)) {
      if (window === null) {
        if (scores[row]! >= threshold) total += worth;
        continue;
      }
      const before = earned.get(window) ?? -profile.falseNegative;
      earned.set(window, scores[row]! >= threshold ? Math.max(before, worth) : before);
    }
    for (const worth of earned.values()) total += worth;
  }
  return total;
}

/** 0 for who never tells anything, 100 for who tells of every window at its first row and of nothing else. */
export function nabScore(judged: readonly Judged[], threshold: number, profile: NabProfile): number | null {
  const windows = judged.reduce((count, { series }) => count + series.windows.length, 0);
  if (windows === 0) return null;
  const nothing = rawScore(judged, NONE, profile);
  const perfect = windows * profile.truePositive;
  return (100 * (rawScore(judged, threshold, profile) - nothing)) / (perfect - nothing);
}
