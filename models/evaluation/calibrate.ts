import { bestBeyondDoubt, lossPerWeek } from './compare-losses.ts';

/** How a model's probabilities are bent before they are told to anybody. JSON as it stands. */
export type CalibrationShape =
  | { kind: 'identity' }
  | { kind: 'platt'; slope: number; intercept: number }
  | { kind: 'isotonic'; from: number[]; to: number[] };

/** First the shape, then `shift` is added to the log-odds: the level. */
export interface Calibrator {
  shape: CalibrationShape;
  shift: number;
}

/** No forecast says never or always. */
export const FLOOR = 1e-4;
/** Probabilities are held this far from 0 and 1 before their log-odds are taken. */
export const LOGIT_FLOOR = 1e-6;
/** Steps fitted to fewer outcomes than this follow the noise. */
const MIN_FOR_ISOTONIC = 100;
const MIN_FOR_PLATT = 10;

export function applyCalibrator({ shape, shift }: Calibrator, probabilities: Float64Array): Float64Array {
  return probabilities.map((p) => {
    const moved = shift === 0 ? bent(shape, p) : sigmoid(heldLogit(bent(shape, p)) + shift);
    return Math.min(1 - FLOOR, Math.max(FLOOR, moved));
  });
}

function bent(shape: CalibrationShape, p: number): number {
  if (shape.kind === 'identity') return p;
  if (shape.kind === 'platt') return sigmoid(shape.slope * heldLogit(p) + shape.intercept);
  return interpolate(shape.from, shape.to, p);
}

const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin));
const heldLogit = (p: number) => {
  const held = Math.min(1 - LOGIT_FLOOR, Math.max(LOGIT_FLOOR, p));
  return Math.log(held / (1 - held));
};

/** Straight lines between the knots, level beyond them. `from` ascends. */
function interpolate(from: number[], to: number[], at: number): number {
  let high = from.findIndex((knot) => knot >= at);
  if (high < 0) high = from.length - 1;
  if (high === 0 || from[high]! <= at) return to[high]!;
  const share = (at - from[high - 1]!) / (from[high]! - from[high - 1]!);
  return to[high - 1]! + share * (to[high]! - to[high - 1]!);
}

/**
 * The calibrator with this shape whose mean over the rows, as they weigh, is the share of label 1 among them.
 *
 * The shape is learned from a few late weeks, the level from all that is known: how often things fail swings
 * from month to month, and a level taken from a quiet month makes the next one's forecasts too low.
 */
export function atLevel(
  shape: CalibrationShape,
  labels: Uint8Array,
  probabilities: Float64Array,
  weights: Float64Array = new Float64Array(labels.length).fill(1),
): Calibrator {
  if (labels.length === 0) return { shape, shift: 0 };
  const margins = applyCalibrator({ shape, shift: 0 }, probabilities).map(heldLogit);
  const wanted = labels.reduce((sum, label, r) => sum + weights[r]! * label, 0);
  let low = -8;
  let high = 8;
  for (let step = 0; step < 40; step++) {
    const shift = (low + high) / 2;
    let expected = 0;
    for (let r = 0; r < margins.length; r++) expected += weights[r]! * sigmoid(margins[r]! + shift);
    if (expected < wanted) low = shift;
    else high = shift;
  }
  return { shape, shift: (low + high) / 2 };
}

/** Log loss of each week, after the probabilities, bent so, were brought to the level of the labels. */
export function lossesAtLevel(
  shape: CalibrationShape,
  { labels, times, weights }: { labels: Uint8Array; times: Float64Array; weights?: Float64Array },
  probabilities: Float64Array,
): number[] {
  const level = atLevel(shape, labels, probabilities, weights);
  return lossPerWeek(labels, applyCalibrator(level, probabilities), times);
}

/** Weighted sum of log loss, after the probabilities were brought to the level of the labels. */
export function lossAtLevel(
  { labels, weights }: { labels: Uint8Array; weights: Float64Array },
  probabilities: Float64Array,
): number {
  const level = atLevel({ kind: 'identity' }, labels, probabilities, weights);
  return applyCalibrator(level, probabilities).reduce(
    (sum, p, r) => sum - weights[r]! * Math.log(labels[r] === 1 ? p : 1 - p),
    0,
  );
}

/**
 * Chooses among no bending, Platt's line and isotonic steps: each is fitted on the earlier half of the times
 * and judged by log loss on the later half, all at that half's level; the winner is fitted on all. Bending has to be
 * better beyond doubt over the weeks: what serves is a model fitted on more than the one judged here, and
 * needs no other shape than its own without a reason. The rows must be later than what the model learned from.
 */
export function chooseShape(
  labels: Uint8Array,
  probabilities: Float64Array,
  times: Float64Array,
): CalibrationShape {
  const distinct = [...new Set(times)].sort((a, b) => a - b);
  const middle = distinct[distinct.length >> 1] ?? 0;
  const part = (rows: number[]) => ({
    labels: Uint8Array.from(rows, (r) => labels[r]!),
    probabilities: Float64Array.from(rows, (r) => probabilities[r]!),
    times: Float64Array.from(rows, (r) => times[r]!),
  });
  const fitOn = part(rowsWhere(times, (time) => time < middle));
  const judge = part(rowsWhere(times, (time) => time >= middle));
  const lossesOf = (shape: CalibrationShape) => lossesAtLevel(shape, judge, judge.probabilities);
  const bent = [fitPlatt, fitIsotonic].flatMap((bending) => {
    const shape = bending(fitOn.labels, fitOn.probabilities);
    return shape === null ? [] : [[bending, lossesOf(shape)] as const];
  });
  const best = bestBeyondDoubt(lossesOf({ kind: 'identity' }), bent);
  return best?.(labels, probabilities) ?? { kind: 'identity' };
}

function rowsWhere(times: Float64Array, keep: (time: number) => boolean): number[] {
  return Array.from(times.keys()).filter((r) => keep(times[r]!));
}

function countLabels(labels: Uint8Array): { positives: number; negatives: number } {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return { positives, negatives: labels.length - positives };
}

/**
 * Platt's sigmoid on the log-odds, with his smoothed targets: Platt (1999), fitted by Newton steps as in Lin,
 * Lin & Weng, "A note on Platt's probabilistic outputs" (2007). Null with fewer than 10 of either label, or
 * when the scores run the wrong way.
 */
export function fitPlatt(labels: Uint8Array, probabilities: Float64Array): CalibrationShape | null {
  const { positives, negatives } = countLabels(labels);
  if (Math.min(positives, negatives) < MIN_FOR_PLATT) return null;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  const scores = probabilities.map(heldLogit);
  let slope = 1;
  let intercept = 0;
  for (let step = 0; step < 50; step++) {
    let gradientS = 0;
    let gradientI = 0;
    let ss = 1e-9;
    let si = 0;
    let ii = 1e-9;
    for (let r = 0; r < scores.length; r++) {
      const x = scores[r]!;
      const p = sigmoid(slope * x + intercept);
      const residual = (labels[r] === 1 ? high : low) - p;
      const weight = p * (1 - p);
      gradientS += residual * x;
      gradientI += residual;
      ss += weight * x * x;
      si += weight * x;
      ii += weight;
    }
    const determinant = ss * ii - si * si;
    if (!(determinant > 1e-12)) return null;
    // Held short: far from the optimum a full step overshoots.
    const moveS = clamp((ii * gradientS - si * gradientI) / determinant);
    const moveI = clamp((ss * gradientI - si * gradientS) / determinant);
    slope += moveS;
    intercept += moveI;
    if (Math.abs(moveS) + Math.abs(moveI) < 1e-10) break;
  }
  return slope > 0 && Number.isFinite(intercept) ? { kind: 'platt', slope, intercept } : null;
}

const clamp = (step: number) => Math.max(-2, Math.min(2, step));

/**
 * The non-decreasing steps closest to the outcomes in squares, by pooling adjacent violators: Ayer et al.
 * (1955); equal probabilities are one point, as in scikit-learn's `IsotonicRegression`. Null with fewer than
 * 100 of either label.
 */
export function fitIsotonic(labels: Uint8Array, probabilities: Float64Array): CalibrationShape | null {
  const { positives, negatives } = countLabels(labels);
  if (Math.min(positives, negatives) < MIN_FOR_ISOTONIC) return null;
  return poolViolators(labels, probabilities);
}

export function poolViolators(labels: Uint8Array, probabilities: Float64Array): CalibrationShape {
  const order = Array.from(labels.keys()).sort((a, b) => probabilities[a]! - probabilities[b]!);
  const blocks: { first: number; last: number; sum: number; weight: number }[] = [];
  for (const row of order) {
    const at = probabilities[row]!;
    const top = blocks.at(-1);
    if (top !== undefined && top.first === top.last && top.last === at) {
      top.sum += labels[row]!;
      top.weight++;
    } else blocks.push({ first: at, last: at, sum: labels[row]!, weight: 1 });
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    let current = block;
    for (let top = pooled.at(-1); top !== undefined; top = pooled.at(-1)) {
      if (top.sum / top.weight < current.sum / current.weight) break;
      pooled.pop();
      current = {
        first: top.first,
        last: current.last,
        sum: top.sum + current.sum,
        weight: top.weight + current.weight,
      };
    }
    pooled.push(current);
  }
  const knots = pooled.flatMap(({ first, last, sum, weight }) =>
    first === last
      ? [{ at: first, to: sum / weight }]
      : [first, last].map((at) => ({ at, to: sum / weight })),
  );
  return { kind: 'isotonic', from: knots.map(({ at }) => at), to: knots.map(({ to }) => to) };
}
