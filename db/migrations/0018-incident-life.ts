import type { Knex } from 'knex';

/** What people do about incidents: take them on, silence, waive, run again, and say whether being told was useful. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table incident
  add column escalated_at timestamptz,
  add column reminded_at timestamptz,
  add column life_ended_at timestamptz;
update incident set life_ended_at = now() where state = 'resolved';
create index incident_living on incident (id) where life_ended_at is null;
comment on column incident.escalated_at is 'When nobody had taken it on in time, on the clock of the machine; null: that did not happen.';
comment on column incident.reminded_at is 'When people were last reminded of it, on the clock of the machine; null: never.';
comment on column incident.life_ended_at is 'When the workflow that lives its life saw its end, on the clock of the machine; null: it is still to.';

-- Its workflow is told at once, whoever changes an incident or has told people of it.
create function tell_incident_changed() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('incident', new.id::text);
  return null;
end
$$;
comment on function tell_incident_changed() is 'Wakes the workflow of an incident.';
create trigger incident_opened after insert on incident for each row execute function tell_incident_changed();
create trigger incident_changed after update of state, severity on incident for each row
  when (old.state is distinct from new.state or old.severity is distinct from new.severity)
  execute function tell_incident_changed();
create function tell_incident_told() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('incident', incident_id::text) from public.notification_incident where notification_id = new.id;
  return null;
end
$$;
comment on function tell_incident_told() is 'Wakes the workflows of the incidents that a message told of.';
create trigger notification_sent after update of state on notification for each row
  when (new.state = 'sent' and old.state <> 'sent') execute function tell_incident_told();

create table waiver (
  id bigint generated always as identity primary key,
  finding_key text not null,
  as_of timestamptz not null,
  incident_id bigint not null references incident (id),
  who text not null,
  why text not null,
  at timestamptz not null default now()
);
create index waiver_of_finding on waiver (finding_key, as_of);
comment on table waiver is 'Findings that somebody decided to live with: what had begun by then is not found any more. One that begins anew is.';
comment on column waiver.id is 'Identifier.';
comment on column waiver.finding_key is 'Key of the finding.';
comment on column waiver.as_of is 'When it was waived, on the clock of the estate.';
comment on column waiver.incident_id is 'The incident it was waived in.';
comment on column waiver.who is 'Who decided.';
comment on column waiver.why is 'Why.';
comment on column waiver.at is 'When, on the clock of the database.';

create table incident_feedback (
  incident_id bigint not null references incident (id),
  channel text not null,
  answerer text not null check (answerer ~ '^[0-9a-f]{64}$'),
  who text not null,
  useful boolean not null,
  at timestamptz not null default clock_timestamp(),
  primary key (incident_id, channel, answerer)
);
comment on table incident_feedback is 'Whether people found it useful to be told of an incident; the last answer of each.';
comment on column incident_feedback.incident_id is 'The incident.';
comment on column incident_feedback.channel is 'The channel whose message they answered.';
comment on column incident_feedback.answerer is 'SHA-256 of their name: the same person has one answer.';
comment on column incident_feedback.who is 'Who answered.';
comment on column incident_feedback.useful is 'Their answer.';
comment on column incident_feedback.at is 'When, on the clock of the database.';

-- The API reads as smart_etl_reader and may hand in answers, nothing else.
create function give_feedback(told_incident bigint, by_channel text, by_whom text, was_useful boolean) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from public.incident where id = told_incident) then return false; end if;
  -- A link may be used by many: not by so many that the disk fills.
  if (select count(*) from public.incident_feedback where incident_id = told_incident) >= 1000 then
    raise exception 'more than 1,000 answers to incident %', told_incident using errcode = 'configuration_limit_exceeded';
  end if;
  insert into public.incident_feedback (incident_id, channel, answerer, who, useful)
    values (told_incident, left(by_channel, 200), encode(sha256(convert_to(by_whom, 'UTF8')), 'hex'), left(by_whom, 200),
      was_useful)
    on conflict (incident_id, channel, answerer) do update set useful = excluded.useful, at = excluded.at;
  return true;
end
$$;
comment on function give_feedback(bigint, text, text, boolean) is 'Keeps whether being told of an incident was useful; false when there is none with that number.';

create table rerun (
  id text primary key,
  workflow_id text not null,
  incident_id bigint references incident (id),
  who text not null,
  why text not null,
  asked_at timestamptz not null default now(),
  cycles jsonb not null,
  finished_at timestamptz
);
create index rerun_of_incident on rerun (incident_id) where incident_id is not null;
create index rerun_unfinished on rerun (asked_at) where finished_at is null;
comment on table rerun is 'Jobs that somebody asked to run again, in the order of their dependencies.';
comment on column rerun.id is 'Id of the first run of its workflow: asked for again it is another one.';
comment on column rerun.workflow_id is 'Its workflow.';
comment on column rerun.incident_id is 'The incident whose victims run again; null when jobs were named.';
comment on column rerun.who is 'Who asked for it.';
comment on column rerun.why is 'Why.';
comment on column rerun.asked_at is 'When, on the clock of the database.';
comment on column rerun.cycles is 'Jobs that follow one another in a circle, and the link that was left out.';
comment on column rerun.finished_at is 'When every victim was handled or given up; null while it lasts.';

create table rerun_victim (
  rerun_id text not null references rerun (id),
  job_id bigint not null references job (id),
  position integer not null,
  after bigint[] not null,
  run_key text,
  due timestamptz,
  state text not null default 'waiting' check (state in ('waiting', 'asking', 'asked', 'started', 'by-hand', 'done')),
  asked_at timestamptz,
  asked_as_of timestamptz,
  answer text,
  known_run_keys text[],
  deadline_at timestamptz,
  new_run_key text,
  new_run_started_at timestamptz,
  outcome text check (outcome in ('succeeded', 'failed', 'not-started', 'no-way', 'skipped')),
  detail text,
  settled_at timestamptz,
  done_by text,
  done_why text,
  primary key (rerun_id, job_id),
  constraint rerun_victim_done_has_outcome check ((state = 'done') = (outcome is not null))
);
comment on table rerun_victim is 'Each job of a re-run, with the proof of what became of it.';
comment on column rerun_victim.rerun_id is 'The re-run.';
comment on column rerun_victim.job_id is 'The job.';
comment on column rerun_victim.position is 'Its place in the order, from 1.';
comment on column rerun_victim.after is 'Jobs of this re-run that must have succeeded before.';
comment on column rerun_victim.run_key is 'The run that went wrong, where one did.';
comment on column rerun_victim.due is 'When it was due, where a slot was missed.';
comment on column rerun_victim.state is 'waiting: for those before it; asking: its scheduler; asked: waiting for a new run to be known; started: it runs; by-hand: no scheduler is configured, a person has to; done: it has an outcome.';
comment on column rerun_victim.asked_at is 'When its scheduler was asked first, on the clock of the machine.';
comment on column rerun_victim.asked_as_of is 'The same instant on the clock of the estate: a run that started later is the proof.';
comment on column rerun_victim.answer is 'What its scheduler answered.';
comment on column rerun_victim.known_run_keys is 'Runs around that instant that were known already: none of them is the proof.';
comment on column rerun_victim.deadline_at is 'Until when a new run is waited for, on the clock of the machine.';
comment on column rerun_victim.new_run_key is 'The run that is the proof.';
comment on column rerun_victim.new_run_started_at is 'When that run started.';
comment on column rerun_victim.outcome is 'succeeded, failed: how the new run ended; not-started: none came in time, or the scheduler refused; no-way: no scheduler is configured and nobody did it; skipped: one before it did not succeed.';
comment on column rerun_victim.detail is 'Why.';
comment on column rerun_victim.settled_at is 'When it had its outcome, on the clock of the machine.';
comment on column rerun_victim.done_by is 'Who did it by hand, and said so.';
comment on column rerun_victim.done_why is 'What they said.';

-- A job that a rebuild no longer finds stays while the proof of a re-run tells of it.
do $$
begin
  execute replace(pg_get_functiondef('finish_rebuild()'::regprocedure), 'and not exists (select from forecast where',
    'and not exists (select from rerun_victim where job_id = gone.id)
    and not exists (select from forecast where');
end
$$;

do $$
begin
  revoke execute on function give_feedback(bigint, text, text, boolean) from public;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert on waiver, incident_feedback to smart_etl_writer;
    grant select, insert, update on rerun, rerun_victim to smart_etl_writer;
    grant execute on function give_feedback(bigint, text, text, boolean) to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on waiver, incident_feedback, rerun, rerun_victim to smart_etl_reader;
    grant execute on function give_feedback(bigint, text, text, boolean) to smart_etl_reader;
  end if;
end
$$;
`);
}
