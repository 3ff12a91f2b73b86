import { columnNamed, type FeatureMatrix } from '../features/feature-matrix.ts';

/** A job with fewer runs than this, none of which failed, says nothing of itself. */
const MIN_RUNS_OF_JOB = 5;

/**
 * 1 for rows of jobs of which there is not enough data: hardly a run, and none of them failed; the rate of its group is
 * told instead. Of a job that failed at once enough is known.
 */
export function youngJobs(matrix: FeatureMatrix): Uint8Array {
  const runs = columnNamed(matrix, 'runs_all');
  const failed = columnNamed(matrix, 'failed_all');
  return Uint8Array.from({ length: matrix.rows }, (_, r) =>
    runs[r]! < MIN_RUNS_OF_JOB && failed[r] === 0 ? 1 : 0,
  );
}
