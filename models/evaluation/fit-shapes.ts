import { sigmoid } from '../log-odds.ts';
import { type CalibrationShape, heldLogit } from './calibrate.ts';

/** Fewer of either label and a curve of a few numbers follows the noise. */
export const MIN_FOR_CURVE = 10;
/** Steps are many numbers. */
export const MIN_FOR_ISOTONIC = 100;

export function countLabels(labels: Uint8Array): { positives: number; negatives: number } {
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
  if (Math.min(positives, negatives) < MIN_FOR_CURVE) return null;
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
