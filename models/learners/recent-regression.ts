import { DAY_MS } from '../features/feature.ts';
import type { Learner } from './learner.ts';
import { fitLinearModel } from './linear-model.ts';
import { planTerms } from './linear-terms.ts';

/** A row so old counts half as much as the newest. */
const HALF_LIFE_DAYS = 14;

/**
 * Logistic regression that forgets. When something else begins to make jobs fail, the others believe for as long again
 * what was true before. It knows less than they do while nothing changes, so it is chosen when something has.
 */
export const recentLearner: Learner = {
  kind: 'recent',
  fit(matrix, labels, weights, options) {
    const newest = matrix.cutoff.reduce(
      (latest, cutoff) => Math.max(latest, cutoff),
      Number.NEGATIVE_INFINITY,
    );
    const forgotten = weights.map(
      (weight, r) => weight * 0.5 ** ((newest - matrix.cutoff[r]!) / (HALF_LIFE_DAYS * DAY_MS)),
    );
    return fitLinearModel('recent', { matrix, labels, weights: forgotten }, planTerms(matrix), options);
  },
};
