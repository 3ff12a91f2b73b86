import { type ScoreCard, scoreCard } from '../alerts/score-card.ts';
import { type CalibrationBin, calibrationBins } from '../evaluation/calibration-bins.ts';
import { expectedCalibrationError } from '../evaluation/expected-calibration-error.ts';

/** A forecast week of a job and what became of it. */
export interface ForecastPair {
  cutoff: Date;
  modelVersion: number;
  probability: number;
  failed: boolean;
  /** Share of the job's weeks with a failure, as known at the cutoff; null or left out: not known. */
  baseRate?: number | null;
}

export interface ForecastScore extends Omit<ScoreCard, 'misses'> {
  cutoff: Date;
  modelVersion: number;
}

/** How forecasts did whose week is over: each for itself, and all together by probability. */
export interface ForecastScores {
  items: ForecastScore[];
  calibration: CalibrationBin[];
  /** Null: no forecast to judge by. */
  calibrationError: number | null;
}

/** @param pairs of one forecast beside one another, the most likely first. */
export function scoreForecasts(pairs: readonly ForecastPair[]): ForecastScores {
  const labels = Uint8Array.from(pairs, ({ failed }) => Number(failed));
  const probabilities = Float64Array.from(pairs, ({ probability }) => probability);
  const ofForecast = Map.groupBy(pairs, ({ cutoff }) => cutoff.getTime());
  return {
    items: [...ofForecast.values()].map((jobs) => {
      const outcomes = jobs.map(({ probability, failed, baseRate }, i) => ({
        job: '',
        rank: i + 1,
        probability,
        failed,
        baseRate: baseRate ?? null,
      }));
      const { misses: _, ...card } = scoreCard(outcomes);
      const { cutoff, modelVersion } = jobs[0]!;
      return { cutoff, modelVersion, ...card };
    }),
    calibration: calibrationBins(labels, probabilities),
    calibrationError: expectedCalibrationError(labels, probabilities),
  };
}
