import type { ReportQuery } from './report-query.ts';

/**
 * Runs of the period that ended, beside what else ran on their server; and their time as a share of the usual. Their
 * `start` and `stop` are on one line of time for all servers, on which each has 22 years of its own: who overlaps there
 * shares a server, and one order of instants serves for all.
 */
export const REPORT_COMPANY: ReportQuery = {
  id: 'report-company',
  title: { en: 'Runs and their company', fr: 'Exécutions et leur voisinage' },
  sql: `create temporary table report_company as
with server as materialized (
  select host, row_number() over () * interval '200000 hours' as later
  from (select distinct host from report_run where host is not null) as known),
shifted as (
  select job_id, started_at + later as start, ended_at + later as stop, duration_ms, status, in_period, host
  from report_run join server using (host) where ended_at > started_at),
placed as (
  select *, coalesce(max(stop) over earlier > start or lead(start) over earlier < stop, false) as shared
  from shifted window earlier as (order by start rows between unbounded preceding and 1 preceding)),
-- Who shares with nobody adds to nobody.
steps as (
  select start as at, 1 as step, placed.* from placed where shared
  union all select stop, -1, placed.* from placed where shared),
counted as (
  select *, sum(step) over (order by at, step) - 1 as others from steps),
company as (
  select job_id, host, start, stop, duration_ms, status, in_period, shared, others from counted where step = 1
  union all select job_id, host, start, stop, duration_ms, status, in_period, shared, 0 from placed where not shared),
alone as (
  select job_id, percentile_cont(0.5) within group (order by duration_ms) as usual_ms
  from placed where not shared and status = 'succeeded' and in_period and duration_ms > 0
  group by job_id having count(*) >= 5)
select job_id, host, start, stop, duration_ms, shared, others, usual_ms,
  case when status = 'succeeded' then duration_ms / usual_ms end as ratio
from company left join alone using (job_id) where in_period;
create index on report_company (start) where shared`,
};

/** Percentages from which on a server counts as full. */
const FULL_PERCENT = 90;

const SAMPLE_OF_PERIOD = `ts >= :'from'::timestamptz and ts < :'to'::timestamptz and ts <= :'as_of'::timestamptz`;

/** What was measured of each server. Its series are looked up one after the other, so that samples need no sorting. */
export const REPORT_METRIC: ReportQuery = {
  id: 'report-metric',
  title: { en: 'Servers and what was measured', fr: 'Serveurs et mesures' },
  sql: `create temporary table report_metric as
with recursive series as (
  (select host, metric from metric_sample where ${SAMPLE_OF_PERIOD} order by host, metric limit 1)
  union all
  select next.* from series cross join lateral (
    select host, metric from metric_sample
    where (host, metric) > (series.host, series.metric) and ${SAMPLE_OF_PERIOD}
    order by host, metric limit 1) as next)
select host, metric, measured.*, case when metric like '%percent%' then full_samples::float8 / samples end as full_share
from series cross join lateral (
  select count(*) as samples, percentile_cont(0.5) within group (order by value) as median,
    percentile_cont(0.95) within group (order by value) as p95, max(value) as most,
    count(*) filter (where value >= ${FULL_PERCENT}) as full_samples
  from metric_sample sample
  where sample.host = series.host and sample.metric = series.metric and ${SAMPLE_OF_PERIOD}) as measured`,
};

export const HOST_QUERIES = [
  {
    id: 'resources',
    title: { en: 'Load of the servers', fr: 'Charge des serveurs' },
    sql: `select host, metric, samples, median, p95, most, full_share as "fullShare"
from report_metric order by host, metric`,
  },
  {
    id: 'peaks',
    title: { en: 'The highest peaks, and what ran then', fr: 'Les plus hauts pics, et ce qui tournait' },
    sql: `with placed as (
  select host, metric, most as value, row_number() over (partition by metric order by most desc, host) as place
  from report_metric where metric like '%percent%' and metric not like '%disk%'),
ranked as materialized (
  select host, metric, value, (
    select min(ts) from metric_sample sample
    where sample.host = placed.host and sample.metric = placed.metric and sample.value = placed.value
      and ${SAMPLE_OF_PERIOD}) as ts
  from placed where place <= 4),
company as (
  select ranked.host, metric, count(*) as runs, array_agg(distinct job.namespace || '/' || job.name) as jobs
  from ranked join report_run run on run.host = ranked.host and run.started_at <= ranked.ts
    and run.started_at > ranked.ts - interval '3 days' and run.ended_at > ranked.ts
  join job on job.id = run.job_id where run.in_period group by 1, 2)
select host, metric, to_char(ts at time zone :'zone', 'YYYY-MM-DD HH24:MI') as at, value, coalesce(runs, 0) as runs,
  coalesce(jobs, '{}') as jobs
from ranked left join company using (host, metric)
order by metric, value desc, host`,
  },
  {
    id: 'contention',
    title: { en: 'Runs that share their server', fr: 'Exécutions qui partagent leur serveur' },
    sql: `with counted as (
  select host, count(*) as runs, count(*) filter (where shared) as shared,
    sum((duration_ms - usual_ms)::bigint) filter (where shared and ratio is not null) as extra_ms
  from report_company group by host),
beside as (
  select host, percentile_cont(0.5) within group (order by ratio) as ratio
  from report_company where shared group by host)
select host, runs, shared, ratio as "sharedRatio", coalesce(extra_ms, 0)::float8 / 3600000 as "extraHours"
from counted left join beside using (host) order by host`,
  },
  {
    id: 'contention-levels',
    title: { en: 'Run time by number of neighbours', fr: 'Durée selon le nombre de voisines' },
    sql: `select least(others, 8) as others, count(*) as runs, count(ratio) as compared,
  percentile_cont(0.25) within group (order by ratio) as "lowRatio",
  percentile_cont(0.5) within group (order by ratio) as ratio,
  percentile_cont(0.75) within group (order by ratio) as "highRatio"
from report_company group by 1 order by 1`,
  },
  {
    id: 'contention-pairs',
    title: { en: 'Jobs that meet most', fr: 'Traitements qui se croisent le plus' },
    sql: `with met as (
  select run.host, least(run.job_id, other.job_id) as a, greatest(run.job_id, other.job_id) as b,
    case when run.job_id < other.job_id then run.ratio else other.ratio end as ratio_a,
    case when run.job_id < other.job_id then other.ratio else run.ratio end as ratio_b,
    (extract(epoch from least(run.stop, other.stop) - other.start) * 1000)::bigint as ms
  from report_company run join report_company other on other.start >= run.start and other.start < run.stop
    and (other.start, other.job_id) > (run.start, run.job_id)
  where run.shared and other.shared and run.job_id <> other.job_id),
pair as (
  select host, a, b, count(*) as times, sum(ms)::float8 / 3600000 as hours, percentile_cont(0.5) within group (order by ratio_a) as ratio,
    percentile_cont(0.5) within group (order by ratio_b) as other_ratio
  from met group by host, a, b)
select pair.host, one.namespace || '/' || one.name as job, other.namespace || '/' || other.name as "otherJob", times,
  hours, ratio, other_ratio as "otherRatio"
from pair join job one on one.id = a join job other on other.id = b
order by hours desc, 2, 3, 1 limit 12`,
  },
] as const satisfies readonly ReportQuery[];
