/** Which forecasts are compared with what happened. */
export interface ForecastScope {
  /** A condition on `cutoff`. */
  which: string;
  /** SQL of instants between which all of these lie: other partitions are left out at once. */
  from: string;
  to: string;
  /** Only the newest of them. */
  onlyNewest: boolean;
}

/** The forecasts of the time shown. */
export const FORECASTS_SHOWN: ForecastScope = {
  which: '$__timeFilter(cutoff)',
  from: '$__timeFrom()::timestamptz',
  to: '$__timeTo()::timestamptz',
  onlyNewest: false,
};

/**
 * Every job of the forecasts in scope whose week is over (by the newest run that is known), with whether it failed in
 * that week: a `with` clause whose last table is outcome (cutoff, job_id, probability, rank, failed). The same question
 * as the score card's.
 *
 * Asked job by job: the first failure of a week is enough, and jobs without one are found on an index of failures.
 */
export const forecastOutcomes = ({ which, from, to, onlyNewest }: ForecastScope): string => `with closed as (
    select cutoff from forecast_cutoff
    where ${which}
      and cutoff <= (select max(last_known_at) from file join source on source.name = file.source
        where source.kind in ('runs', 'events')) - interval '7 days'${onlyNewest ? '\n    order by cutoff desc limit 1' : ''}),
  outcome as materialized (
    select week.cutoff, week.job_id, week.probability, week.rank,
      (exists (
        select from run
        where run.job_id = week.job_id and run.status = 'failed'
          and run.started_at >= week.cutoff and run.started_at < week.cutoff + interval '7 days'
          and run.started_at >= ${from} and run.started_at < ${to} + interval '7 days'
          and not exists (
            select from run newer
            where newer.job_id = run.job_id and newer.run_key = run.run_key and newer.digest <> run.digest
              and newer.started_at between run.started_at - interval '1 day' and run.started_at + interval '1 day'
              and newer.started_at >= ${from} - interval '1 day' and newer.started_at < ${to} + interval '8 days'
              and (newer.known_at > run.known_at
                or newer.known_at = run.known_at
                  and (newer.status <> 'running', run.digest) > (run.status <> 'running', newer.digest)))))::int as failed
    from closed join forecast_week week on week.cutoff = closed.cutoff)`;
