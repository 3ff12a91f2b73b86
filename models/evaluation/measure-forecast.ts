import { averagePrecision } from './average-precision.ts';
import { brierScore } from './brier-score.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { logLoss } from './log-loss.ts';
import { rocAuc } from './roc-auc.ts';

/** Null stands for "not enough data": no rows, or only one label among them. */
export interface ForecastMetrics {
  rows: number;
  positives: number;
  averagePrecision: number | null;
  rocAuc: number | null;
  brier: number | null;
  logLoss: number | null;
  calibrationError: number | null;
}

export function measureForecast(labels: Uint8Array, probabilities: Float64Array): ForecastMetrics {
  return {
    rows: labels.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
    averagePrecision: averagePrecision(labels, probabilities),
    rocAuc: rocAuc(labels, probabilities),
    brier: brierScore(labels, probabilities),
    logLoss: logLoss(labels, probabilities),
    calibrationError: expectedCalibrationError(labels, probabilities),
  };
}
