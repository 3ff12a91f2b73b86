import type { Matrices } from '../features/build-matrices.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { type FeatureMatrix, selectRows } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import type { JobHistory } from '../records/job-history.ts';
import type { ForecastModel } from './artifact.ts';
import { predictCandidates } from './predict-candidates.ts';
import { matricesAt, type PreparedSnapshot } from './prepare-training.ts';
import type { TestPredictions } from './test-predictions.ts';

const WEEK_MS = WEEK_DAYS * DAY_MS;

/**
 * The test as a model would have served it: of each week of the test speaks what was there when the week began.
 *
 * @param modelOf what served from an instant on, which may have learned from all that was known then; asked once a week,
 * in their order
 */
export function testWeekly(
  { histories, cutoff, split, matrices }: PreparedSnapshot,
  modelOf: (from: number) => ForecastModel,
): TestPredictions {
  const test = matricesAt(matrices(), split.test);
  const week = new Float64Array(test.week.rows);
  const day = new Float64Array(test.day.rows);
  for (const from of weekStarts(split.test)) {
    const [weekRows, dayRows] = [test.week, test.day].map((matrix) => rowsOfWeek(matrix, from));
    const part: Matrices = {
      week: selectRows(test.week, weekRows!),
      day: selectRows(test.day, dayRows!),
    };
    const said = predictCandidates(modelOf(from), part);
    weekRows!.forEach((row, i) => {
      week[row] = said.week[i]!;
    });
    dayRows!.forEach((row, i) => {
      day[row] = said.day[i]!;
    });
  }
  return together(histories, cutoff, [
    { matrix: test.week, probability: week },
    { matrix: test.day, probability: day },
  ]);
}

/** The instants at which the weeks of a test begin, counted from its first cutoff; weeks without a cutoff left out. */
function weekStarts(test: readonly number[]): number[] {
  const first = test[0];
  if (first === undefined) return [];
  return [...new Set(test.map((cutoff) => first + Math.floor((cutoff - first) / WEEK_MS) * WEEK_MS))];
}

const rowsOfWeek = ({ cutoff }: FeatureMatrix, from: number) =>
  Int32Array.from(cutoff.keys()).filter((row) => cutoff[row]! >= from && cutoff[row]! < from + WEEK_MS);

/** One after the other, with what happened. */
function together(
  histories: readonly JobHistory[],
  knownBy: number,
  parts: readonly { matrix: FeatureMatrix; probability: Float64Array }[],
): TestPredictions {
  const matrices = parts.map(({ matrix }) => matrix);
  const jobIds = ({ jobIndex }: FeatureMatrix) => Array.from(jobIndex, (j) => histories[j]!.jobId);
  return {
    jobId: Float64Array.from(matrices.flatMap(jobIds)),
    cutoff: Float64Array.from(matrices.flatMap(({ cutoff }) => [...cutoff])),
    horizon: Uint8Array.from(matrices.flatMap(({ horizon }) => [...horizon])),
    label: Uint8Array.from(matrices.flatMap((matrix) => [...labelWindows(matrix, histories, knownBy)])),
    probability: Float64Array.from(parts.flatMap(({ probability }) => [...probability])),
  };
}
