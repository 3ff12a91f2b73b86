import type { ReportQuery } from './report-query.ts';

/**
 * What most figures are counted from: every run that started in the period or in the one before it, in its newest
 * state known at `as_of`. Made once, so that all figures count the same runs.
 */
export const REPORT_RUN: ReportQuery = {
  id: 'report-run',
  title: {
    en: 'Runs of the period and of the one before',
    fr: 'Exécutions de la période et de la précédente',
  },
  sql: `create temporary table report_run as
select run.job_id, run.run_key, run.digest, coalesce(run.host, job.host) as host, run.status,
  run.started_at, run.ended_at,
  coalesce(run.duration_ms, (extract(epoch from run.ended_at - run.started_at) * 1000)::bigint) as duration_ms,
  run.rows_written, case when run.status = 'failed' then left(run.error, 200) end as error,
  run.started_at >= :'from'::timestamptz as in_period
from run join job on job.id = run.job_id
where run.started_at >= :'before'::timestamptz and run.started_at < :'to'::timestamptz
  and run.known_at <= :'as_of'::timestamptz
  and not exists (
    select from run newer
    where newer.job_id = run.job_id and newer.run_key = run.run_key and newer.digest <> run.digest
      and newer.known_at <= :'as_of'::timestamptz
      and (newer.known_at > run.known_at
        or newer.known_at = run.known_at
          and (newer.status <> 'running', run.digest) > (run.status <> 'running', newer.digest)))`,
};

/** Runs of the period by hour of the local clock, from which days, weeks and months are summed. */
export const REPORT_HOUR: ReportQuery = {
  id: 'report-hour',
  title: { en: 'Runs of the period by hour', fr: 'Exécutions de la période par heure' },
  sql: `create temporary table report_hour as
-- Zones differ from UTC by whole quarters of an hour: these are put on the local clock, not every run.
with quarter as (
  select date_bin('15 minutes', started_at, 'epoch') as quarter, count(*) as runs,
    count(*) filter (where status = 'failed') as failed, sum(duration_ms) as ms
  from report_run where in_period group by 1)
select date_trunc('hour', quarter at time zone :'zone') as hour, sum(runs)::bigint as runs, sum(failed)::bigint as failed,
  coalesce(sum(ms), 0) as ms
from quarter group by 1`,
};

export const RUN_QUERIES = [
  {
    id: 'totals',
    title: { en: 'Runs, failures and hours', fr: 'Exécutions, échecs et heures' },
    sql: `with of_job as (
  select in_period, job_id, count(*) as runs, count(*) filter (where status = 'succeeded') as succeeded,
    count(*) filter (where status = 'failed') as failed, count(*) filter (where status = 'cancelled') as cancelled,
    count(*) filter (where status = 'running') as running, sum(duration_ms) as ms,
    sum(duration_ms) filter (where status = 'failed') as lost_ms,
    sum(rows_written) filter (where status = 'succeeded') as rows_written
  from report_run group by in_period, job_id)
select in_period as "inPeriod", count(*) as jobs, sum(runs)::bigint as runs, sum(succeeded)::bigint as succeeded,
  sum(failed)::bigint as failed, sum(cancelled)::bigint as cancelled, sum(running)::bigint as running,
  count(*) filter (where failed > 0) as "failingJobs", coalesce(sum(ms), 0)::float8 / 3600000 as hours,
  coalesce(sum(lost_ms), 0)::float8 / 3600000 as "lostHours", coalesce(sum(rows_written), 0)::float8 as "rowsWritten"
from of_job group by in_period order by in_period`,
  },
  {
    id: 'course',
    title: { en: 'Runs in the course of the period', fr: 'Exécutions au fil de la période' },
    sql: `select date_trunc(:'unit'::text, hour)::date::text as start, sum(runs)::bigint as runs, sum(failed)::bigint as failed,
  sum(ms)::float8 / 3600000 as hours
from report_hour group by 1 order by 1`,
  },
  {
    id: 'hours',
    title: { en: 'By day of the week and hour', fr: 'Par jour de la semaine et heure' },
    sql: `select extract(isodow from report_hour.hour)::int as weekday, extract(hour from report_hour.hour)::int as hour,
  sum(runs)::bigint as runs, sum(failed)::bigint as failed, sum(ms)::float8 / 3600000 as hours
from report_hour group by 1, 2 order by 1, 2`,
  },
  {
    id: 'days-of-month',
    title: { en: 'By day of the month', fr: 'Par jour du mois' },
    sql: `with of_day as (
  select hour::date as date, sum(runs) as runs, sum(failed) as failed from report_hour group by 1)
select extract(day from date)::int as day, sum(runs)::bigint as runs, sum(failed)::bigint as failed, count(*) as days
from of_day group by 1 order by 1`,
  },
  {
    id: 'errors',
    title: { en: 'Texts of errors', fr: "Textes d'erreurs" },
    sql: `select coalesce(trim(error), '') as error, job_id as "jobId", count(*) as runs,
  count(*) filter (where in_period) as "inPeriod",
  coalesce(sum(duration_ms) filter (where in_period), 0)::float8 / 3600000 as "lostHours"
from report_run where status = 'failed' group by 1, 2 order by 1, 2`,
  },
  {
    id: 'jobs',
    title: { en: 'Jobs: run times and failures', fr: 'Traitements : durées et échecs' },
    sql: `with failed_day as (
  select job_id, count(*) as days
  from (
    select distinct job_id, (started_at at time zone :'zone')::date from report_run
    where in_period and status = 'failed') as day
  group by job_id),
counted as (
  select job_id, count(*) as runs, count(*) filter (where status = 'succeeded') as succeeded,
    count(*) filter (where status = 'failed') as failed, sum(duration_ms) as ms,
    sum(duration_ms) filter (where status = 'failed') as lost_ms,
    percentile_cont(array[0.1, 0.5, 0.9, 0.95]) within group (order by duration_ms)
      filter (where status = 'succeeded') as q,
    array_agg(duration_ms) filter (where status = 'succeeded') as took
  from report_run where in_period group by job_id)
select job_id as "jobId", namespace || '/' || name as job, owner, criticality, runs, succeeded, failed,
  coalesce(days, 0) as "failedDays", coalesce(ms, 0)::float8 / 3600000 as hours,
  coalesce(lost_ms, 0)::float8 / 3600000 as "lostHours", q[1]::float8 as "p10Ms", q[2]::float8 as "medianMs",
  q[3]::float8 as "p90Ms", q[4]::float8 as "p95Ms",
  (select percentile_cont(0.5) within group (order by abs(took_ms - q[2])) from unnest(took) as each (took_ms)) as "madMs"
from counted join job on job.id = job_id left join failed_day using (job_id)
order by 2, 1`,
  },
  {
    id: 'queries',
    title: { en: 'Texts of queries', fr: 'Textes des requêtes' },
    sql: `select left(run.query, 2000) as query, job_id as "jobId", count(*) as runs,
  sum(told.duration_ms)::float8 / 3600000 as hours, min(told.duration_ms)::float8 as "leastMs",
  max(told.duration_ms)::float8 as "mostMs"
from report_run told join run using (job_id, run_key, digest, started_at)
where in_period and run.query <> '' and told.duration_ms is not null group by 1, 2 order by 1, 2`,
  },
  {
    id: 'last-failures',
    title: { en: 'The last failures', fr: 'Les derniers échecs' },
    sql: `with last as (
  select * from report_run where in_period and status = 'failed' order by started_at desc, job_id, run_key limit 25)
select job.namespace || '/' || job.name as job, to_char(started_at at time zone :'zone', 'YYYY-MM-DD HH24:MI') as start,
  duration_ms as "durationMs", last.host, error
from last join job on job.id = job_id
order by started_at desc, job_id, run_key`,
  },
] as const satisfies readonly ReportQuery[];
