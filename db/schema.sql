create type run_status as enum ('running', 'succeeded', 'failed', 'cancelled');

CREATE OR REPLACE FUNCTION public.begin_month(parent text, month date)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  child text := parent || to_char(month, '_YYYY_MM');
  instant text := case parent when 'run' then 'started_at' when 'metric_sample' then 'ts' end;
  writer text := 'smart_etl_writer';
begin
  if instant is null or month <> date_trunc('month', month)::date
    or month < date '2010-01-01' or month >= date '2050-01-01' then
    raise exception 'begin_month: expected run or metric_sample and the first day of a month from 2010 to 2049, found % and %', parent, month;
  end if;
  -- One load at a time begins months; the others wait here until it is committed and then see them.
  perform pg_advisory_xact_lock(hashtextextended('months', 0));
  if to_regclass('public.' || child) is not null then return null; end if;
  execute format('create table public.%I (like public.%I including defaults)', child, parent);
  -- With this check the table joins its parent without being read through.
  execute format('alter table public.%I add constraint %I check (%I >= %L and %I < %L)', child, child || '_month',
    instant, month::timestamp at time zone 'UTC', instant, (month + interval '1 month')::timestamp at time zone 'UTC');
  if exists (select from pg_roles where rolname = writer) then
    execute format('grant insert on public.%I to %I', child, writer);
  end if;
  return child;
end
$function$
;

CREATE OR REPLACE FUNCTION public.finish_month(parent text, month date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  child text := parent || to_char(month, '_YYYY_MM');
  writer text := 'smart_etl_writer';
begin
  if parent not in ('run', 'metric_sample') then
    raise exception 'finish_month: expected run or metric_sample, found %', parent;
  end if;
  execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)', parent, child,
    month::timestamp at time zone 'UTC', (month + interval '1 month')::timestamp at time zone 'UTC');
  execute format('alter table public.%I drop constraint %I', child, child || '_month');
  -- Rows are reached through the parent only, where its rights apply.
  if exists (select from pg_roles where rolname = writer) then
    execute format('revoke all on public.%I from %I', child, writer);
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION public.job_id_of(namespace text, name text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ((('x'::text || substr(md5(((namespace || chr(31)) || name)), 1, 13)))::bit(52))::bigint
;

CREATE OR REPLACE FUNCTION public.receive_event(event text, way text, told text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  -- Nobody packs: the disk must not fill with what may be an attack.
  if (select max(id) - min(id) >= 1000000 from public.received_event) then
    raise exception 'more than 1,000,000 events wait to be packed' using errcode = 'configuration_limit_exceeded';
  end if;
  insert into public.received_event (event_id, via, message) values (event, way, told)
    on conflict (event_id) do nothing;
  if not found then return false; end if;
  perform pg_notify('events', '');
  return true;
end
$function$
;

create table arrival (
  source text not null,
  path text not null,
  size_bytes bigint not null,
  modified_at timestamp with time zone not null,
  sha256 text not null,
  seen_at timestamp with time zone default now() not null,
  constraint arrival_pkey PRIMARY KEY (source, path, size_bytes, modified_at),
  constraint arrival_sha256_fkey FOREIGN KEY (sha256) REFERENCES file(sha256),
  constraint arrival_source_fkey FOREIGN KEY (source) REFERENCES source(name)
);

create table audit_log (
  id bigint generated always as identity not null,
  at timestamp with time zone default now() not null,
  who text not null,
  action text not null,
  subject text not null,
  why text not null,
  before jsonb,
  after jsonb,
  workflow_id text,
  constraint audit_log_pkey PRIMARY KEY (id)
);

create table contract (
  source text not null,
  version integer not null,
  yaml text not null,
  sha256 text not null,
  accepted_at timestamp with time zone default now() not null,
  accepted_by text not null,
  constraint contract_pkey PRIMARY KEY (source, version),
  constraint contract_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint contract_source_fkey FOREIGN KEY (source) REFERENCES source(name),
  constraint contract_version_check CHECK ((version > 0))
);

create table evaluation (
  model text not null,
  version integer not null,
  head text not null,
  metric text not null,
  value double precision,
  constraint evaluation_head_check CHECK ((head = ANY (ARRAY['day'::text, 'week'::text]))),
  constraint evaluation_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint evaluation_pkey PRIMARY KEY (model, version, head, metric)
);

create table event_file (
  file_sha256 text not null,
  last_received_at timestamp with time zone not null,
  events bigint not null,
  constraint event_file_events_check CHECK ((events > 0)),
  constraint event_file_file_sha256_fkey FOREIGN KEY (file_sha256) REFERENCES file(sha256),
  constraint event_file_pkey PRIMARY KEY (file_sha256)
);

create table file (
  sha256 text not null,
  source text not null,
  name text not null,
  size_bytes bigint not null,
  received_at timestamp with time zone default now() not null,
  state text default 'stored'::text not null,
  dialect jsonb,
  rows_in bigint,
  rows_loaded bigint,
  rows_duplicate bigint,
  rows_quarantined bigint,
  last_known_at timestamp with time zone,
  refusal_code text,
  refusal_detail text,
  loaded_at timestamp with time zone,
  id bigint generated always as identity not null,
  contract_version integer,
  archive_sha256 text,
  constraint file_accounts_for_every_row CHECK (((state <> 'loaded'::text) OR (rows_in = ((rows_loaded + rows_duplicate) + rows_quarantined)))),
  constraint file_archive_sha256_fkey FOREIGN KEY (archive_sha256) REFERENCES file(sha256),
  constraint file_id_key UNIQUE (id),
  constraint file_pkey PRIMARY KEY (sha256),
  constraint file_refused_with_reason CHECK (((state <> ALL (ARRAY['refused'::text, 'held'::text])) OR (refusal_code IS NOT NULL))),
  constraint file_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint file_size_bytes_check CHECK ((size_bytes >= 0)),
  constraint file_source_contract_version_fkey FOREIGN KEY (source, contract_version) REFERENCES contract(source, version),
  constraint file_source_fkey FOREIGN KEY (source) REFERENCES source(name),
  constraint file_state_check CHECK ((state = ANY (ARRAY['stored'::text, 'loaded'::text, 'refused'::text, 'held'::text, 'unpacked'::text])))
);

create table forecast (
  cutoff timestamp with time zone not null,
  job_id bigint not null,
  horizon_day smallint not null,
  probability double precision not null,
  basis text not null,
  reasons jsonb not null,
  constraint forecast_basis_check CHECK ((basis = ANY (ARRAY['model'::text, 'group-rate'::text]))),
  constraint forecast_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint forecast_horizon_day_check CHECK (((horizon_day >= 1) AND (horizon_day <= 7))),
  constraint forecast_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id),
  constraint forecast_pkey PRIMARY KEY (cutoff, job_id, horizon_day),
  constraint forecast_probability_check CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
);

create table forecast_cutoff (
  cutoff timestamp with time zone not null,
  model text not null,
  model_version integer not null,
  candidates integer not null,
  workflow_id text not null,
  made_at timestamp with time zone default now() not null,
  constraint forecast_cutoff_model_model_version_fkey FOREIGN KEY (model, model_version) REFERENCES model_version(model, version),
  constraint forecast_cutoff_pkey PRIMARY KEY (cutoff)
);

create table forecast_week (
  cutoff timestamp with time zone not null,
  job_id bigint not null,
  probability double precision not null,
  basis text not null,
  rank integer not null,
  reasons jsonb not null,
  constraint forecast_week_basis_check CHECK ((basis = ANY (ARRAY['model'::text, 'group-rate'::text]))),
  constraint forecast_week_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint forecast_week_cutoff_rank_key UNIQUE (cutoff, rank),
  constraint forecast_week_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id),
  constraint forecast_week_pkey PRIMARY KEY (cutoff, job_id),
  constraint forecast_week_probability_check CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
);

create table gate_verdict (
  model text not null,
  challenger_version integer not null,
  champion_version integer not null,
  verdict text not null,
  checks jsonb not null,
  decided_at timestamp with time zone default now() not null,
  constraint gate_verdict_model_challenger_version_fkey FOREIGN KEY (model, challenger_version) REFERENCES model_version(model, version),
  constraint gate_verdict_pkey PRIMARY KEY (model, challenger_version, champion_version),
  constraint gate_verdict_verdict_check CHECK ((verdict = ANY (ARRAY['promote'::text, 'keep'::text, 'undecided'::text])))
);

create table incident (
  id bigint generated always as identity not null,
  kind text not null,
  job_id bigint,
  run_key text,
  opened_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolved_by_run_key text,
  error text,
  source text,
  constraint incident_is_of_a_job_or_a_source CHECK (((num_nonnulls(job_id, source) = 1) AND ((job_id IS NULL) = (run_key IS NULL)))),
  constraint incident_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id),
  constraint incident_kind_check CHECK ((kind = ANY (ARRAY['job-failed'::text, 'schema-changed'::text, 'quarantine-limit'::text, 'source-unreadable'::text]))),
  constraint incident_kind_job_id_run_key_key UNIQUE (kind, job_id, run_key),
  constraint incident_pkey PRIMARY KEY (id),
  constraint incident_source_fkey FOREIGN KEY (source) REFERENCES source(name)
);

create table job (
  id bigint not null,
  namespace text not null,
  name text not null,
  owner text,
  host text,
  criticality smallint default 3 not null,
  owner_told_at timestamp with time zone,
  host_told_at timestamp with time zone,
  constraint job_criticality_check CHECK (((criticality >= 1) AND (criticality <= 4))),
  constraint job_namespace_name_key UNIQUE (namespace, name),
  constraint job_pkey PRIMARY KEY (id)
);

create table metric_sample (
  ts timestamp with time zone not null,
  value double precision not null,
  file_id bigint not null,
  host text not null,
  metric text not null,
  constraint metric_sample_pkey PRIMARY KEY (host, metric, ts)
) partition by RANGE (ts);

create table model_alias (
  model text not null,
  alias text not null,
  version integer not null,
  changed_at timestamp with time zone default now() not null,
  constraint model_alias_alias_check CHECK ((alias = ANY (ARRAY['champion'::text, 'challenger'::text, 'shadow'::text]))),
  constraint model_alias_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_alias_pkey PRIMARY KEY (model, alias)
);

create table model_alias_change (
  id bigint generated always as identity not null,
  model text not null,
  alias text not null,
  from_version integer,
  to_version integer not null,
  at timestamp with time zone default now() not null,
  who text not null,
  why text not null,
  workflow_id text,
  constraint model_alias_change_pkey PRIMARY KEY (id)
);

create table model_version (
  model text not null,
  version integer not null,
  kind text not null,
  artifact_sha256 text not null,
  manifest_sha256 text not null,
  snapshot_sha256 text not null,
  cutoff timestamp with time zone not null,
  seed bigint not null,
  code_version text not null,
  parameters jsonb not null,
  fit_ms double precision not null,
  peak_memory_bytes bigint not null,
  created_at timestamp with time zone default now() not null,
  constraint model_version_artifact_sha256_check CHECK ((artifact_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_version_manifest_sha256_check CHECK ((manifest_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_version_model_manifest_sha256_key UNIQUE (model, manifest_sha256),
  constraint model_version_pkey PRIMARY KEY (model, version),
  constraint model_version_snapshot_sha256_check CHECK ((snapshot_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_version_version_check CHECK ((version > 0))
);

create table notification (
  id text not null,
  kind text not null,
  channel text not null,
  subject text not null,
  body text not null,
  state text default 'pending'::text not null,
  attempts integer default 0 not null,
  last_error text,
  created_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  constraint notification_channel_check CHECK ((channel = 'mail'::text)),
  constraint notification_kind_check CHECK ((kind = ANY (ARRAY['incidents-opened'::text, 'incidents-resolved'::text, 'forecast-ready'::text, 'champion-changed'::text]))),
  constraint notification_pkey PRIMARY KEY (id),
  constraint notification_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'dead'::text])))
);

create table notification_incident (
  notification_id text not null,
  incident_id bigint not null,
  constraint notification_incident_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  constraint notification_incident_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES notification(id),
  constraint notification_incident_pkey PRIMARY KEY (notification_id, incident_id)
);

create table quarantine (
  file_sha256 text not null,
  byte_offset bigint not null,
  row_number bigint not null,
  code text not null,
  detail text not null,
  original bytea not null,
  constraint quarantine_file_sha256_fkey FOREIGN KEY (file_sha256) REFERENCES file(sha256),
  constraint quarantine_pkey PRIMARY KEY (file_sha256, byte_offset)
);

create table received_event (
  id bigint generated always as identity not null,
  event_id text not null,
  via text not null,
  message text not null,
  received_at timestamp with time zone default clock_timestamp() not null,
  constraint received_event_event_id_check CHECK ((event_id ~ '^[0-9a-f]{64}$'::text)),
  constraint received_event_event_id_key UNIQUE (event_id),
  constraint received_event_message_check CHECK ((octet_length(message) <= 2097152)),
  constraint received_event_pkey PRIMARY KEY (id),
  constraint received_event_via_check CHECK ((via = ANY (ARRAY['ping'::text, 'openlineage'::text])))
);

create table run (
  job_id bigint not null,
  digest bigint not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  known_at timestamp with time zone not null,
  duration_ms bigint,
  rows_read bigint,
  rows_written bigint,
  expected_rows bigint,
  file_id bigint not null,
  row_number bigint not null,
  status run_status not null,
  run_key text not null,
  host text,
  error text,
  query text,
  extra jsonb,
  anomalies text[],
  constraint run_pkey PRIMARY KEY (job_id, run_key, digest, started_at)
) partition by RANGE (started_at);

create table run_event (
  event_id text not null,
  namespace text not null,
  job text not null,
  run_id text,
  kind text not null,
  event_time timestamp with time zone not null,
  received_at timestamp with time zone not null,
  via text not null,
  producer text,
  exit_status bigint,
  duration_ms bigint,
  log text,
  error text,
  owner text,
  host text,
  query text,
  rows_read bigint,
  rows_written bigint,
  extra jsonb,
  anomalies text[],
  file_id bigint not null,
  row_number bigint not null,
  constraint run_event_file_id_fkey FOREIGN KEY (file_id) REFERENCES file(id) NOT ENFORCED,
  constraint run_event_kind_check CHECK ((kind = ANY (ARRAY['start'::text, 'running'::text, 'success'::text, 'fail'::text, 'abort'::text, 'log'::text]))),
  constraint run_event_pkey PRIMARY KEY (event_id),
  constraint run_event_via_check CHECK ((via = ANY (ARRAY['ping'::text, 'openlineage'::text])))
);

create table scrape (
  source text not null,
  host text not null,
  scraped_at timestamp with time zone not null,
  counters jsonb not null,
  constraint scrape_pkey PRIMARY KEY (source, host),
  constraint scrape_source_fkey FOREIGN KEY (source) REFERENCES source(name)
);

create table sighting (
  source text not null,
  path text not null,
  size_bytes bigint not null,
  modified_at timestamp with time zone not null,
  sha256 text,
  seen_at timestamp with time zone not null,
  constraint sighting_pkey PRIMARY KEY (source, path),
  constraint sighting_source_fkey FOREIGN KEY (source) REFERENCES source(name)
);

create table source (
  name text not null,
  kind text not null,
  folder text not null,
  namespace text not null,
  intake jsonb default '{}'::jsonb not null,
  constraint source_kind_check CHECK ((kind = ANY (ARRAY['runs'::text, 'metrics'::text, 'events'::text]))),
  constraint source_pkey PRIMARY KEY (name)
);

create table tail (
  id bigint generated always as identity not null,
  source text not null,
  path text not null,
  identity text not null,
  size_bytes bigint not null,
  modified_at timestamp with time zone not null,
  read_bytes bigint not null,
  head_bytes integer not null,
  head_sha256 text not null,
  last_bytes integer not null,
  last_sha256 text not null,
  header bytea not null,
  dialect jsonb,
  copy_of bigint,
  seen_at timestamp with time zone not null,
  constraint tail_copy_of_fkey FOREIGN KEY (copy_of) REFERENCES tail(id),
  constraint tail_pkey PRIMARY KEY (id),
  constraint tail_source_fkey FOREIGN KEY (source) REFERENCES source(name)
);

CREATE INDEX event_file_by_time ON public.event_file USING btree (last_received_at);

CREATE INDEX file_by_arrival ON public.file USING btree (received_at);

CREATE INDEX file_of_archive ON public.file USING btree (archive_sha256) WHERE (archive_sha256 IS NOT NULL);

CREATE INDEX file_state ON public.file USING btree (source, state);

CREATE INDEX file_waiting ON public.file USING btree (source, id) WHERE (state = 'stored'::text);

CREATE UNIQUE INDEX incident_open ON public.incident USING btree (kind, job_id) WHERE (resolved_at IS NULL);

CREATE UNIQUE INDEX incident_open_of_source ON public.incident USING btree (kind, source) WHERE ((resolved_at IS NULL) AND (source IS NOT NULL));

CREATE INDEX notification_pending ON public.notification USING btree (created_at) WHERE (state = 'pending'::text);

CREATE INDEX run_by_knowledge ON ONLY public.run USING brin (known_at);

CREATE INDEX run_by_start ON ONLY public.run USING btree (started_at);

CREATE INDEX run_event_of_run ON public.run_event USING btree (namespace, job, run_id, event_time);

CREATE INDEX run_of_job_by_start ON ONLY public.run USING btree (job_id, started_at);

CREATE INDEX run_of_rare_status ON ONLY public.run USING btree (status, started_at) WHERE (status = ANY (ARRAY['running'::run_status, 'cancelled'::run_status]));

CREATE INDEX tail_of_source ON public.tail USING btree (source, head_sha256);

create view run_latest as
 SELECT DISTINCT ON (job_id, run_key) job_id,
    digest,
    started_at,
    ended_at,
    known_at,
    duration_ms,
    rows_read,
    rows_written,
    expected_rows,
    file_id,
    row_number,
    status,
    run_key,
    host,
    error,
    query,
    extra,
    anomalies
   FROM run
  ORDER BY job_id, run_key, known_at DESC, (status = 'running'::run_status), digest;

grant select on arrival to smart_etl_reader;

grant select on audit_log to smart_etl_reader;

grant select on contract to smart_etl_reader;

grant select on evaluation to smart_etl_reader;

grant select on event_file to smart_etl_reader;

grant select on file to smart_etl_reader;

grant select on forecast to smart_etl_reader;

grant select on forecast_cutoff to smart_etl_reader;

grant select on forecast_week to smart_etl_reader;

grant select on gate_verdict to smart_etl_reader;

grant select on incident to smart_etl_reader;

grant select on job to smart_etl_reader;

grant select on knex_migrations to smart_etl_reader;

grant select on knex_migrations_lock to smart_etl_reader;

grant select on metric_sample to smart_etl_reader;

grant select on model_alias to smart_etl_reader;

grant select on model_alias_change to smart_etl_reader;

grant select on model_version to smart_etl_reader;

grant select on notification to smart_etl_reader;

grant select on notification_incident to smart_etl_reader;

grant select on quarantine to smart_etl_reader;

grant select on run to smart_etl_reader;

grant select on run_event to smart_etl_reader;

grant select on run_latest to smart_etl_reader;

grant select on scrape to smart_etl_reader;

grant select on sighting to smart_etl_reader;

grant select on source to smart_etl_reader;

grant select on tail to smart_etl_reader;

grant insert, select, update on arrival to smart_etl_writer;

grant insert, select on audit_log to smart_etl_writer;

grant insert, select on contract to smart_etl_writer;

grant insert, select, update on evaluation to smart_etl_writer;

grant insert, select on event_file to smart_etl_writer;

grant insert, select, update on file to smart_etl_writer;

grant insert, select on forecast to smart_etl_writer;

grant insert, select, update on forecast_cutoff to smart_etl_writer;

grant insert, select on forecast_week to smart_etl_writer;

grant insert, select, update on gate_verdict to smart_etl_writer;

grant insert, select, update on incident to smart_etl_writer;

grant insert, select, update on job to smart_etl_writer;

grant select on knex_migrations to smart_etl_writer;

grant select on knex_migrations_lock to smart_etl_writer;

grant insert, select, update on metric_sample to smart_etl_writer;

grant insert, select, update on model_alias to smart_etl_writer;

grant insert, select on model_alias_change to smart_etl_writer;

grant insert, select on model_version to smart_etl_writer;

grant insert, select, update on notification to smart_etl_writer;

grant insert, select, update on notification_incident to smart_etl_writer;

grant insert, select on quarantine to smart_etl_writer;

grant delete, select on received_event to smart_etl_writer;

grant insert, select on run to smart_etl_writer;

grant insert, select on run_event to smart_etl_writer;

grant select on run_latest to smart_etl_writer;

grant delete, insert, select, update on scrape to smart_etl_writer;

grant delete, insert, select, update on sighting to smart_etl_writer;

grant insert, select, update on source to smart_etl_writer;

grant delete, insert, select, update on tail to smart_etl_writer;

grant update (file_id, row_number) on run to smart_etl_writer;
