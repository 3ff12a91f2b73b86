import { logit, sigmoid } from '../log-odds.ts';
import { lossPerWeek } from './compare-losses.ts';

/** How a model's probabilities are bent before they are told to anybody. JSON as it stands. */
export type CalibrationShape =
  | { kind: 'identity' }
  | { kind: 'platt'; slope: number; intercept: number }
  | { kind: 'beta'; a: number; b: number; c: number }
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

export function applyCalibrator({ shape, shift }: Calibrator, probabilities: Float64Array): Float64Array {
  return probabilities.map((p) => {
    const moved = shift === 0 ? bent(shape, p) : sigmoid(heldLogit(bent(shape, p)) + shift);
    return Math.min(1 - FLOOR, Math.max(FLOOR, moved));
  });
}

function bent(shape: CalibrationShape, p: number): number {
  if (shape.kind === 'identity') return p;
  if (shape.kind === 'platt') return sigmoid(shape.slope * heldLogit(p) + shape.intercept);
  if (shape.kind === 'beta') {
    const inside = held(p);
    return sigmoid(shape.a * Math.log(inside) - shape.b * Math.log(1 - inside) + shape.c);
  }
  return interpolate(shape.from, shape.to, p);
}

export const held = (p: number): number => Math.min(1 - LOGIT_FLOOR, Math.max(LOGIT_FLOOR, p));
export const heldLogit = (p: number): number => logit(held(p));

/** Straight lines between the knots, level beyond them. `from` ascends. */
function interpolate(from: number[], to: number[], at: number): number {
  let low = 0;
  let high = from.length - 1;
  // The first knot that is not below, or the last of all.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (from[middle]! >= at) high = middle;
    else low = middle + 1;
  }
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
