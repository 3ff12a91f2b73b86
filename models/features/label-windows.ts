import type { JobHistory } from '../records/job-history.ts';
import { FAILED } from '../records/run.ts';
import { DAY_MS, WEEK_DAYS } from './feature.ts';
import type { FeatureMatrix } from './feature-matrix.ts';
import { firstAtOrAfter } from './first-at-or-after.ts';

/**
 * 1 where the row's window saw a failed run start, else 0: the day `horizon` after the cutoff, or the whole
 * week where horizon is 0. Only failures known by `knownBy` count.
 *
 * @throws Error when a window has not closed by `knownBy`: its label would be a guess.
 */
export function labelWindows(
  matrix: FeatureMatrix,
  histories: readonly JobHistory[],
  knownBy: number,
): Uint8Array {
  const failures = histories.map((job) =>
    job.startedAt.filter((_, i) => job.status[i] === FAILED && job.knownAt[i]! <= knownBy),
  );
  const labels = new Uint8Array(matrix.rows);
  for (let r = 0; r < matrix.rows; r++) {
    const horizon = matrix.horizon[r]!;
    const cutoff = matrix.cutoff[r]!;
    const from = cutoff + (horizon === 0 ? 0 : (horizon - 1) * DAY_MS);
    const to = cutoff + (horizon === 0 ? WEEK_DAYS : horizon) * DAY_MS;
    if (to > knownBy) {
      throw new Error(
        `label of row ${r}: its window ends at ${to}, after the ${knownBy} up to which runs are known`,
      );
    }
    const starts = failures[matrix.jobIndex[r]!]!;
    const next = firstAtOrAfter(starts, from);
    labels[r] = next < starts.length && starts[next]! < to ? 1 : 0;
  }
  return labels;
}
