import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { asTested, decodeArtifact, encodeArtifact } from './artifact.ts';
import { knownBy } from './known-by.ts';
import { prepareTraining } from './prepare-training.ts';
import { replay, replayChampion } from './replay-champion.ts';
import { trainContestant, trainPrepared } from './train-contestant.ts';

const snapshot = madeUpEstate({ jobs: 12, days: 110, seed: 7 });
const options = { kind: 'base-window-rate', seed: 1 } as const;
const prepared = prepareTraining(snapshot);
const rows = trainPrepared(prepared, options).testPredictions;
const championOf = (daysAgo: number) =>
  trainContestant(knownBy(snapshot, snapshot.cutoff - daysAgo * DAY_MS), options).artifact;

describe('what an older champion would have said of a test', () => {
  it('says what serves of windows that began after it had learned, and what was tested of those before', () => {
    const artifact = championOf(14);
    const champion = decodeArtifact(artifact);
    const said = replayChampion(artifact, prepared, rows);
    const [served, tested] = [champion, asTested(champion)].map((model) => replay(model, prepared, rows));
    const parts = [0, 0];
    for (const [row, cutoff] of rows.cutoff.entries()) {
      const isNew = cutoff >= snapshot.cutoff - 14 * DAY_MS;
      expect(said.probability[row]).toBe((isNew ? served : tested)!.probability[row]);
      parts[Number(isNew)]!++;
    }
    expect(Math.min(...parts)).toBeGreaterThan(0);
    expect(served!.probability).not.toEqual(tested!.probability);
  });

  it('is what serves where the whole test came later, and where what was tested serves', () => {
    for (const artifact of [championOf(50), encodeArtifact(asTested(decodeArtifact(championOf(14))))]) {
      const model = decodeArtifact(artifact);
      expect(replayChampion(artifact, prepared, rows)).toEqual(replay(model, prepared, rows));
    }
  });

  it('is what was tested where it learned from the whole test', () => {
    const { artifact, testPredictions } = trainPrepared(prepared, options);
    expect(replayChampion(artifact, prepared, rows)).toEqual(testPredictions);
  });

  it('is refused for rows that are none of the snapshot', () => {
    const unknown = { ...rows, jobId: rows.jobId.map(() => 999) };
    expect(() => replayChampion(championOf(14), prepared, unknown)).toThrow('job 999 is no candidate');
  });
});
