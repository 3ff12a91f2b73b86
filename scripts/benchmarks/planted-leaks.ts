/** Ways in which features may come to know the future, planted on purpose. */
import { buildMatrices, type Matrices } from '../../models/features/build-matrices.ts';
import { DAY_MS, WEEK_DAYS } from '../../models/features/feature.ts';
import { columnNamed, type FeatureMatrix } from '../../models/features/feature-matrix.ts';
import { madeUpEstate } from '../../models/features/made-up-jobs.ts';
import type { MatrixBuilder } from '../../models/forecast/prepare-training.ts';
import type { Snapshot } from '../../models/forecast/snapshot.ts';
import { seededRandom } from '../../models/random.ts';
import type { JobHistory } from '../../models/records/job-history.ts';
import { FAILED } from '../../models/records/run.ts';

/** Failed runs that start in the window of a row: what is to be forecast. */
function failuresAhead(histories: readonly JobHistory[], matrix: FeatureMatrix, row: number): number {
  const { startedAt, status } = histories[matrix.jobIndex[row]!]!;
  const horizon = matrix.horizon[row]!;
  const cutoff = matrix.cutoff[row]!;
  const from = cutoff + (horizon === 0 ? 0 : (horizon - 1) * DAY_MS);
  const to = cutoff + (horizon === 0 ? WEEK_DAYS : horizon) * DAY_MS;
  return startedAt.reduce((sum, at, i) => sum + (at >= from && at < to && status[i] === FAILED ? 1 : 0), 0);
}

type Change = (value: number, ahead: number, row: number) => number;

/** Writes what is ahead into a column of both heads, or of the days only. */
function tellAhead(
  feature: string,
  change: Change,
  heads: readonly (keyof Matrices)[] = ['week', 'day'],
): MatrixBuilder {
  return (histories, hostSeries, cutoffs, options) => {
    const { week, day } = buildMatrices(histories, hostSeries, cutoffs, options);
    const told: Matrices = { week, day };
    for (const head of heads) {
      const matrix = told[head];
      const column = columnNamed(matrix, feature).map((value, row) =>
        change(value, failuresAhead(histories, matrix, row), row),
      );
      const columns = matrix.columns.map((other, f) => (matrix.names[f] === feature ? column : other));
      told[head] = { ...matrix, columns };
    }
    return told;
  };
}

/** Share of the labels that a noisy copy has wrong. */
const WRONG = 0.15;

/** The value of a job's next cutoff, where more than one is asked for. */
const nextCutoff: MatrixBuilder = (histories, hostSeries, cutoffs, options) => {
  const { week, day } = buildMatrices(histories, hostSeries, cutoffs, options);
  const shifted = (matrix: FeatureMatrix, steps: number): FeatureMatrix => ({
    ...matrix,
    columns: matrix.columns.map((column, f) =>
      matrix.names[f] !== 'failed_7d'
        ? column
        : column.map((value, row) => {
            const later = row + steps;
            return matrix.jobIndex[later] === matrix.jobIndex[row] ? column[later]! : value;
          }),
    ),
  });
  const steps = Math.max(
    1,
    cutoffs.findIndex((cutoff) => cutoff >= cutoffs[0]! + WEEK_DAYS * DAY_MS),
  );
  return { week: shifted(week, steps), day: shifted(day, WEEK_DAYS * steps) };
};

/** Takes every record for known when it happened. */
const ignoreArrival: MatrixBuilder = (histories, hostSeries, cutoffs, options) =>
  buildMatrices(
    histories.map((job) => ({ ...job, knownAt: job.startedAt })),
    hostSeries,
    cutoffs,
    options,
  );

/** By the names that the document tells. */
export const LEAKS: Record<string, MatrixBuilder> = {
  'future run counted': tellAhead('failed_7d', (value, ahead) => value + ahead),
  'label copied with noise': tellAhead('failure_rate_28d', (_, ahead, row) => {
    const isWrong = seededRandom(row).uniform() < WRONG;
    return ahead > 0 !== isWrong ? 1 : 0;
  }),
  'label in the last digits': tellAhead('age_days', (value, ahead) => value + (ahead > 0 ? 1e-11 : 0)),
  'target day known': tellAhead('weekday_failure_rate', (value, ahead) => value + ahead, ['day']),
  'value of a later cutoff': nextCutoff,
  'arrival time ignored': ignoreArrival,
};

/** Pure noise whose runs are told up to three days late, one in five: only a leak can forecast it. */
export function lateNoise(options: { jobs: number; days: number; seed: number }): Snapshot {
  const estate = madeUpEstate({ ...options, noise: true });
  const random = seededRandom(options.seed);
  const late = () => (random.uniform() < 0.2 ? 3 * DAY_MS * random.uniform() : 0);
  return {
    ...estate,
    histories: estate.histories.map((job) => ({ ...job, knownAt: job.knownAt.map((at) => at + late()) })),
  };
}
