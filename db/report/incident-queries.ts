import type { ReportQuery } from './report-query.ts';

const OPENED = `incident.opened_at >= :'from'::timestamptz and incident.opened_at < :'to'::timestamptz
  and incident.opened_at <= :'as_of'::timestamptz`;
const minutes = (until: string): string =>
  `extract(epoch from case when ${until} <= :'as_of'::timestamptz then ${until} end - opened_at)::float8 / 60`;

export const INCIDENT_QUERIES = [
  {
    id: 'incidents',
    title: { en: 'Incidents: until taken on, until over', fr: 'Incidents : prise en charge et résolution' },
    sql: `select severity, count(*) as opened,
  count(*) filter (where resolved_at <= :'as_of'::timestamptz) as resolved,
  count(*) filter (where acknowledged_at <= :'as_of'::timestamptz) as acknowledged,
  percentile_cont(0.5) within group (order by ${minutes('acknowledged_at')}) as "toAcknowledgeMinutes",
  percentile_cont(0.9) within group (order by ${minutes('acknowledged_at')}) as "toAcknowledgeP90Minutes",
  percentile_cont(0.5) within group (order by ${minutes('resolved_at')}) as "toResolveMinutes",
  percentile_cont(0.9) within group (order by ${minutes('resolved_at')}) as "toResolveP90Minutes"
from incident where ${OPENED} group by severity
order by array_position(array['critical', 'major', 'minor', 'warning'], severity)`,
  },
  {
    id: 'findings',
    title: { en: 'What was found wrong', fr: 'Ce qui a été détecté' },
    sql: `select finding.kind, count(*) as findings, count(distinct incident_id) as incidents,
  count(distinct coalesce(job_id::text, host, source)) as subjects,
  percentile_cont(0.5) within group (order by extract(epoch from found_at - since)::float8 / 60) as "delayMinutes"
from finding where found_at >= :'from'::timestamptz and found_at < :'to'::timestamptz
  and found_at <= :'as_of'::timestamptz group by finding.kind order by 2 desc, 1`,
  },
  {
    id: 'alerts',
    title: { en: 'Messages by channel', fr: 'Messages par canal' },
    sql: `select channel, min(channel_kind) as "channelKind", count(*) filter (where state = 'sent') as sent,
  count(*) filter (where state = 'dead') as dead, count(*) filter (where state = 'pending') as waiting
from notification where event is not null and told_as_of >= :'from'::timestamptz and told_as_of < :'to'::timestamptz
  and told_as_of <= :'as_of'::timestamptz group by channel order by channel`,
  },
  {
    id: 'answers',
    title: { en: 'Answers: useful or not', fr: 'Réponses : utile ou non' },
    sql: `with told as (
  select incident.id, (select kind from finding where incident_id = incident.id
      order by array_position(array['cause', 'symptom', 'consequence'], role), id limit 1) as kind
  from incident where ${OPENED} and exists (
    select from notification_incident told where told.incident_id = incident.id)),
answered as (
  select incident_id, count(*) filter (where useful) as useful, count(*) filter (where not useful) as "notUseful"
  from incident_feedback group by incident_id)
select coalesce(kind, '?') as kind, count(*) as told, count(answered.incident_id) as answered,
  coalesce(sum(useful), 0)::float8 as useful, coalesce(sum("notUseful"), 0)::float8 as "notUseful"
from told left join answered on answered.incident_id = told.id group by 1 order by 2 desc, 1`,
  },
  {
    id: 'detection',
    title: { en: 'Failures that were found', fr: 'Échecs détectés' },
    sql: `with watched as (
  select distinct (found_at at time zone 'UTC')::date as day from finding where found_at <= :'as_of'::timestamptz),
-- A past that was loaded at once was looked at once: what had ended by then nobody could find.
failed as (
  select job_id, started_at, coalesce(ended_at, started_at) as ended_at from report_run
  where in_period and status = 'failed'
    and (started_at at time zone 'UTC')::date in (select day from watched)
    and (started_at at time zone 'UTC')::date - 1 in (select day from watched)),
told as (
  select job_id, since as at, coalesce(ended_at, 'infinity') as until, null::timestamptz as started_at from finding
  where kind = 'crash' and found_at <= :'as_of'::timestamptz
  union all select job_id, ended_at, null, started_at from failed),
-- Of the crashes that began before a failure ended, the one that lasts longest decides.
placed as (
  select job_id, started_at, max(until) over (partition by job_id order by at) >= started_at as found from told)
select job_id as "jobId", count(*) as failed, count(*) filter (where found) as found
from placed where started_at is not null group by 1 order by 1`,
  },
  {
    id: 'forecasts',
    title: { en: 'Forecasts and what became of them', fr: 'Prévisions et ce qui est advenu' },
    sql: `with cutoff as materialized (
  select cutoff, cutoff + interval '7 days' as until from forecast_cutoff where cutoff >= :'from'::timestamptz
    and cutoff + interval '7 days' <= least(:'to'::timestamptz, :'as_of'::timestamptz)),
failed as (
  select distinct cutoff, job_id from cutoff join report_run run on run.status = 'failed'
    and run.started_at >= cutoff and run.started_at < until)
select to_char(coalesce(week.cutoff, failed.cutoff) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as cutoff,
  job.namespace || '/' || job.name as job, week.probability, week.rank, failed.job_id is not null as failed
from (select * from forecast_week where cutoff in (select cutoff from cutoff)) week
full join failed using (cutoff, job_id) join job on job.id = job_id
order by 1, week.rank nulls last, 2`,
  },
  {
    id: 'earlier-recommendations',
    title: { en: 'Recommendations of the report before', fr: 'Recommandations du rapport précédent' },
    sql: `select period, key, rank, kind, subject, measure, measured, gain, gain_unit as "gainUnit", state
from recommendation where period = (
  select period from report where to_at <= :'from'::timestamptz
    and length(period) = case :'unit'::text when 'day' then 7 when 'week' then 7 else 4 end
    and (period like '%Q%') = (:'unit'::text = 'week')
  order by to_at desc, period limit 1)
order by rank`,
  },
] as const satisfies readonly ReportQuery[];
