import type { FeatureMatrix } from '../features/feature-matrix.ts';
import type { Learner } from './learner.ts';
import { fitLinearModel } from './linear-model.ts';
import { planTerm, type Term } from './linear-terms.ts';

/** What the chains say of the window: more of it never makes a failure less likely. */
const WINDOW_ODDS = [
  'odds_days',
  'odds_days_recent',
  'odds_level',
  'odds_runs',
  'odds_runs_28d',
  'odds_windows',
  'odds_active',
];
/** Shares of failures, likewise. */
const SHARES = [
  'failure_rate_1d',
  'failure_rate_7d',
  'failure_rate_28d',
  'owner_failure_rate_28d',
  'weekday_failure_rate',
];
/** What may raise or lower. */
const FREE: [name: string, form: Term['form']][] = [
  ['last_day_failed', 'raw'],
  ['last_run_failed', 'raw'],
  ['last_window_failed', 'raw'],
  ['failure_streak', 'log'],
  ['success_streak', 'log'],
  ['runs_all', 'log'],
  ['age_days', 'log'],
  ['runs_28d', 'log'],
  ['host_disk_peak', 'raw'],
  ['host_disk_trend', 'raw'],
  ['host_neighbours_failure_rate_7d', 'odds'],
];

/**
 * Stacks the forecasts of the failure chains: a logistic regression on their log-odds and a few facts of the moment.
 * Weights of forecasts are not negative (Breiman, "Stacked regressions", 1996): where few windows are known, a free
 * weight would follow the accident that the better forecast was the worse one for a while.
 */
export const chainLearner: Learner = {
  kind: 'chains',
  fit(matrix, labels, weights, options) {
    const planned = planChainTerms(matrix);
    const terms = planned.map(({ term }) => term);
    const floors = planned.map(({ floor }) => floor);
    return fitLinearModel('chains', { matrix, labels, weights }, terms, options, floors);
  },
};

function planChainTerms(matrix: FeatureMatrix): { term: Term; floor: number }[] {
  const target = matrix.names.includes('day_odds_days') ? 'day' : 'week';
  const wanted: [name: string, form: Term['form'], floor: number][] = [
    ...WINDOW_ODDS.map((name): [string, 'raw', number] => [`${target}_${name}`, 'raw', 0]),
    ['odds_run_failure', 'raw', 0],
    ...SHARES.map((name): [string, 'odds', number] => [name, 'odds', 0]),
    ...FREE.map(([name, form]): [string, Term['form'], number] => [name, form, Number.NEGATIVE_INFINITY]),
  ];
  return wanted.flatMap(([name, form, floor]) => {
    const source = matrix.names.indexOf(name);
    const term = source < 0 ? null : planTerm(matrix, source, form);
    return term === null ? [] : [{ term, floor }];
  });
}
