import { lossAtLevel } from '../evaluation/calibrate.ts';
import { type FeatureMatrix, requireColumns } from '../features/feature-matrix.ts';
import { logit, sigmoid } from '../log-odds.ts';
import {
  type Examples,
  type Explanation,
  type FitOptions,
  type FittedModel,
  type LearnerKind,
  type ModelJson,
  meanLabel,
  requireBothLabels,
  type Settings,
} from './learner.ts';
import { type Term, termValue } from './linear-terms.ts';
import { fitRidgeLogistic } from './ridge-logistic.ts';

/**
 * Ridge penalties tried on later time, strongest first so that each fit starts from the one before. Each is judged at
 * the level of that time: how often things fail swings, and a strong penalty would win by promising less.
 */
const PENALTIES = [1000, 100, 10, 1];
const DEFAULT_PENALTY = 30;

/**
 * Fits the log-odds as a sum of terms; the penalty is chosen on later time when there is.
 *
 * @param floors the least coefficient of each term, -Infinity for none; not given: none has a floor
 */
export function fitLinearModel(
  kind: LearnerKind,
  examples: Examples,
  terms: Term[],
  { later, settings }: FitOptions,
  floors?: readonly number[],
): FittedModel {
  requireBothLabels(kind, examples);
  const { names } = examples.matrix;
  const design = designColumns(terms, examples.matrix);
  const lowest = floors && Float64Array.from([Number.NEGATIVE_INFINITY, ...floors]);
  const start = new Float64Array(terms.length + 1);
  start[0] = logit(meanLabel(examples));
  const fitWith = (penalty: number, from: Float64Array) =>
    fitRidgeLogistic(design, examples, penalty, from, lowest);
  if (settings?.penalty !== undefined || later === undefined || later.labels.length === 0) {
    const penalty = settings?.penalty ?? DEFAULT_PENALTY;
    return linearModel(kind, names, terms, fitWith(penalty, start), { penalty });
  }
  let best: FittedModel | null = null;
  let lowestLoss = Number.POSITIVE_INFINITY;
  let coefficients: Float64Array = start;
  for (const penalty of PENALTIES) {
    coefficients = fitWith(penalty, coefficients);
    const model = linearModel(kind, names, terms, coefficients, { penalty });
    const loss = lossAtLevel(later, model.predict(later.matrix));
    if (best === null || loss < lowestLoss) {
      best = model;
      lowestLoss = loss;
    }
  }
  return best!;
}

/** Reads what `toJSON` of a linear model wrote. */
export function linearFromJson(json: ModelJson): FittedModel {
  const { kind, names, settings, terms, coefficients } = json as ModelJson & {
    terms: Term[];
    coefficients: number[];
  };
  return linearModel(kind, names, terms, Float64Array.from(coefficients), settings);
}

function linearModel(
  kind: LearnerKind,
  names: string[],
  terms: Term[],
  coefficients: Float64Array,
  settings: Settings,
): FittedModel {
  return {
    kind,
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
    toJSON: () => ({ kind, version: 1, names, settings, terms, coefficients: [...coefficients] }),
  };
}

function designColumns(terms: Term[], matrix: FeatureMatrix): Float64Array[] {
  const ones = new Float64Array(matrix.rows).fill(1);
  return [ones, ...terms.map((term) => matrix.columns[term.source]!.map((value) => termValue(term, value)))];
}
