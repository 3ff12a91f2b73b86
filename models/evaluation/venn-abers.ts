/**
 * What a label of 0, and a label of 1, would make of the isotonic probability at a score: JSON as it stands. At
 * `from[i]` (ascending) it is `low[i]` to `high[i]`; both never fall.
 */
export interface VennAbersSteps {
  from: number[];
  low: number[];
  high: number[];
}

/** Scores at which the steps are kept; between two of them the interval is that of both together. */
const MOST_STEPS = 100;

interface Points {
  at: number[];
  sum: number[];
  weight: number[];
}

/**
 * Inductive Venn-Abers prediction: Vovk & Petej, "Venn-Abers predictors" (UAI 2014). The isotonic regression on the
 * rows and the score itself, once with label 0 and once with label 1; one of the two is perfectly calibrated whatever
 * the distribution, as long as rows and score are exchangeable. The rows must not have taught the model.
 *
 * @returns exact at up to 100 scores, the first and the last among them; no steps without rows
 */
export function fitVennAbers(labels: Uint8Array, scores: Float64Array): VennAbersSteps {
  const points = pointsOf(labels, scores);
  const places = spreadOver(points.at.length);
  return {
    from: places.map((place) => points.at[place]!),
    low: places.map((place) => isotonicAt(points, place, 0)),
    high: places.map((place) => isotonicAt(points, place, 1)),
  };
}

/** Lower and upper probability at a score: `[0, 1]` where nothing is known. */
export function vennAbersAt({ from, low, high }: VennAbersSteps, score: number): [number, number] {
  let below = 0;
  let above = from.length;
  while (below < above) {
    const middle = (below + above) >>> 1;
    if (from[middle]! <= score) below = middle + 1;
    else above = middle;
  }
  const last = below - 1;
  const next = last >= 0 && from[last] === score ? last : below;
  return [low[last] ?? 0, high[next] ?? 1];
}

/** Rows of one score are one point. */
function pointsOf(labels: Uint8Array, scores: Float64Array): Points {
  const order = Uint32Array.from(labels.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const points: Points = { at: [], sum: [], weight: [] };
  for (const row of order) {
    const last = points.at.length - 1;
    if (points.at[last] === scores[row]) {
      points.sum[last]! += labels[row]!;
      points.weight[last]! += 1;
    } else {
      points.at.push(scores[row]!);
      points.sum.push(labels[row]!);
      points.weight.push(1);
    }
  }
  return points;
}

function spreadOver(points: number): number[] {
  if (points <= MOST_STEPS) return Array.from({ length: points }, (_, place) => place);
  return Array.from({ length: MOST_STEPS }, (_, step) =>
    Math.round((step * (points - 1)) / (MOST_STEPS - 1)),
  );
}

/** The isotonic regression at one point, after one more row of this label came to it: adjacent violators are pooled. */
function isotonicAt({ at, sum, weight }: Points, place: number, label: number): number {
  const sums: number[] = [];
  const weights: number[] = [];
  const lasts: number[] = [];
  for (let point = 0; point < at.length; point++) {
    let blockSum = sum[point]! + (point === place ? label : 0);
    let blockWeight = weight[point]! + (point === place ? 1 : 0);
    while (sums.length > 0 && sums.at(-1)! * blockWeight >= blockSum * weights.at(-1)!) {
      blockSum += sums.pop()!;
      blockWeight += weights.pop()!;
      lasts.pop();
    }
    sums.push(blockSum);
    weights.push(blockWeight);
    lasts.push(point);
  }
  const block = lasts.findIndex((last) => last >= place);
  return sums[block]! / weights[block]!;
}
