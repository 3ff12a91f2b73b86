import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { sigmoid } from '../log-odds.ts';
import type { Examples } from './learner.ts';
import { weightedProducts } from './weighted-products.ts';

const MAX_STEPS = 25;
const CONVERGED = 1e-6;
const MAX_SWEEPS = 200;
const BLOCK_ROWS = 1_024;

/**
 * Logistic regression with a ridge penalty (penalty/2 × the squares of the coefficients, the intercept free), fitted
 * by Newton's method: iteratively reweighted least squares, Hastie, Tibshirani & Friedman, "The Elements of
 * Statistical Learning", 4.4.1. Where some coefficients have a floor, each step solves its quadratic within the
 * floors by coordinate descent (Friedman, Hastie & Tibshirani, "Regularization paths for generalized linear models via
 * coordinate descent", 2010).
 *
 * @param design columns, the first of them ones, the others standardised
 * @param floors the least value of each coefficient, -Infinity for none; not given: none has a floor
 */
export function fitRidgeLogistic(
  design: Float64Array[],
  examples: Examples,
  penalty: number,
  start: Float64Array,
  floors?: Float64Array,
): Float64Array {
  let coefficients: Float64Array = start.slice();
  let margin = margins(design, coefficients);
  let loss = penalisedLoss(margin, examples, penalty, coefficients);
  for (let step = 0; step < MAX_STEPS; step++) {
    const direction = newtonDirection(design, margin, examples, penalty, coefficients, floors);
    let moved: Float64Array | null = null;
    let after = loss;
    for (let size = 1; size > 1e-4 && moved === null; size /= 2) {
      const tried = coefficients.map((value, i) => value + size * direction[i]!);
      const triedMargin = margins(design, tried);
      after = penalisedLoss(triedMargin, examples, penalty, tried);
      if (!(after <= loss)) continue;
      moved = tried;
      margin = triedMargin;
    }
    if (moved === null) break;
    coefficients = moved;
    const settled = loss - after <= CONVERGED * Math.abs(after);
    loss = after;
    if (settled) break;
  }
  return coefficients.map((value) => value + 0);
}

/** Row by row in blocks that stay near while all columns pass over them. */
function margins(design: Float64Array[], coefficients: Float64Array): Float64Array {
  const margin = new Float64Array(design[0]!.length);
  for (let start = 0; start < margin.length; start += BLOCK_ROWS) {
    const end = Math.min(margin.length, start + BLOCK_ROWS);
    for (let c = 0; c < design.length; c++) {
      const column = design[c]!;
      const slope = coefficients[c]!;
      for (let r = start; r < end; r++) margin[r]! += slope * column[r]!;
    }
  }
  return margin;
}

function penalisedLoss(
  margin: Float64Array,
  { labels, weights }: Examples,
  penalty: number,
  coefficients: Float64Array,
): number {
  let loss = 0;
  for (let r = 0; r < margin.length; r++) {
    const signed = labels[r] === 1 ? -margin[r]! : margin[r]!;
    loss += weights[r]! * (Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed))));
  }
  for (let c = 1; c < coefficients.length; c++) loss += (penalty / 2) * coefficients[c]! ** 2;
  return loss;
}

function newtonDirection(
  design: Float64Array[],
  margin: Float64Array,
  { labels, weights }: Examples,
  penalty: number,
  coefficients: Float64Array,
  floors?: Float64Array,
): ArrayLike<number> {
  const residual = new Float64Array(margin.length);
  const curvature = new Float64Array(margin.length);
  for (let r = 0; r < margin.length; r++) {
    const p = sigmoid(margin[r]!);
    residual[r] = weights[r]! * (labels[r]! - p);
    curvature[r] = weights[r]! * p * (1 - p);
  }
  const size = design.length;
  const products = weightedProducts(design, curvature);
  const gradient = Matrix.zeros(size, 1);
  const hessian = Matrix.zeros(size, size);
  for (let a = 0; a < size; a++) {
    const ridge = a === 0 ? 0 : penalty;
    gradient.set(a, 0, dot(design[a]!, residual) - ridge * coefficients[a]!);
    for (let b = 0; b <= a; b++) {
      const entry = products[a * size + b]! + (a === b ? ridge + 1e-9 : 0);
      hessian.set(a, b, entry);
      hessian.set(b, a, entry);
    }
  }
  if (floors === undefined) return new CholeskyDecomposition(hessian).solve(gradient).to1DArray();
  return boundedDirection(
    hessian,
    gradient,
    floors.map((floor, c) => floor - coefficients[c]!),
  );
}

/** The step d >= lowest that makes gradient·d - d·hessian·d/2 largest. */
function boundedDirection(hessian: Matrix, gradient: Matrix, lowest: Float64Array): Float64Array {
  const size = lowest.length;
  const direction = new Float64Array(size);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let moved = 0;
    for (let a = 0; a < size; a++) {
      let slope = gradient.get(a, 0);
      for (let b = 0; b < size; b++) if (b !== a) slope -= hessian.get(a, b) * direction[b]!;
      const value = Math.max(lowest[a]!, slope / hessian.get(a, a));
      moved = Math.max(moved, Math.abs(value - direction[a]!));
      direction[a] = value;
    }
    if (moved < 1e-9) break;
  }
  return direction;
}

/** Four sums at once: the additions do not wait for each other, and the order stays fixed. */
function dot(a: Float64Array, b: Float64Array): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}
