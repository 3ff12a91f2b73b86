import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { decodeArtifact } from './artifact.ts';
import { fitModel, recipeOf } from './fit-model.ts';
import { knownBy } from './known-by.ts';
import { prepareTraining } from './prepare-training.ts';
import { replayChampion } from './replay-champion.ts';
import { testWeekly } from './test-weekly.ts';
import { trainContestant, trainPrepared } from './train-contestant.ts';

const snapshot = madeUpEstate({ jobs: 12, days: 110, seed: 7 });
const options = { kind: 'base-window-rate', seed: 1 } as const;
const prepared = prepareTraining(snapshot);
const championOf = (daysAgo: number) =>
  trainContestant(knownBy(snapshot, snapshot.cutoff - daysAgo * DAY_MS), options).artifact;

describe('what an older champion would have said of a test', () => {
  it('is what serves, where the whole test came later', () => {
    const artifact = championOf(50);
    const model = decodeArtifact(artifact);
    expect(replayChampion(artifact, prepared)).toEqual(testWeekly(prepared, () => model));
  });

  it('is, of the weeks before it had learned, its kind fitted on what was known when each began', () => {
    const artifact = championOf(14);
    const champion = decodeArtifact(artifact);
    const said = replayChampion(artifact, prepared);
    const [served, then] = [
      () => champion,
      (from: number) => fitModel(recipeOf(champion), prepared, from, { sampled: true }),
    ].map((modelOf) => testWeekly(prepared, modelOf));
    const parts = [0, 0];
    for (const [row, cutoff] of said.cutoff.entries()) {
      const weekBegan = cutoff - ((cutoff - prepared.split.firstTest!) % (7 * DAY_MS));
      const isNew = weekBegan >= champion.trainedAt;
      expect(said.probability[row]).toBe((isNew ? served : then)!.probability[row]);
      parts[Number(isNew)]!++;
    }
    expect(Math.min(...parts)).toBeGreaterThan(0);
    expect(served!.probability).not.toEqual(then!.probability);
  });

  it('is the test of a contestant that learned from the whole test, for the champion that it became', () => {
    const { artifact, testPredictions } = trainPrepared(prepared, options);
    expect(replayChampion(artifact, prepared)).toEqual(testPredictions);
  });

  it('is what serves where too little was known for its kind', () => {
    const chains = trainPrepared(prepared, { kind: 'chains', seed: 1 }).artifact;
    const model = decodeArtifact(chains);
    const quiet = prepareTraining({
      ...snapshot,
      histories: snapshot.histories.map((job) => ({ ...job, status: job.status.map(() => 1) })),
    });
    expect(replayChampion(chains, quiet)).toEqual(testWeekly(quiet, () => model));
  });
});
