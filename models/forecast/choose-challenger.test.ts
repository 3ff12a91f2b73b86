import { expect, it } from 'vitest';
import { type ForecastMetrics, measureForecast } from '../evaluation/measure-forecast.ts';
import type { LearnerKind } from '../learners/learner.ts';
import { chooseChallenger } from './choose-challenger.ts';
import type { HeadReport } from './train-contestant.ts';

const metrics = (averagePrecision: number | null, brier: number, positives: number): ForecastMetrics => ({
  ...measureForecast(Uint8Array.of(1, 0), Float64Array.of(0.6, 0.4)),
  averagePrecision,
  brier,
  positives,
});

function report(
  kind: LearnerKind,
  all: number | null,
  { brier = 0.1, onset = null, onsets = 40 }: { brier?: number; onset?: number | null; onsets?: number } = {},
) {
  const week: HeadReport = {
    trainRows: 100,
    trainPositives: 20,
    calibration: 'identity',
    settings: {},
    test: metrics(all, brier, 60),
    onset: metrics(onset, brier, onsets),
  };
  return { kind, week };
}

it('decides ties in average precision by the Brier score', () => {
  const forest = report('forest', 0.5);
  expect(chooseChallenger([forest, report('boosting', 0.498, { brier: 0.09 })])).toBe('boosting');
  expect(chooseChallenger([forest, report('boosting', 0.48, { brier: 0.09 })])).toBe('forest');
  expect(chooseChallenger([forest, report('boosting', 0.5)])).toBe('forest');
});

it('takes one whose average precision is known', () => {
  expect(chooseChallenger([report('logistic', null, { brier: 0.01 }), report('boosting', 0.1)])).toBe(
    'boosting',
  );
  expect(() => chooseChallenger([])).toThrow('requires at least 1 report, got 0');
});

it('weighs what begins to fail as much as all that fails', () => {
  const continues = report('boosting', 0.52, { onset: 0.1 });
  const begins = report('chains', 0.5, { onset: 0.2 });
  expect(chooseChallenger([continues, begins])).toBe('chains');
});

it('does not rank by a handful of onsets', () => {
  const continues = report('boosting', 0.52, { onset: 0.1, onsets: 9 });
  const begins = report('chains', 0.5, { onset: 0.9, onsets: 9 });
  expect(chooseChallenger([continues, begins])).toBe('boosting');
});
