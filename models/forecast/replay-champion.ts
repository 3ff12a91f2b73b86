import { decodeArtifact, type ForecastModel } from './artifact.ts';
import { TooFewRuns } from './fit-examples.ts';
import { fitModel, recipeOf } from './fit-model.ts';
import type { PreparedSnapshot } from './prepare-training.ts';
import type { TestPredictions } from './test-predictions.ts';
import { testWeekly } from './test-weekly.ts';

/**
 * What an older model would have forecast for the test windows of a snapshot, so that champion and challenger
 * are compared on the same rows. In weeks that began after it had learned it serves as it is. Of those before, which may
 * have taught it, speaks what a challenger is there, too: the same kind with the same settings, fitted on what was known
 * when the week began. Where that was too little to learn from it speaks of these as well, which can only favour it.
 */
export function replayChampion(artifact: Uint8Array, prepared: PreparedSnapshot): TestPredictions {
  const champion = decodeArtifact(artifact);
  return testWeekly(prepared, (from) =>
    from >= champion.trainedAt ? champion : asKnown(champion, prepared, from),
  );
}

function asKnown(champion: ForecastModel, prepared: PreparedSnapshot, from: number): ForecastModel {
  try {
    return fitModel(recipeOf(champion), prepared, from, { sampled: true });
  } catch (error) {
    if (error instanceof TooFewRuns) return champion;
    throw error;
  }
}
