import { sigmoid } from '../log-odds.ts';
import { type CalibrationShape, held } from './calibrate.ts';
import { countLabels, MIN_FOR_CURVE } from './fit-shapes.ts';

const MOST_STEPS = 100;
/** No coefficient moves further in one step: far from the optimum a full step overshoots. */
const LONGEST_STEP = 2;
const SETTLED = 1e-10;

/**
 * Beta calibration: sigmoid(a × ln p − b × ln(1 − p) + c) with a, b >= 0, by Kull, Silva Filho & Flach, "Beta
 * calibration" (AISTATS 2017). A logistic regression on ln p and −ln(1 − p), by Newton steps; a coefficient that comes
 * out negative is left out and the rest fitted again, as they do. Unlike Platt's line (a = b) it can bend one end only.
 *
 * @returns null with fewer than 10 of either label, when the scores run the wrong way, or when they part the labels
 */
export function fitBeta(labels: Uint8Array, probabilities: Float64Array): CalibrationShape | null {
  const { positives, negatives } = countLabels(labels);
  if (Math.min(positives, negatives) < MIN_FOR_CURVE) return null;
  const low = probabilities.map((p) => Math.log(held(p)));
  const high = probabilities.map((p) => -Math.log(1 - held(p)));
  const both = fitLogistic(labels, [low, high]);
  if (both === null) return null;
  const [a, b, c] = both as [number, number, number];
  if (a >= 0 && b >= 0) return a + b > 0 ? { kind: 'beta', a, b, c } : null;
  const one = fitLogistic(labels, [a < 0 ? high : low]);
  if (one === null || !(one[0]! > 0)) return null;
  const [kept, intercept] = one as [number, number];
  return { kind: 'beta', a: a < 0 ? 0 : kept, b: a < 0 ? kept : 0, c: intercept };
}

/** Coefficients of the columns, then the intercept, without penalty; null where no maximum is found. */
function fitLogistic(labels: Uint8Array, columns: Float64Array[]): number[] | null {
  const width = columns.length + 1;
  const coefficients = new Array<number>(width).fill(0);
  const row = new Array<number>(width).fill(1);
  for (let step = 0; step < MOST_STEPS; step++) {
    // Each row of the system: second derivatives, then the gradient.
    const system = coefficients.map(() => new Array<number>(width + 1).fill(0));
    for (let r = 0; r < labels.length; r++) {
      for (let k = 0; k < columns.length; k++) row[k] = columns[k]![r]!;
      let margin = 0;
      for (let k = 0; k < width; k++) margin += row[k]! * coefficients[k]!;
      const p = sigmoid(margin);
      const spread = p * (1 - p);
      const missed = labels[r]! - p;
      for (let i = 0; i < width; i++) {
        const equation = system[i]!;
        const weighted = spread * row[i]!;
        for (let k = 0; k < width; k++) equation[k]! += weighted * row[k]!;
        equation[width]! += missed * row[i]!;
      }
    }
    const move = solve(system);
    if (move === null) return null;
    const longest = Math.max(...move.map(Math.abs));
    const share = Math.min(1, LONGEST_STEP / longest);
    for (let k = 0; k < width; k++) coefficients[k]! += share * move[k]!;
    if (longest < SETTLED) return coefficients;
  }
  return null;
}

/** Solves a small symmetric system in place by elimination; null when it is singular to working precision. */
function solve(system: number[][]): number[] | null {
  const n = system.length;
  const scale = Math.max(...system.map((equation, i) => equation[i]!));
  for (let i = 0; i < n; i++) {
    if (!(system[i]![i]! > 1e-12 * scale)) return null;
    for (let below = i + 1; below < n; below++) {
      const factor = system[below]![i]! / system[i]![i]!;
      for (let k = i; k <= n; k++) system[below]![k]! -= factor * system[i]![k]!;
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = system[i]![n]!;
    for (let k = i + 1; k < n; k++) rest -= system[i]![k]! * solution[k]!;
    solution[i] = rest / system[i]![i]!;
  }
  return solution;
}
