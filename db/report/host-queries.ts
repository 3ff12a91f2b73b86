import type { ReportQuery } from './report-query.ts';

/** Runs of the period that ended, beside what else ran on their server; and their time as a share of the usual. */
export const REPORT_COMPANY: ReportQuery = {
  id: 'report-company',
  title: { en: 'Runs and their company', fr: 'Exécutions et leur voisinage' },
  sql: `create temporary table report_company as
with placed as (
  select n, job_id, host, started_at, ended_at, duration_ms, status, in_period,
    max(ended_at) over earlier > started_at or lead(started_at) over earlier < ended_at as shared
  from report_run where host is not null and ended_at > started_at
  window earlier as (partition by host order by started_at rows between unbounded preceding and 1 preceding)),
-- Who shares with nobody adds to nobody.
steps as (
  select host, started_at as at, 1 as step, n from placed where shared
  union all select host, ended_at, -1, null from placed where shared),
counted as (
  select n, sum(step) over (partition by host order by at, step) - 1 as others from steps),
alone as (
  select job_id, percentile_cont(0.5) within group (order by duration_ms) as usual_ms
  from placed where shared is not true and status = 'succeeded' and in_period and duration_ms > 0
  group by job_id having count(*) >= 5)
select placed.n, placed.job_id, placed.host, placed.started_at, placed.ended_at, placed.duration_ms,
  coalesce(placed.shared, false) as shared, coalesce(counted.others, 0) as others, alone.usual_ms,
  case when placed.status = 'succeeded' then placed.duration_ms / alone.usual_ms end as ratio
from placed left join counted on counted.n = placed.n left join alone on alone.job_id = placed.job_id
where placed.in_period;
create index on report_company (host, started_at) where shared`,
};

/** Percentages from which on a server counts as full. */
const FULL_PERCENT = 90;

export const HOST_QUERIES = [
  {
    id: 'resources',
    title: { en: 'Load of the servers', fr: 'Charge des serveurs' },
    sql: `select host, metric, count(*) as samples, percentile_cont(0.5) within group (order by value) as median,
  percentile_cont(0.95) within group (order by value) as p95, max(value) as most,
  case when metric like '%percent%' then avg((value >= ${FULL_PERCENT})::int)::float8 end as "fullShare"
from metric_sample where ts >= :'from'::timestamptz and ts < :'to'::timestamptz and ts <= :'as_of'::timestamptz
group by host, metric order by host, metric`,
  },
  {
    id: 'peaks',
    title: { en: 'The highest peaks, and what ran then', fr: 'Les plus hauts pics, et ce qui tournait' },
    sql: `with highest as (
  select host, metric, max(value) as value from metric_sample
  where ts >= :'from'::timestamptz and ts < :'to'::timestamptz and ts <= :'as_of'::timestamptz
    and metric like '%percent%' and metric not like '%disk%'
  group by host, metric),
placed as (select *, row_number() over (partition by metric order by value desc, host) as place from highest),
ranked as materialized (
  select host, metric, value, (
    select min(ts) from metric_sample sample
    where sample.host = placed.host and sample.metric = placed.metric and sample.value = placed.value
      and ts >= :'from'::timestamptz and ts < :'to'::timestamptz and ts <= :'as_of'::timestamptz) as ts
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
    (extract(epoch from least(run.ended_at, other.ended_at) - other.started_at) * 1000)::bigint as ms
  from report_company run join report_company other on other.host = run.host
    and other.started_at >= run.started_at and other.started_at < run.ended_at
    and (other.started_at, other.n) > (run.started_at, run.n)
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
