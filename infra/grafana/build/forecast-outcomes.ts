/**
 * Every job of every forecast of the time shown whose week is over (by the newest run that is known), with whether it
 * failed in that week: columns cutoff, job_id, probability, rank, failed. The words of SQL behind the score card.
 */
export const FORECAST_OUTCOMES = `with closed as (
    select cutoff from forecast_cutoff
    where $__timeFilter(cutoff)
      and cutoff <= (select max(last_known_at) from file join source on source.name = file.source
        where source.kind in ('runs', 'events')) - interval '7 days'),
  failed as (
    select distinct closed.cutoff, run.job_id
    from closed join run on run.started_at >= closed.cutoff and run.started_at < closed.cutoff + interval '7 days'
    where run.status = 'failed'
      and run.started_at >= $__timeFrom()::timestamptz and run.started_at < $__timeTo()::timestamptz + interval '7 days'
      and not exists (
        select from run newer
        where newer.job_id = run.job_id and newer.run_key = run.run_key and newer.digest <> run.digest
          and newer.started_at >= $__timeFrom()::timestamptz - interval '1 day'
          and newer.started_at < $__timeTo()::timestamptz + interval '8 days'
          and (newer.known_at > run.known_at
            or newer.known_at = run.known_at
              and (newer.status <> 'running', run.digest) > (run.status <> 'running', newer.digest)))),
  outcome as (
    select week.cutoff, week.job_id, week.probability, week.rank, (failed.job_id is not null)::int as failed
    from closed join forecast_week week on week.cutoff = closed.cutoff
    left join failed on failed.cutoff = week.cutoff and failed.job_id = week.job_id)`;
