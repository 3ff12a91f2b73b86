import type { Knex } from 'knex';

/**
 * Findings, and incidents made of them. What was an incident of one kind becomes one finding in an incident of its
 * own, under the same number: messages that told of it still do.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table finding (
  id bigint generated always as identity primary key,
  incident_id bigint not null references incident (id),
  key text not null,
  kind text not null check (kind in ('crash', 'slow', 'fast', 'incomplete', 'transmission', 'late', 'missing', 'extra',
    'overlap', 'zombie', 'host', 'freshness', 'quality', 'risk')),
  variant text,
  role text not null check (role in ('cause', 'symptom', 'consequence')),
  course text not null check (course in ('new', 'chronic', 'flapping')),
  job_id bigint references job (id),
  host text,
  source text references source (name),
  run_key text,
  due timestamptz,
  since timestamptz not null,
  found_at timestamptz not null,
  quiet_since timestamptz,
  ended_at timestamptz,
  ended_by_run_key text,
  evidence jsonb not null,
  family text,
  constraint finding_has_one_subject check (num_nonnulls(job_id, host, source) = 1),
  constraint finding_ends_after_it_is_found check (ended_at >= found_at)
);
create unique index finding_open on finding (key) where ended_at is null;
create index finding_of_key on finding (key);
create index finding_of_incident on finding (incident_id, id);
create index finding_of_job on finding (job_id, found_at) where job_id is not null;

insert into finding (incident_id, key, kind, variant, role, course, job_id, source, run_key, since, found_at, ended_at,
  ended_by_run_key, evidence)
select id,
  case kind when 'job-failed' then 'crash/job ' || job_id
    when 'schema-changed' then 'transmission/source ' || source || '/schema-changed'
    when 'quarantine-limit' then 'quality/source ' || source || '/quarantine-limit'
    else 'freshness/source ' || source || '/source-unreadable' end,
  case kind when 'job-failed' then 'crash' when 'schema-changed' then 'transmission'
    when 'quarantine-limit' then 'quality' else 'freshness' end,
  nullif(kind, 'job-failed'), 'cause', 'new', job_id, source, run_key, opened_at, opened_at,
  case when resolved_at is not null then greatest(resolved_at, opened_at) end, resolved_by_run_key,
  jsonb_build_object('observed', null, 'expected', null, 'limit', null, 'unit', null, 'text', error)
from incident order by id;

alter table incident
  add column state text,
  add column severity text,
  add column causes jsonb,
  add column told_severity text,
  add column told_at timestamptz,
  add column worse_told_at timestamptz,
  add column acknowledged_by text,
  add column acknowledged_at timestamptz,
  add column silenced_until timestamptz,
  add column workflow_started_at timestamptz;
update incident set
  state = case when resolved_at is not null then 'resolved' when told then 'notified' else 'open' end,
  severity = was.severity, told_severity = case when told then was.severity end, told_at = was.told_at,
  causes = jsonb_build_array(jsonb_build_object('kind', case when job_id is null then 'source' else 'itself' end,
    'name', coalesce(was.job, source), 'weight', 1)),
  resolved_at = case when resolved_at is not null then greatest(resolved_at, opened_at) end
from (
  select incident.id, job.name as job, count(notification.id) > 0 as told, max(notification.created_at) as told_at,
    case when incident.source is not null then 'major' when job.criticality = 1 then 'critical'
      when job.criticality = 2 then 'major' else 'minor' end as severity
  from incident left join job on job.id = incident.job_id
    left join notification_incident told on told.incident_id = incident.id
    left join notification on notification.id = told.notification_id
  group by incident.id, job.name, job.criticality) as was
where was.id = incident.id;
alter table incident
  alter column state set not null,
  alter column state set default 'open',
  alter column severity set not null,
  alter column causes set not null,
  add constraint incident_state_check check (state in ('open', 'notified', 'acknowledged', 'escalated', 'resolved')),
  add constraint incident_severity_check check (severity in ('critical', 'major', 'minor', 'warning')),
  add constraint incident_told_severity_check check (told_severity in ('critical', 'major', 'minor', 'warning')),
  add constraint incident_resolved_has_its_time check ((state = 'resolved') = (resolved_at is not null)),
  add constraint incident_ends_after_it_opens check (resolved_at >= opened_at),
  drop constraint incident_is_of_a_job_or_a_source,
  drop column kind, drop column job_id, drop column run_key, drop column resolved_by_run_key, drop column error,
  drop column source;
create index incident_unresolved on incident (id) where state <> 'resolved';
create index incident_opened on incident (opened_at);

comment on table incident is 'One cause that people are told about, however many runs it touches: findings that belong together. It ends when all of them have ended.';
comment on column incident.opened_at is 'When it was opened, on the clock of the estate; since when something is wrong, its findings tell. Of those older than findings: since when.';
comment on column incident.resolved_at is 'When all its findings had ended, on the clock of the estate; null while it lasts.';
comment on column incident.state is 'open: not told yet; notified: people were told; acknowledged: somebody looks after it; escalated: nobody did; resolved: over.';
comment on column incident.severity is 'critical, major, minor or warning, by the worst of its findings that last, the criticality of their jobs, and how many these are.';
comment on column incident.causes is 'Probable causes, the likeliest first: kind, name, weight from 0 to 1.';
comment on column incident.told_severity is 'The worst severity that people were told; null: they were told nothing.';
comment on column incident.told_at is 'When people were last told of it, on the clock of the estate; null: never.';
comment on column incident.worse_told_at is 'When people were last told that it became worse, on the clock of the estate; null: never.';
comment on column incident.acknowledged_by is 'Who looks after it; null: nobody said so.';
comment on column incident.acknowledged_at is 'When they said so.';
comment on column incident.silenced_until is 'Until when nothing is told of it, on the clock of the machine; null: it is not silenced.';
comment on column incident.workflow_started_at is 'When the workflow that lives its life was started, on the clock of the machine; null: it is still to be.';

comment on table finding is 'Something that is or was wrong, in the incident of its cause. A key has at most one that has not ended; what is found again later is a finding of its own.';
comment on column finding.id is 'Identifier.';
comment on column finding.incident_id is 'The incident it belongs to, for good.';
comment on column finding.key is 'What it is: found again while it lasts, it is the same.';
comment on column finding.kind is 'crash: the last finished run failed; slow, fast: a run takes longer or less than its past explains; incomplete: a run wrote less than it should; transmission: what was sent did not come as it was sent; late, missing: a slot without its run; extra: a run nobody expected; overlap: two runs at once; zombie: a run without an end; host: a server in trouble; freshness: a source tells nothing new; quality: what it tells became worse; risk: forecast to fail.';
comment on column finding.variant is 'Which of several ways to be of this kind; null where there is one.';
comment on column finding.role is 'In its incident: cause, symptom, or consequence, which people are not told of on its own.';
comment on column finding.course is 'new; chronic: it has been so for long; flapping: it comes and goes.';
comment on column finding.job_id is 'The job it is about; null when it is about a server or a source.';
comment on column finding.host is 'The server it is about.';
comment on column finding.source is 'The source it is about.';
comment on column finding.run_key is 'The run it was seen in.';
comment on column finding.due is 'Start of the slot it is about.';
comment on column finding.since is 'Since when it is so.';
comment on column finding.found_at is 'When it was found, on the clock of the estate.';
comment on column finding.quiet_since is 'Of one that comes and goes: since when it is not found, while it is not taken for ended.';
comment on column finding.ended_at is 'When it was over, on the clock of the estate; null while it lasts.';
comment on column finding.ended_by_run_key is 'The run that ended it, where one did.';
comment on column finding.evidence is 'What was observed, what was expected, beyond which limit it is found, in which unit, and a text: an error message, the name of a metric or a file.';
comment on column finding.family is 'Template of the error message, the same for errors of one cause.';

create table job_news (
  id bigint generated always as identity primary key,
  job_id bigint not null references job (id) on delete cascade,
  known_since timestamptz not null,
  known_until timestamptz not null
);
comment on table job_news is 'Jobs whose runs were loaded since detection last looked at them. A line is written in the transaction of the load and deleted by the look that saw it, so that nothing committed late is missed.';
comment on column job_news.id is 'Identifier.';
comment on column job_news.job_id is 'The job.';
comment on column job_news.known_since is 'When the earliest of the states of runs that this load told could first be known.';
comment on column job_news.known_until is 'When the last of them could: a look as of an earlier instant leaves the line to the next.';
-- The first look looks at all of them.
insert into job_news (job_id, known_since, known_until)
select job.id, known.last - interval '7 days', known.last
from job, (select coalesce(max(last_known_at), now()) as last from file) as known order by job.id;

create index expectation_open_by_due on expectation (due) where outcome is null;

create table job_follows (
  job_id bigint not null references job (id) on delete cascade,
  upstream_id bigint not null references job (id) on delete cascade,
  learned_at timestamptz not null,
  primary key (job_id, upstream_id)
);
comment on table job_follows is 'Which job seems to follow which: it runs after it, and fails with it more often than chance would have it.';
comment on column job_follows.job_id is 'The job that follows.';
comment on column job_follows.upstream_id is 'The job that it follows.';
comment on column job_follows.learned_at is 'The instant as of which it was learned, on the clock of the estate.';

create table heartbeat (
  part text primary key,
  beat_at timestamptz not null,
  as_of timestamptz,
  detail jsonb
);
comment on table heartbeat is 'When each part of the system was last alive, so that one that stands still is noticed.';
comment on column heartbeat.part is 'The part: look (of detection), detect, collect/SOURCE, queue/QUEUE.';
comment on column heartbeat.beat_at is 'When it last did its work, on the clock of the machine.';
comment on column heartbeat.as_of is 'The instant it last worked for, on the clock of the estate.';
comment on column heartbeat.detail is 'What it did then.';

-- A job that a rebuild no longer finds stays while a finding tells of it.
do $$
begin
  execute replace(pg_get_functiondef('finish_rebuild()'::regprocedure), 'from incident where job_id', 'from finding where job_id');
end
$$;

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update on finding, heartbeat to smart_etl_writer;
    grant select, insert, delete on job_news, job_follows to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on finding, heartbeat, job_news, job_follows to smart_etl_reader;
  end if;
end
$$;
`);
}
