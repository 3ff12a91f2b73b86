import { asTested, decodeArtifact, type ForecastModel } from './artifact.ts';
import { predictCandidates } from './predict-candidates.ts';
import { matricesAt, type PreparedSnapshot } from './prepare-training.ts';
import type { TestPredictions } from './test-predictions.ts';

/**
 * What an older model would have forecast for the test windows of a snapshot, so that champion and challenger
 * are compared on the same rows. What serves says it of windows that began after it had learned; of older ones, which may
 * have taught it, says it what was tested.
 *
 * @param rows test predictions of any contestant trained on this snapshot
 * @throws Error when a row is no candidate of the snapshot
 */
export function replayChampion(
  artifact: Uint8Array,
  prepared: PreparedSnapshot,
  rows: TestPredictions,
): TestPredictions {
  const model = decodeArtifact(artifact);
  const isNew = (row: number) => model.tested === null || rows.cutoff[row]! >= model.trainedAt;
  const positions = Array.from(rows.cutoff.keys());
  const served = positions.some(isNew) ? replay(model, prepared, rows) : null;
  const tested = positions.every(isNew) ? null : replay(asTested(model), prepared, rows);
  const said = (row: number) => (isNew(row) ? served : tested)!.probability[row]!;
  return { ...rows, probability: Float64Array.from(positions, said) };
}

/** What a model says of the test windows of a snapshot. @throws Error as above */
export function replay(
  model: ForecastModel,
  { histories, matrices: all }: PreparedSnapshot,
  rows: TestPredictions,
): TestPredictions {
  const cutoffs = [...new Set(rows.cutoff)].sort((a, b) => a - b);
  const matrices = matricesAt(all(), cutoffs);
  const { week, day } = predictCandidates(model, matrices);
  const positions = new Map<string, number>();
  for (let r = 0; r < matrices.week.rows; r++) {
    positions.set(`${histories[matrices.week.jobIndex[r]!]!.jobId} ${matrices.week.cutoff[r]}`, r);
  }
  const probability = Float64Array.from(rows.jobId, (jobId, i) => {
    const row = positions.get(`${jobId} ${rows.cutoff[i]}`);
    if (row === undefined) {
      throw new Error(`test row ${i}: job ${jobId} is no candidate of the snapshot at ${rows.cutoff[i]}`);
    }
    const horizon = rows.horizon[i]!;
    return horizon === 0 ? week[row]! : day[7 * row + horizon - 1]!;
  });
  return { ...rows, probability };
}
