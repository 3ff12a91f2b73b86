import type { Knex } from 'knex';

/** What the API needs to answer soon, to do what is asked twice only once, and to tell of one job at any time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create index run_of_failed on run (started_at) where status = 'failed';
create index run_of_job_failed on run (job_id, started_at) where status = 'failed';
create index expectation_by_due on expectation (due, id);
create index expectation_of_job on expectation (job_id, due);
create index file_by_told on file (source, last_known_at) where state = 'loaded';

-- A chart of a month reads every sample of a metric: from the key alone, not from a page of the table for each.
alter table metric_sample drop constraint metric_sample_pkey;
alter table metric_sample add primary key (host, metric, ts) include (value);

create table idempotent_request (
  key_hash text primary key check (key_hash ~ '^[0-9a-f]{64}$'),
  request_hash text not null check (request_hash ~ '^[0-9a-f]{64}$'),
  begun_at timestamptz not null default clock_timestamp(),
  status integer check (status between 200 and 499),
  answer text check (octet_length(answer) <= 262144),
  constraint idempotent_request_answered check ((status is null) = (answer is null))
);
create index idempotent_request_by_age on idempotent_request (begun_at);
comment on table idempotent_request is 'Changes asked for with an Idempotency-Key in the last 24 hours, and what was answered: who asks again is answered the same, and nothing is done twice.';
comment on column idempotent_request.key_hash is 'SHA-256 of who asked, the method, the address and the key.';
comment on column idempotent_request.request_hash is 'SHA-256 of what was posted: the same key with something else is a mistake.';
comment on column idempotent_request.begun_at is 'When it was asked.';
comment on column idempotent_request.status is 'HTTP status of the answer; null while it is being done.';
comment on column idempotent_request.answer is 'Body of the answer; null while it is being done.';

create function begin_idempotent(asked_key text, asked_request text, out outcome text, out known_status integer,
  out known_answer text) language plpgsql security definer set search_path to 'pg_catalog', 'public' as $function$
declare
  known public.idempotent_request;
begin
  delete from public.idempotent_request where key_hash in (
    select key_hash from public.idempotent_request where begun_at < clock_timestamp() - interval '24 hours'
    order by begun_at limit 1000 for update skip locked);
  -- What is a day old and was not reached by that goes as well, and so does what nobody works on any more.
  delete from public.idempotent_request where key_hash = asked_key
    and (begun_at < clock_timestamp() - interval '24 hours'
      or status is null and begun_at < clock_timestamp() - interval '2 minutes');
  if (select count(*) from (select from public.idempotent_request limit 100000) as kept) >= 100000 then
    raise exception 'more than 100,000 changes were asked for in a day' using errcode = 'configuration_limit_exceeded';
  end if;
  insert into public.idempotent_request (key_hash, request_hash) values (asked_key, asked_request)
    on conflict (key_hash) do nothing;
  if found then
    outcome := 'begun';
    return;
  end if;
  select * into known from public.idempotent_request where key_hash = asked_key;
  known_status := known.status;
  known_answer := known.answer;
  outcome := case when known.request_hash is distinct from asked_request then 'other'
    when known.status is null then 'running' else 'answered' end;
end
$function$;
comment on function begin_idempotent(text, text) is 'Enters a change under its key: begun, or running, answered (with the answer) or other, when the key stands for something else.';

create function end_idempotent(asked_key text, asked_request text, told_status integer, told_answer text) returns void
  language sql security definer set search_path to 'pg_catalog', 'public' as $function$
  update public.idempotent_request set status = told_status, answer = told_answer
    where key_hash = asked_key and request_hash = asked_request and status is null;
$function$;
comment on function end_idempotent(text, text, integer, text) is 'Keeps the answer to a change.';

create function forget_idempotent(asked_key text, asked_request text) returns void
  language sql security definer set search_path to 'pg_catalog', 'public' as $function$
  delete from public.idempotent_request
    where key_hash = asked_key and request_hash = asked_request and status is null;
$function$;
comment on function forget_idempotent(text, text) is 'Takes back a change that could not be done, so that it can be asked for again.';

create table prediction (
  cutoff timestamptz not null,
  model text not null,
  model_version integer not null,
  job_id bigint not null references job (id) on delete cascade,
  forecast jsonb not null,
  primary key (cutoff, model, model_version, job_id),
  foreign key (model, model_version) references model_version (model, version)
);
create table prediction_cutoff (
  cutoff timestamptz not null,
  model text not null,
  model_version integer not null,
  candidates integer not null check (candidates >= 0),
  made_at timestamptz not null default clock_timestamp(),
  primary key (cutoff, model, model_version),
  foreign key (model, model_version) references model_version (model, version)
);
comment on table prediction is 'What a model said of a job when somebody asked in between the weekly forecasts; of the last two days.';
comment on column prediction.cutoff is 'Nothing known later was used.';
comment on column prediction.model is 'The model.';
comment on column prediction.model_version is 'Its version.';
comment on column prediction.job_id is 'The job.';
comment on column prediction.forecast is 'Probabilities with bounds and reasons, of the week and of its days, as the API answers them.';
comment on table prediction_cutoff is 'For which cutoffs predictions were made: a job without one is no candidate.';
comment on column prediction_cutoff.cutoff is 'Nothing known later was used.';
comment on column prediction_cutoff.model is 'The model.';
comment on column prediction_cutoff.model_version is 'Its version.';
comment on column prediction_cutoff.candidates is 'Jobs that were predicted.';
comment on column prediction_cutoff.made_at is 'When.';

do $$
begin
  revoke execute on function begin_idempotent(text, text), end_idempotent(text, text, integer, text),
    forget_idempotent(text, text) from public;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, delete on prediction, prediction_cutoff to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on prediction, prediction_cutoff to smart_etl_reader;
    grant execute on function begin_idempotent(text, text), end_idempotent(text, text, integer, text),
      forget_idempotent(text, text) to smart_etl_reader;
  end if;
end
$$;
`);
}
