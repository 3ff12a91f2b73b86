import type { Learner } from './learner.ts';
import { fitLinearModel } from './linear-model.ts';
import { planTerms } from './linear-terms.ts';

/** Logistic regression on all features. */
export const logisticLearner: Learner = {
  kind: 'logistic',
  fit(matrix, labels, weights, options) {
    return fitLinearModel('logistic', { matrix, labels, weights }, planTerms(matrix), options);
  },
};
