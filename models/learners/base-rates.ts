import { columnNamed, type FeatureMatrix, requireColumns } from '../features/feature-matrix.ts';
import type { Explanation, FittedModel, Learner, LearnerKind, ModelJson } from './learner.ts';

/** With no closed window to learn from: one failing window in ten, an estate's usual order of magnitude. */
const DEFAULT_PRIOR = 0.1;
export const RUN_PRIOR_WEIGHT = 5;
export const WINDOW_PRIOR_WEIGHT = 3;

/** Reads the columns it needs once, then answers per row. */
type Rate = (matrix: FeatureMatrix) => { feature: string; at: (row: number) => number };
export type RateParameters = { prior: number; afterQuiet: number; afterFailure: number };

const rates: Record<string, (parameters: RateParameters) => Rate> = {
  'base-run-rate':
    ({ prior }) =>
    (matrix) => {
      const runs = columnNamed(matrix, 'runs_all');
      const failed = columnNamed(matrix, 'failed_all');
      const at = (r: number) => (failed[r]! + RUN_PRIOR_WEIGHT * prior) / (runs[r]! + RUN_PRIOR_WEIGHT);
      return { feature: 'failure_rate_all', at };
    },
  'base-window-rate':
    ({ prior }) =>
    (matrix) => {
      const closed = columnNamed(matrix, 'windows_closed');
      const weeks = columnNamed(matrix, 'windows_failed');
      const days = columnNamed(matrix, 'window_days_failed');
      const at = (r: number) => {
        const failed = matrix.horizon[r] === 0 ? weeks[r]! : days[r]!;
        const windows = matrix.horizon[r] === 0 ? closed[r]! : 7 * closed[r]!;
        return (failed + WINDOW_PRIOR_WEIGHT * prior) / (windows + WINDOW_PRIOR_WEIGHT);
      };
      return { feature: 'window_failure_rate', at };
    },
  'base-persistence':
    ({ afterQuiet, afterFailure }) =>
    (matrix) => {
      const week = columnNamed(matrix, 'last_window_failed');
      const day = columnNamed(matrix, 'last_day_failed');
      const at = (r: number) =>
        (matrix.horizon[r] === 0 ? week[r] : day[r]) === 1 ? afterFailure : afterQuiet;
      return { feature: 'last_window_failed', at };
    },
};

/**
 * The rates a learner must beat.
 *
 * R, `base-run-rate`: the job's share of failed runs, as if five runs more had the rate of all.
 * W, `base-window-rate`: the job's share of past windows (weeks, or days of those weeks) with a failure, as if
 * three windows more had the rate of all. P, `base-persistence`: the rate seen after a window like the last one.
 *
 * They can be fitted on no rows at all: then the rate of all is taken as 0.1.
 */
export const baseRateLearners: Learner[] = Object.keys(rates).map((name) => {
  const kind = name as LearnerKind;
  return {
    kind,
    fit(matrix, labels, weights) {
      const parameters =
        kind === 'base-run-rate' ? runRatePrior(matrix) : windowPriors(matrix, labels, weights);
      return baseRateModel(kind, matrix.names, parameters);
    },
  };
});

function runRatePrior(matrix: FeatureMatrix): RateParameters {
  const total = (name: string) => columnNamed(matrix, name).reduce((sum, value) => sum + value, 0);
  const prior = (total('failed_all') + 1) / (total('runs_all') + 1 / DEFAULT_PRIOR);
  return { prior, afterQuiet: prior, afterFailure: prior };
}

function windowPriors(matrix: FeatureMatrix, labels: Uint8Array, weights: Float64Array): RateParameters {
  const week = columnNamed(matrix, 'last_window_failed');
  const day = columnNamed(matrix, 'last_day_failed');
  const positives = [0, 0];
  const totals = [0, 0];
  for (let r = 0; r < matrix.rows; r++) {
    const state = matrix.horizon[r] === 0 ? week[r]! : day[r]!;
    positives[state]! += weights[r]! * labels[r]!;
    totals[state]! += weights[r]!;
  }
  const prior = (positives[0]! + positives[1]! + 1) / (totals[0]! + totals[1]! + 1 / DEFAULT_PRIOR);
  const after = (state: number) => (positives[state]! + 10 * prior) / (totals[state]! + 10);
  return { prior, afterQuiet: after(0), afterFailure: after(1) };
}

function baseRateModel(kind: LearnerKind, names: string[], parameters: RateParameters): FittedModel {
  const rate = rates[kind]!(parameters);
  return {
    kind,
    names,
    settings: {},
    predict(matrix) {
      requireColumns(matrix, names);
      const { at } = rate(matrix);
      return Float64Array.from({ length: matrix.rows }, (_, r) => at(r));
    },
    explain(matrix, row): Explanation {
      const { feature, at } = rate(matrix);
      const margin = at(row);
      const contributions = names.map((name, f) => ({
        feature: name,
        value: matrix.columns[f]![row]!,
        contribution: name === feature ? margin - parameters.prior : 0,
      }));
      return { base: parameters.prior, margin, contributions };
    },
    toJSON: () => ({ kind, version: 1, names, settings: {}, parameters }),
  };
}

export const baseRateFromJson = (json: ModelJson): FittedModel =>
  baseRateModel(json.kind, json.names, json.parameters as RateParameters);
