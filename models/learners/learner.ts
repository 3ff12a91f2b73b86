import type { FeatureMatrix } from '../features/feature-matrix.ts';

/** R, W and P of the design, then those that learn. */
export const LEARNER_KINDS = [
  'base-run-rate',
  'base-window-rate',
  'base-persistence',
  'chains',
  'logistic',
  'recent',
  'boosting',
  'blend',
  'forest',
  'ml-random-forest',
] as const;
export type LearnerKind = (typeof LEARNER_KINDS)[number];

export const BASE_RATE_KINDS: readonly LearnerKind[] = [
  'base-run-rate',
  'base-window-rate',
  'base-persistence',
];
/** A sum of terms each. */
const LINEAR_KINDS: readonly LearnerKind[] = ['chains', 'logistic', 'recent'];
export const isLinear = (kind: LearnerKind) => LINEAR_KINDS.includes(kind);

export const isBaseRate = (kind: LearnerKind) => BASE_RATE_KINDS.includes(kind);

/** Rows with their outcome: label 0 or 1, weight > 0. */
export interface Examples {
  matrix: FeatureMatrix;
  labels: Uint8Array;
  weights: Float64Array;
}

/** What a fit chose by itself (rounds of boosting, penalty): given back, a second fit on more rows reuses it. */
export type Settings = Record<string, number>;

export interface FitOptions {
  seed: number;
  /** Examples of a later time, on which the learner chooses its settings; never random rows of the same time. */
  later?: Examples;
  settings?: Settings;
}

export interface Contribution {
  feature: string;
  /** The feature's value in the row; NaN when missing. */
  value: number;
  /** Share of `margin - base` that the feature accounts for. */
  contribution: number;
}

export interface Explanation {
  /** Margin of an average training row. */
  base: number;
  /** Log-odds for boosting and logistic regression, probability for forests and base rates. */
  margin: number;
  /** One per feature, in the matrix's order; they add up to `margin - base`. */
  contributions: Contribution[];
}

/** JSON of a fitted model: `kind` and `version` say how to read the rest. Numbers only, no code. */
export interface ModelJson {
  kind: LearnerKind;
  version: number;
  names: string[];
  settings: Settings;
  [part: string]: unknown;
}

export interface FittedModel {
  readonly kind: LearnerKind;
  readonly names: string[];
  readonly settings: Settings;
  /** Probability of label 1 for every row, not calibrated. @throws Error when the columns differ. */
  predict(matrix: FeatureMatrix): Float64Array;
  explain(matrix: FeatureMatrix, row: number): Explanation;
  toJSON(): ModelJson;
}

export interface Learner {
  readonly kind: LearnerKind;
  /** Same input and seed, same model to the last bit. @throws Error when there is nothing to learn from. */
  fit(matrix: FeatureMatrix, labels: Uint8Array, weights: Float64Array, options: FitOptions): FittedModel;
}

/** @throws Error unless every row has a label and a weight, and both labels occur. */
export function requireBothLabels(kind: LearnerKind, { matrix, labels, weights }: Examples): void {
  if (labels.length !== matrix.rows || weights.length !== matrix.rows) {
    throw new Error(
      `${kind}: expected ${matrix.rows} labels and weights, found ${labels.length} and ${weights.length}`,
    );
  }
  if (!labels.includes(1) || !labels.includes(0)) {
    throw new Error(`${kind}: learning requires rows of both labels, got ${labels.length} of one`);
  }
}

/** Weighted share of label 1. */
export function meanLabel({ labels, weights }: Examples): number {
  let positives = 0;
  let total = 0;
  for (let r = 0; r < labels.length; r++) {
    positives += weights[r]! * labels[r]!;
    total += weights[r]!;
  }
  return positives / total;
}
