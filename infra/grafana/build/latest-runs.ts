import { earlier, later } from '../../../db/earlier.ts';

/**
 * Holds for a row of `run` that tells its run most newly: a run is told again when it ends, and when a log is corrected.
 *
 * The same rule as view `run_latest`, whose sort of the whole table no query can afford. What is told anew starts within
 * a day of what was told before, so that only the partitions around the time shown are looked at.
 */
export const IS_LATEST = `not exists (
    select from run newer
    where newer.job_id = run.job_id and newer.run_key = run.run_key and newer.digest <> run.digest
      and newer.started_at >= ${earlier('$__timeFrom()', '1 day')}
      and newer.started_at <= ${later('$__timeTo()', '1 day')}
      and (newer.known_at > run.known_at
        or newer.known_at = run.known_at
          and (newer.status <> 'running', run.digest) > (run.status <> 'running', newer.digest)))`;

/**
 * Runs that started in the time shown, each in its newest known state.
 *
 * @param also a further condition on `run`, and on `job` with `withJob`
 */
export const latestRuns = (columns: string, also = 'true', withJob = false): string => `select ${columns}
  from run${withJob ? ' join job on job.id = run.job_id' : ''}
  where $__timeFilter(run.started_at) and ${also}
    and ${IS_LATEST}`;
