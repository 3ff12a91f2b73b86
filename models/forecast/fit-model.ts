import { WEEK_DAYS } from '../features/feature.ts';
import { type FeatureMatrix, selectRows } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import type { LearnerKind } from '../learners/learner.ts';
import type { ForecastModel, Head } from './artifact.ts';
import { fitWeights, MAX_FIT_ROWS, requireEnough, rowsAt, sampleQuiet } from './fit-examples.ts';
import { fitChosen, type HeadChoice } from './fit-head.ts';
import type { PreparedSnapshot } from './prepare-training.ts';
import { closedBy } from './split-cutoffs.ts';

/** By what a model is fitted, at whatever time. */
export interface Recipe {
  kind: LearnerKind;
  seed: number;
  week: HeadChoice;
  day: HeadChoice;
}

/** By what a model was fitted. */
export function recipeOf({ kind, seed, week, day }: ForecastModel): Recipe {
  const choiceOf = ({ model, calibrator, interval }: Head): HeadChoice => ({
    settings: model.settings,
    shape: calibrator.shape,
    interval,
  });
  return { kind, seed, week: choiceOf(week), day: choiceOf(day) };
}

/**
 * Fits both heads on every window of the snapshot that had closed at an instant, by what was known then.
 *
 * @param known epoch milliseconds, the snapshot's cutoff at most
 * @param sampled of rows without a failure a sample is enough: for a fit that only a test needs
 * @throws TooFewRuns when a learner has too little to learn from
 */
export function fitModel(
  recipe: Recipe,
  { histories, plan, matrices }: Pick<PreparedSnapshot, 'histories' | 'plan' | 'matrices'>,
  known: number,
  { sampled }: { sampled: boolean },
): ForecastModel {
  const { kind, seed } = recipe;
  const train = closedBy(plan.cutoffs, known, WEEK_DAYS);
  const fitted = (choice: HeadChoice, matrix: FeatureMatrix): Head => {
    const taught = selectRows(matrix, rowsAt(matrix, train, { seed, maxRows: MAX_FIT_ROWS }));
    const examples = {
      matrix: taught,
      labels: labelWindows(taught, histories, known),
      weights: fitWeights(taught.cutoff),
    };
    requireEnough(kind, examples);
    return fitChosen(kind, choice, sampled ? sampleQuiet(examples, seed) : examples, { seed });
  };
  const all = matrices();
  return {
    kind,
    seed,
    trainedAt: known,
    week: fitted(recipe.week, all.week),
    day: fitted(recipe.day, all.day),
  };
}
