import type { Matrices } from '../features/build-matrices.ts';
import { type ImportedFiles, readImported } from './imported-model.ts';
import type { PreparedSnapshot } from './prepare-training.ts';
import { type TrainedContestant, type TrainingOptions, trainPrepared } from './train-contestant.ts';

/** A model trained elsewhere has learned from the windows it would be tested on, or does not say. Never cured by trying again. */
export class TestMayBeKnown extends Error {
  override name = 'TestMayBeKnown';
}

const iso = (instant: number) => new Date(instant).toISOString();

/**
 * Calibrates a model trained elsewhere on a snapshot and tests it on the same last windows as every contestant.
 * Same snapshot, files and seed: same bytes.
 *
 * @param trainedAt nothing that became known later was learned from, epoch milliseconds; null: the files tell
 * @throws OnnxNotUnderstood for a wrong file
 * @throws TestMayBeKnown unless it is told that nothing was learned from the test windows: an examination whose answers
 * were known beforehand says nothing
 * @throws TooFewRuns when there is too little to calibrate with or no window to be tested on
 */
export function testImported(
  prepared: PreparedSnapshot,
  {
    files,
    trainedAt,
    ...options
  }: Pick<TrainingOptions, 'seed' | 'onProgress'> & {
    files: ImportedFiles;
    trainedAt: number | null;
  },
): TrainedContestant {
  const read = readImported(files);
  const told = [read.trainedAt, trainedAt].filter((instant) => instant !== null);
  const until = Math.max(...told);
  const { firstTest } = prepared.split;
  const expected = `expected a model that learned from nothing known after ${firstTest === null ? 'the test' : iso(firstTest)}`;
  if (told.length === 0) throw new TestMayBeKnown(`trained_at: ${expected}, found no word of it`);
  if (firstTest !== null && until > firstTest) {
    throw new TestMayBeKnown(`trained_at: ${expected}, found ${iso(until)}`);
  }
  const given = (training: Matrices) => ({ ...readImported(files, training), trainedAt: until });
  return trainPrepared(prepared, { ...options, kind: read.kind, given });
}
