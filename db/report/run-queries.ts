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
select row_number() over () as n, run.job_id, job.namespace || '/' || job.name as job, job.owner, job.criticality, run.run_key,
  coalesce(run.host, job.host) as host, run.status::text as status, run.started_at, run.ended_at,
  coalesce(run.duration_ms, (extract(epoch from run.ended_at - run.started_at) * 1000)::bigint) as duration_ms,
  run.rows_written, left(run.error, 200) as error, left(run.query, 2000) as query,
  run.started_at at time zone :'zone' as local, run.started_at >= :'from'::timestamptz as in_period
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

export const RUN_QUERIES = [
  {
    id: 'totals',
    title: { en: 'Runs, failures and hours', fr: 'Exécutions, échecs et heures' },
    sql: `select in_period as "inPeriod", count(distinct job_id) as jobs, count(*) as runs,
  count(*) filter (where status = 'succeeded') as succeeded, count(*) filter (where status = 'failed') as failed,
  count(*) filter (where status = 'cancelled') as cancelled, count(*) filter (where status = 'running') as running,
  count(distinct job_id) filter (where status = 'failed') as "failingJobs",
  coalesce(sum(duration_ms), 0)::float8 / 3600000 as hours,
  coalesce(sum(duration_ms) filter (where status = 'failed'), 0)::float8 / 3600000 as "lostHours",
  coalesce(sum(rows_written) filter (where status = 'succeeded'), 0)::float8 as "rowsWritten"
from report_run group by in_period order by in_period`,
  },
  {
    id: 'course',
    title: { en: 'Runs in the course of the period', fr: 'Exécutions au fil de la période' },
    sql: `select date_trunc(:'unit'::text, local)::date::text as start, count(*) as runs,
  count(*) filter (where status = 'failed') as failed, coalesce(sum(duration_ms), 0)::float8 / 3600000 as hours
from report_run where in_period group by 1 order by 1`,
  },
  {
    id: 'hours',
    title: { en: 'By day of the week and hour', fr: 'Par jour de la semaine et heure' },
    sql: `select extract(isodow from local)::int as weekday, extract(hour from local)::int as hour, count(*) as runs,
  count(*) filter (where status = 'failed') as failed, coalesce(sum(duration_ms), 0)::float8 / 3600000 as hours
from report_run where in_period group by 1, 2 order by 1, 2`,
  },
  {
    id: 'days-of-month',
    title: { en: 'By day of the month', fr: 'Par jour du mois' },
    sql: `select extract(day from local)::int as day, count(*) as runs,
  count(*) filter (where status = 'failed') as failed, count(distinct local::date) as days
from report_run where in_period group by 1 order by 1`,
  },
  {
    id: 'errors',
    title: { en: 'Texts of errors', fr: "Textes d'erreurs" },
    sql: `select coalesce(nullif(trim(error), ''), '') as error, job_id as "jobId", count(*) as runs,
  count(*) filter (where in_period) as "inPeriod",
  coalesce(sum(duration_ms) filter (where in_period), 0)::float8 / 3600000 as "lostHours"
from report_run where status = 'failed' group by 1, 2 order by 1, 2`,
  },
  {
    id: 'jobs',
    title: { en: 'Jobs: run times and failures', fr: 'Traitements : durées et échecs' },
    sql: `with timed as (
  select job_id, percentile_cont(array[0.1, 0.5, 0.9, 0.95]) within group (order by duration_ms) as q
  from report_run where in_period and status = 'succeeded' and duration_ms is not null group by job_id),
spread as (
  select job_id, percentile_cont(0.5) within group (order by abs(duration_ms - q[2])) as mad
  from report_run join timed using (job_id) where in_period and status = 'succeeded' and duration_ms is not null
  group by job_id)
select run.job_id as "jobId", run.job, min(run.owner) as owner, min(run.criticality) as criticality,
  count(*) as runs, count(*) filter (where status = 'succeeded') as succeeded,
  count(*) filter (where status = 'failed') as failed,
  count(distinct local::date) filter (where status = 'failed') as "failedDays",
  coalesce(sum(duration_ms), 0)::float8 / 3600000 as hours,
  coalesce(sum(duration_ms) filter (where status = 'failed'), 0)::float8 / 3600000 as "lostHours",
  (min(q))[1]::float8 as "p10Ms", (min(q))[2]::float8 as "medianMs", (min(q))[3]::float8 as "p90Ms",
  (min(q))[4]::float8 as "p95Ms", min(mad)::float8 as "madMs"
from report_run run left join timed using (job_id) left join spread using (job_id)
where in_period group by run.job_id, run.job order by run.job, run.job_id`,
  },
  {
    id: 'queries',
    title: { en: 'Texts of queries', fr: 'Textes des requêtes' },
    sql: `select query, job_id as "jobId", count(*) as runs, sum(duration_ms)::float8 / 3600000 as hours,
  min(duration_ms)::float8 as "leastMs", max(duration_ms)::float8 as "mostMs"
from report_run where in_period and query <> '' and duration_ms is not null group by 1, 2 order by 1, 2`,
  },
  {
    id: 'last-failures',
    title: { en: 'The last failures', fr: 'Les derniers échecs' },
    sql: `select job, to_char(local, 'YYYY-MM-DD HH24:MI') as start, duration_ms as "durationMs", host, error
from report_run where in_period and status = 'failed' order by started_at desc, job, run_key limit 25`,
  },
] as const satisfies readonly ReportQuery[];
