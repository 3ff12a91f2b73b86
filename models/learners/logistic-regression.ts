import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { type FeatureMatrix, requireColumns } from '../features/feature-matrix.ts';
import {
  type Examples,
  type Explanation,
  type FittedModel,
  type Learner,
  logit,
  type ModelJson,
  meanLabel,
  requireBothLabels,
  type Settings,
  sigmoid,
} from './learner.ts';
import { planTerms, type Term, termValue } from './linear-terms.ts';

/** Ridge penalties tried on later time, strongest first so that each fit starts from the one before. */
const PENALTIES = [1000, 100, 10, 1];
const DEFAULT_PENALTY = 30;
const MAX_STEPS = 25;
const CONVERGED = 1e-6;

/**
 * Logistic regression with a ridge penalty (penalty/2 × the squares of the standardised coefficients, the
 * intercept free), fitted by Newton's method: iteratively reweighted least squares, Hastie, Tibshirani &
 * Friedman, "The Elements of Statistical Learning", 4.4.1. The penalty is chosen on later time when there is.
 */
export const logisticLearner: Learner = {
  kind: 'logistic',
  fit(matrix, labels, weights, { later, settings }) {
    const examples = { matrix, labels, weights };
    requireBothLabels('logistic', examples);
    const terms = planTerms(matrix);
    const design = designColumns(terms, matrix);
    const start = new Float64Array(terms.length + 1);
    start[0] = logit(meanLabel(examples));
    if (settings?.penalty !== undefined || later === undefined || later.labels.length === 0) {
      const penalty = settings?.penalty ?? DEFAULT_PENALTY;
      return logisticModel(matrix.names, terms, newton(design, examples, penalty, start), { penalty });
    }
    let best: FittedModel | null = null;
    let lowest = Number.POSITIVE_INFINITY;
    let coefficients: Float64Array = start;
    for (const penalty of PENALTIES) {
      coefficients = newton(design, examples, penalty, coefficients);
      const model = logisticModel(matrix.names, terms, coefficients, { penalty });
      const loss = totalLoss(model.predict(later.matrix), later);
      if (best === null || loss < lowest) {
        best = model;
        lowest = loss;
      }
    }
    return best!;
  },
};

function logisticModel(
  names: string[],
  terms: Term[],
  coefficients: Float64Array,
  settings: Settings,
): FittedModel {
  return {
    kind: 'logistic',
    names,
    settings,
    predict(matrix) {
      requireColumns(matrix, names);
      const margin = new Float64Array(matrix.rows).fill(coefficients[0]!);
      terms.forEach((term, t) => {
        const column = matrix.columns[term.source]!;
        const slope = coefficients[t + 1]!;
        for (let r = 0; r < matrix.rows; r++) margin[r]! += slope * termValue(term, column[r]!);
      });
      return margin.map(sigmoid);
    },
    explain(matrix, row): Explanation {
      requireColumns(matrix, names);
      const parts = new Float64Array(names.length);
      terms.forEach((term, t) => {
        parts[term.source]! += coefficients[t + 1]! * termValue(term, matrix.columns[term.source]![row]!);
      });
      const base = coefficients[0]!;
      const contributions = names.map((feature, f) => ({
        feature,
        value: matrix.columns[f]![row]!,
        contribution: parts[f]!,
      }));
      return { base, margin: base + parts.reduce((sum, part) => sum + part, 0), contributions };
    },
    toJSON: () => ({ kind: 'logistic', version: 1, names, settings, terms, coefficients: [...coefficients] }),
  };
}

export function logisticFromJson(json: ModelJson): FittedModel {
  const { names, settings, terms, coefficients } = json as ModelJson & {
    terms: Term[];
    coefficients: number[];
  };
  return logisticModel(names, terms, Float64Array.from(coefficients), settings);
}

function designColumns(terms: Term[], matrix: FeatureMatrix): Float64Array[] {
  const ones = new Float64Array(matrix.rows).fill(1);
  return [ones, ...terms.map((term) => matrix.columns[term.source]!.map((value) => termValue(term, value)))];
}

/** Newton steps, halved while they do not lower the penalised loss. */
function newton(
  design: Float64Array[],
  examples: Examples,
  penalty: number,
  start: Float64Array,
): Float64Array {
  let coefficients: Float64Array = start.slice();
  let loss = penalisedLoss(design, examples, penalty, coefficients);
  for (let step = 0; step < MAX_STEPS; step++) {
    const direction = newtonDirection(design, examples, penalty, coefficients);
    let moved: Float64Array | null = null;
    let after = loss;
    for (let size = 1; size > 1e-4 && moved === null; size /= 2) {
      const tried = coefficients.map((value, i) => value + size * direction[i]!);
      after = penalisedLoss(design, examples, penalty, tried);
      if (after <= loss) moved = tried;
    }
    if (moved === null) break;
    coefficients = moved;
    const settled = loss - after <= CONVERGED * Math.abs(after);
    loss = after;
    if (settled) break;
  }
  return coefficients.map((value) => value + 0);
}

function margins(design: Float64Array[], coefficients: Float64Array): Float64Array {
  const margin = new Float64Array(design[0]!.length);
  design.forEach((column, c) => {
    const slope = coefficients[c]!;
    for (let r = 0; r < margin.length; r++) margin[r]! += slope * column[r]!;
  });
  return margin;
}

function penalisedLoss(
  design: Float64Array[],
  examples: Examples,
  penalty: number,
  coefficients: Float64Array,
) {
  const { labels, weights } = examples;
  const margin = margins(design, coefficients);
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
  examples: Examples,
  penalty: number,
  coefficients: Float64Array,
) {
  const { labels, weights } = examples;
  const probabilities = margins(design, coefficients).map(sigmoid);
  const residual = probabilities.map((p, r) => weights[r]! * (labels[r]! - p));
  const curvature = probabilities.map((p, r) => weights[r]! * p * (1 - p));
  const size = design.length;
  const gradient = Matrix.zeros(size, 1);
  const hessian = Matrix.zeros(size, size);
  const weighted = new Float64Array(residual.length);
  for (let a = 0; a < size; a++) {
    const column = design[a]!;
    const ridge = a === 0 ? 0 : penalty;
    for (let r = 0; r < weighted.length; r++) weighted[r] = column[r]! * curvature[r]!;
    gradient.set(a, 0, dot(column, residual) - ridge * coefficients[a]!);
    for (let b = 0; b <= a; b++) {
      const entry = dot(weighted, design[b]!) + (a === b ? ridge + 1e-9 : 0);
      hessian.set(a, b, entry);
      hessian.set(b, a, entry);
    }
  }
  return new CholeskyDecomposition(hessian).solve(gradient).to1DArray();
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

function totalLoss(probabilities: Float64Array, { labels, weights }: Examples): number {
  return probabilities.reduce((sum, p, r) => {
    const right = Math.max(labels[r] === 1 ? p : 1 - p, 1e-15);
    return sum - weights[r]! * Math.log(right);
  }, 0);
}
