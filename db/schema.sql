create type run_status as enum ('running', 'succeeded', 'failed', 'cancelled');

CREATE OR REPLACE FUNCTION public.audit_chain_hash(entry audit_log)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  select encode(sha256(convert_to(concat_ws(',', entry.prev_hash, entry.id,
    trunc(extract(epoch from entry.at) * 1000000)::bigint, entry.content_hash), 'UTF8')), 'hex')
$function$
;

CREATE OR REPLACE FUNCTION public.audit_content_hash(entry audit_log)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  select encode(sha256(convert_to((
    select string_agg(coalesce(octet_length(value) || ':' || value, '-'), ',' order by place)
    from unnest(array[entry.who, entry.action, entry.subject, entry.why, entry.before::text, entry.after::text,
      entry.workflow_id, entry.salt::text]) with ordinality as part (value, place)), 'UTF8')), 'hex')
$function$
;

CREATE OR REPLACE FUNCTION public.begin_idempotent(asked_key text, asked_request text, OUT outcome text, OUT known_status integer, OUT known_answer text)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$
;

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

CREATE OR REPLACE FUNCTION public.begin_months()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  left_behind regclass;
begin
  -- One load at a time makes months; the others wait here until it is committed and then see them.
  perform pg_advisory_xact_lock(hashtextextended('months', 0));
  -- What a load made that failed before it attached it.
  for left_behind in
    select oid::regclass from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and not relispartition
      and relname ~ '^(run|metric_sample)_[0-9]{4}_[0-9]{2}$'
  loop
    execute format('drop table %s', left_behind);
  end loop;
end
$function$
;

CREATE OR REPLACE FUNCTION public.begin_rebuild()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  writer text := 'smart_etl_writer';
  parent text;
  instant text;
  files bigint;
begin
  drop schema if exists rebuild cascade;
  create schema rebuild;
  create table rebuild.file (like public.file including all);
  create table rebuild.job (like public.job including all);
  create table rebuild.quarantine (like public.quarantine including all);
  create table rebuild.run_event (like public.run_event including all);
  for parent, instant in values ('run', 'started_at'), ('metric_sample', 'ts') loop
    execute format('create table rebuild.%1$I (like public.%1$I including defaults including constraints
      including indexes including storage) partition by range (%2$I)', parent, instant);
    execute format('create table rebuild.%I partition of rebuild.%I for values from (minvalue) to (%L)',
      parent || '_before_2010', parent, '2010-01-01 00:00+00');
    execute format('create table rebuild.%I partition of rebuild.%I for values from (%L) to (maxvalue)',
      parent || '_from_2050', parent, '2050-01-01 00:00+00');
  end loop;
  -- The same functions for the months of the other schema, made from the text of ours so that they cannot differ.
  execute replace(replace(pg_get_functiondef('public.begin_months()'::regprocedure),
    'public', 'rebuild'), '''months''', '''months of the rebuild''');
  execute replace(pg_get_functiondef('public.begin_month(text, date)'::regprocedure), 'public', 'rebuild');
  execute replace(pg_get_functiondef('public.index_month(text, date)'::regprocedure), 'public', 'rebuild');
  execute replace(pg_get_functiondef('public.finish_month(text, date)'::regprocedure), 'public', 'rebuild');
  revoke execute on function rebuild.begin_months(), rebuild.begin_month(text, date),
    rebuild.index_month(text, date), rebuild.finish_month(text, date) from public;
  if exists (select from pg_roles where rolname = writer) then
    execute format('grant usage on schema rebuild to %I', writer);
    execute format('grant select, insert, update on rebuild.file, rebuild.job, rebuild.metric_sample to %I', writer);
    execute format('grant select, insert, delete on rebuild.quarantine to %I', writer);
    execute format('grant select, insert on rebuild.run_event to %I', writer);
    execute format('grant select, insert, update (file_id, row_number) on rebuild.run to %I', writer);
    execute format('grant execute on function rebuild.begin_months(), rebuild.begin_month(text, date),
      rebuild.index_month(text, date), rebuild.finish_month(text, date) to %I', writer);
  end if;
  perform public.extend_rebuild();
  select count(*) into files from rebuild.file;
  return files;
end
$function$
;

CREATE OR REPLACE FUNCTION public.begin_session(hash text, login_user_id bigint, told_who text, told_role text, lasts interval, from_address text, replaced_hash text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  new_id bigint;
  name text := told_who;
begin
  if lasts > interval '7 days' then
    raise exception 'a session lasts at most 7 days, asked for %', lasts using errcode = 'invalid_parameter_value';
  end if;
  if login_user_id is not null then
    select u.name into name from public.app_user u where u.id = login_user_id and u.disabled_at is null for share;
    if not found then
      raise exception 'user % is disabled', login_user_id using errcode = 'insufficient_privilege';
    end if;
  end if;
  perform public.end_session(replaced_hash, from_address);
  delete from public.web_session where ends_at < now() - interval '30 days';
  -- Nobody has more than 20 browsers; a script that logs in for every request must not fill the table.
  update public.web_session set ended_at = now() where id in (
    select s.id from public.web_session s
    where s.ended_at is null and s.user_id is not distinct from login_user_id and s.who = name
    order by s.id desc offset 19);
  insert into public.web_session (cookie_sha256, user_id, who, role, ends_at)
  values (hash, login_user_id, name, told_role, now() + lasts) returning id into new_id;
  insert into public.audit_log (who, action, subject, why, after)
  values (name, 'login', 'session ' || new_id, case when login_user_id is null then 'OpenID' else 'password' end,
    jsonb_build_object('address', left(from_address, 100), 'role', told_role));
end
$function$
;

CREATE OR REPLACE FUNCTION public.chain_audit_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  head public.audit_head;
begin
  -- One at a time, until the transaction ends: the order of the chain is the order of the commits.
  perform pg_advisory_xact_lock(hashtextextended('audit_log', 0));
  select * into head from public.audit_head;
  new.id := head.id + 1;
  new.at := clock_timestamp();
  new.salt := gen_random_uuid();
  new.prev_hash := head.hash;
  new.content_hash := public.audit_content_hash(new);
  new.hash := public.audit_chain_hash(new);
  -- Who reads an old snapshot (repeatable read) fails here instead of making a fork.
  update public.audit_head set id = new.id, hash = new.hash;
  return new;
end
$function$
;

CREATE OR REPLACE FUNCTION public.drop_months_before(parent text, keep_from timestamp with time zone)
 RETURNS TABLE(month text, dropped_rows bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  -- Whatever the settings and the clock of the caller say, the last three months stay.
  floor timestamptz := date_trunc('month', now(), 'UTC') - interval '3 months';
  part record;
begin
  if parent not in ('run', 'metric_sample') then
    raise exception 'drop_months_before: expected run or metric_sample, found %', parent;
  end if;
  if keep_from is null or keep_from <> date_trunc('month', keep_from, 'UTC') or keep_from > floor then
    raise exception 'drop_months_before: expected the start of a month (UTC) not after %, found %', floor, keep_from;
  end if;
  if to_regnamespace('rebuild') is not null then
    raise exception 'drop_months_before: a rebuild is under way, try again when it has ended';
  end if;
  -- Every load locks lines of the ledger first: none is half-way through a month that goes.
  lock table public.file in exclusive mode;
  insert into public.retention as known (relation, keep_from) values (parent, drop_months_before.keep_from)
  on conflict (relation) do update set keep_from = greatest(known.keep_from, excluded.keep_from);
  for part in
    select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = format('public.%I', parent)::regclass
      and (relname = parent || '_before_2010' or (relname ~ '_[0-9]{4}_[0-9]{2}$'
        and to_date(right(relname, 7), 'YYYY_MM') < (drop_months_before.keep_from at time zone 'UTC')::date))
    order by relname
  loop
    month := part.name;
    execute format('with gone as (select file_id, count(*) as rows from public.%I group by file_id),
      told as (update public.file set rows_loaded = rows_loaded - gone.rows,
        rows_quarantined = rows_quarantined + gone.rows, rows_expired = rows_expired + gone.rows
        from gone where file.id = gone.file_id
          -- Files of events account for events.
          and file.source not in (select name from public.source where kind = ''events''))
      select coalesce(sum(rows), 0) from gone', part.name) into dropped_rows;
    if part.name = parent || '_before_2010' then
      execute format('truncate public.%I', part.name);
      if dropped_rows = 0 then continue; end if;
    else
      execute format('drop table public.%I', part.name);
    end if;
    return next;
  end loop;
  if parent = 'run' then
    with gone as (
      delete from public.run_event where event_time < drop_months_before.keep_from returning file_id),
    counted as (select file_id, count(*) as rows from gone group by file_id)
    update public.file set rows_loaded = rows_loaded - counted.rows,
      rows_quarantined = rows_quarantined + counted.rows, rows_expired = rows_expired + counted.rows
    from counted where file.id = counted.file_id;
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION public.drop_rebuild()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  drop schema if exists rebuild cascade;
$function$
;

CREATE OR REPLACE FUNCTION public.end_idempotent(asked_key text, asked_request text, told_status integer, told_answer text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  update public.idempotent_request set status = told_status, answer = told_answer
    where key_hash = asked_key and request_hash = asked_request and status is null;
$function$
;

CREATE OR REPLACE FUNCTION public.end_session(hash text, from_address text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  ended public.web_session;
begin
  update public.web_session set ended_at = now() where cookie_sha256 = hash and ended_at is null returning * into ended;
  if not found then return false; end if;
  insert into public.audit_log (who, action, subject, why, after)
  values (ended.who, 'logout', 'session ' || ended.id, 'asked for', jsonb_build_object('address', left(from_address, 100)));
  return true;
end
$function$
;

CREATE OR REPLACE FUNCTION public.erase_from_audit_log(erasure_id bigint, pattern text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  erased jsonb;
begin
  perform set_config('smart_etl.erasing', 'yes', true);
  with changed as (
    update public.audit_log set salt = null,
      who = regexp_replace(who, pattern, '***', 'gi'),
      action = regexp_replace(action, pattern, '***', 'gi'),
      subject = regexp_replace(subject, pattern, '***', 'gi'),
      why = regexp_replace(why, pattern, '***', 'gi'),
      before = regexp_replace(before::text, pattern, '***', 'gi')::jsonb,
      after = regexp_replace(after::text, pattern, '***', 'gi')::jsonb,
      workflow_id = regexp_replace(workflow_id, pattern, '***', 'gi')
    where action <> 'audit.erased'
      and concat_ws(' ', who, action, subject, why, before, after, workflow_id) ~* pattern
    returning id, public.audit_content_hash(audit_log) as content_hash
  )
  select jsonb_object_agg(id, content_hash) into erased from changed;
  perform set_config('smart_etl.erasing', '', true);
  if erased is null then return; end if;
  insert into public.audit_log (who, action, subject, why, after)
  values ('erasure', 'audit.erased', 'erasure ' || erasure_id,
    'a name was erased from these entries; each is followed by the hash of what is left', jsonb_build_object('entries', erased));
end
$function$
;

CREATE OR REPLACE FUNCTION public.erase_from_tables(erasure_id bigint, pseudonym text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  person text;
  pattern text;
  part record;
begin
  select name into person from erasure where id = erasure_id for update;
  if person is null then return; end if;
  pattern := regexp_replace(person, '([^[:alnum:]])', '\\\1', 'g');
  if pseudonym is not null then pattern := '(' || pattern || '|' || pseudonym || ')'; end if;
  pattern := '(?<![[:alnum:]_])' || pattern || '(?![[:alnum:]_])';
  for part in
    select c.relname as relation, a.attname as attribute, a.atttypid = 'jsonb'::regtype as is_json
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
      and c.relname not like 'knex%' and c.relname not in ('source', 'model_version', 'audit_log')
      and a.attnum > 0 and not a.attisdropped
      and a.atttypid in ('text'::regtype, 'jsonb'::regtype)
      and (c.relname, a.attname) not in (('erasure', 'name'), ('app_user', 'password'))
      -- Keys and words of our own (kind, state) are no names of people; where a path is a key it is one all the same.
      and (a.attname in ('path', 'message') or (c.relname, a.attname) = ('web_session', 'who') or not exists (
        select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')
          and k.conname <> 'erasure_forgets_the_name' and a.attnum = any(k.conkey)))
  loop
    execute format('update public.%1$I set %2$I = regexp_replace(%2$I::text, $1, ''***'', ''gi'')%3$s
      where %2$I::text ~* $1', part.relation, part.attribute, case when part.is_json then '::jsonb' else '' end)
      using pattern;
  end loop;
  -- A name is unique in its namespace, so each gets one of its own.
  update job set name = 'erased ' || id where name ~* pattern;
  -- Whoever logged in by that name does so no more.
  update web_session set ended_at = coalesce(ended_at, now())
    where user_id in (select id from app_user where name ~* pattern);
  update app_user set name = 'erased-' || id, password = '', disabled_at = coalesce(disabled_at, now())
    where name ~* pattern;
  update api_token set name = 'erased-' || id, revoked_at = coalesce(revoked_at, now()) where name ~* pattern;
  perform erase_from_audit_log(erasure_id, pattern);
  update erasure set name = null, done_at = now() where id = erasure_id;
end
$function$
;

CREATE OR REPLACE FUNCTION public.extend_rebuild()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  added bigint;
begin
  insert into rebuild.file (sha256, source, name, size_bytes, received_at, id, limit_waived, contract_version, state)
    overriding system value
  select sha256, source, name, size_bytes, received_at, id, true, case state
      -- What nobody has read yet is read by the contract of today.
      when 'stored' then (select max(version) from contract where contract.source = file.source)
      else contract_version end, 'stored'
  from public.file
  where original_deleted_at is null
    and (state = 'loaded'
      -- What collection refused as an archive was never read as a table, and stays as it is.
      or (state = 'refused' and refusal_code not in ('nested-archive', 'archive-bomb', 'damaged-archive',
        'encrypted-archive', 'empty-archive'))
      -- What waits because its source is stopped goes on waiting.
      or (state = 'stored' and not exists (select from source where name = file.source and paused_at is not null)))
  on conflict (sha256) do nothing;
  get diagnostics added = row_count;
  return added;
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

CREATE OR REPLACE FUNCTION public.finish_rebuild()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  parent text;
  part record;
  kept_from timestamptz;
begin
  -- Every load locks lines of the ledger first: those under way end, none begins.
  lock table public.file in exclusive mode;
  if exists (
    select from public.file known left join rebuild.file again using (sha256)
    where known.state = 'loaded' and known.original_deleted_at is null
      and (again.state is null or again.state = 'stored')) then
    return false;
  end if;
  foreach parent in array array['run', 'metric_sample'] loop
    for part in
      select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = format('public.%I', parent)::regclass
    loop
      execute format('drop table public.%I', part.name);
    end loop;
    for part in
      select relname as name, pg_get_expr(relpartbound, pg_class.oid) as bound
      from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = format('rebuild.%I', parent)::regclass
    loop
      execute format('alter table rebuild.%I detach partition rebuild.%I', parent, part.name);
      execute format('alter table rebuild.%I set schema public', part.name);
      execute format('alter table public.%I attach partition public.%I %s', parent, part.name, part.bound);
      execute format('alter table public.%I drop constraint if exists rebuilt_month', part.name);
    end loop;
  end loop;
  update public.file known
  set state = again.state, dialect = again.dialect, rows_in = again.rows_in, rows_loaded = again.rows_loaded,
    rows_duplicate = again.rows_duplicate, rows_quarantined = again.rows_quarantined,
    rows_expired = again.rows_expired, values_expected = again.values_expected, values_told = again.values_told,
    last_known_at = again.last_known_at, refusal_code = again.refusal_code, refusal_detail = again.refusal_detail,
    contract_version = again.contract_version, loaded_at = again.loaded_at
  from rebuild.file again
  where again.sha256 = known.sha256 and again.state <> 'stored'
    -- Whether what breaks a contract is held, the next ordinary load decides.
    and (known.state <> 'stored' or again.refusal_code is distinct from 'schema-changed');
  delete from public.quarantine;
  insert into public.quarantine select * from rebuild.quarantine;
  delete from public.run_event;
  insert into public.run_event select * from rebuild.run_event;
  insert into public.event_file (file_sha256, last_received_at, events)
  select file.sha256, max(run_event.received_at), count(*)
  from public.run_event join public.file on file.id = run_event.file_id group by file.sha256
  on conflict do nothing;
  select keep_from into kept_from from public.retention where relation = 'run';
  insert into public.job as known (id, namespace, name, owner, owner_told_at, host, host_told_at)
  select id, namespace, name, owner, owner_told_at, host, host_told_at from rebuild.job
  on conflict (id) do update
    -- What only a run told that has expired stays.
    set owner = case when known.owner_told_at < kept_from then coalesce(excluded.owner, known.owner) else excluded.owner end,
      owner_told_at = case when known.owner_told_at < kept_from
        then coalesce(excluded.owner_told_at, known.owner_told_at) else excluded.owner_told_at end,
      host = case when known.host_told_at < kept_from then coalesce(excluded.host, known.host) else excluded.host end,
      host_told_at = case when known.host_told_at < kept_from
        then coalesce(excluded.host_told_at, known.host_told_at) else excluded.host_told_at end;
  delete from public.job gone
  where not exists (select from rebuild.job again where again.id = gone.id)
    and not exists (select from finding where job_id = gone.id)
    and not exists (select from rerun_victim where job_id = gone.id)
    and not exists (select from forecast where job_id = gone.id)
    and not exists (select from forecast_week where job_id = gone.id);
  drop schema rebuild cascade;
  return true;
end
$function$
;

CREATE OR REPLACE FUNCTION public.forget_idempotent(asked_key text, asked_request text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  delete from public.idempotent_request
    where key_hash = asked_key and request_hash = asked_request and status is null;
$function$
;

CREATE OR REPLACE FUNCTION public.give_feedback(told_incident bigint, by_channel text, by_whom text, was_useful boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION public.identity_of_session(hash text, idle interval)
 RETURNS TABLE(id bigint, name text, role text, state text, stale boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  select s.id, s.who, coalesce(u.role, s.role),
    case when s.ended_at is not null or u.disabled_at is not null or s.began_at < u.password_changed_at then 'ended'
      when s.ends_at <= now() or s.seen_at <= now() - idle then 'expired' else 'valid' end,
    s.seen_at < now() - interval '1 minute'
  from public.web_session s left join public.app_user u on u.id = s.user_id where s.cookie_sha256 = hash
$function$
;

CREATE OR REPLACE FUNCTION public.identity_of_token(hash text)
 RETURNS TABLE(id bigint, name text, role text, state text, stale boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  select t.id, t.name, t.role,
    case when t.revoked_at is not null then 'revoked' when t.expires_at <= now() then 'expired' else 'valid' end,
    t.last_used_at is null or t.last_used_at < now() - interval '1 hour'
  from public.api_token t where t.token_sha256 = hash
$function$
;

CREATE OR REPLACE FUNCTION public.index_month(parent text, month date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  child text := parent || to_char(month, '_YYYY_MM');
  definition text;
begin
  if parent not in ('run', 'metric_sample') then
    raise exception 'index_month: expected run or metric_sample, found %', parent;
  end if;
  for definition in
    select pg_get_constraintdef(oid) from pg_constraint
    where conrelid = format('public.%I', parent)::regclass and contype = 'p'
  loop
    execute format('alter table public.%I add %s', child, definition);
  end loop;
  for definition in
    select regexp_replace(pg_get_indexdef(indexrelid), '^CREATE INDEX .* USING', format('create index on public.%I using', child))
    from pg_index where indrelid = format('public.%I', parent)::regclass and not indisunique
  loop
    execute definition;
  end loop;
end
$function$
;

CREATE OR REPLACE FUNCTION public.job_id_of(namespace text, name text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ((('x'::text || substr(md5(((namespace || chr(31)) || name)), 1, 13)))::bit(52))::bigint
;

CREATE OR REPLACE FUNCTION public.login_exists()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  select exists (select from public.app_user) or exists (select from public.api_token)
$function$
;

CREATE OR REPLACE FUNCTION public.note_identity_use(kind text, identity_id bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  update public.api_token set last_used_at = now() where kind = 'token' and id = identity_id;
  update public.web_session set seen_at = now() where kind = 'session' and id = identity_id
$function$
;

CREATE OR REPLACE FUNCTION public.password_of(user_name text)
 RETURNS TABLE(id bigint, name text, password text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  select u.id, u.name, u.password from public.app_user u
  where lower(u.name) = lower(user_name) and u.disabled_at is null
$function$
;

CREATE OR REPLACE FUNCTION public.ready_rebuild()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  part regclass;
begin
  for part in
    select inhrelid::regclass from pg_inherits
    where inhparent in ('rebuild.run'::regclass, 'rebuild.metric_sample'::regclass)
  loop
    -- With these checks the months join the tables in use without being read through.
    if not exists (select from pg_constraint where conrelid = part and conname = 'rebuilt_month') then
      execute format('alter table %s add constraint rebuilt_month check (%s)', part,
        pg_get_partition_constraintdef(part));
    end if;
    execute format('analyze %s', part);
  end loop;
end
$function$
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

CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  -- What an erasure takes out is in an entry of its own: see erase_from_audit_log.
  if tg_op = 'UPDATE' and current_setting('smart_etl.erasing', true) = 'yes'
    and (new.id, new.at, new.content_hash, new.prev_hash, new.hash)
      = (old.id, old.at, old.content_hash, old.prev_hash, old.hash) then
    return new;
  end if;
  raise exception 'the audit log is only ever added to, % refused', lower(tg_op)
    using errcode = 'insufficient_privilege';
end
$function$
;

CREATE OR REPLACE FUNCTION public.refuse_login(user_name text, from_address text, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  known text;
begin
  select u.name into known from public.app_user u where lower(u.name) = lower(user_name);
  -- A name that nobody has is not kept: people type their password there.
  insert into public.audit_log (who, action, subject, why, after)
  values (coalesce(known, 'nobody known'), 'login.refused', 'login', left(reason, 200),
    jsonb_build_object('address', left(from_address, 100)));
end
$function$
;

CREATE OR REPLACE FUNCTION public.tell_incident_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  perform pg_notify('incident', new.id::text);
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION public.tell_incident_told()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  perform pg_notify('incident', incident_id::text) from public.notification_incident where notification_id = new.id;
  return null;
end
$function$
;

create table api_token (
  id bigint generated always as identity not null,
  name text not null,
  role text not null,
  token_sha256 text not null,
  created_at timestamp with time zone default now() not null,
  created_by text not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint api_token_name_check CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$'::text)),
  constraint api_token_name_key UNIQUE (name),
  constraint api_token_pkey PRIMARY KEY (id),
  constraint api_token_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'ml-engineer'::text, 'admin'::text]))),
  constraint api_token_token_sha256_check CHECK ((token_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint api_token_token_sha256_key UNIQUE (token_sha256)
);

create table app_user (
  id bigint generated always as identity not null,
  name text not null,
  role text not null,
  password text not null,
  created_at timestamp with time zone default now() not null,
  created_by text not null,
  password_changed_at timestamp with time zone default now() not null,
  disabled_at timestamp with time zone,
  constraint app_user_name_check CHECK (((name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$'::text) AND (lower(name) <> ALL (ARRAY['local'::text, 'api-token'::text, 'ping-key'::text])))),
  constraint app_user_name_key UNIQUE (name),
  constraint app_user_pkey PRIMARY KEY (id),
  constraint app_user_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'ml-engineer'::text, 'admin'::text])))
);

create table arrival (
  source text not null,
  path text not null,
  size_bytes bigint not null,
  modified_at timestamp with time zone not null,
  sha256 text not null,
  seen_at timestamp with time zone default now() not null,
  constraint arrival_pkey PRIMARY KEY (source, path, size_bytes, modified_at),
  constraint arrival_sha256_fkey FOREIGN KEY (sha256) REFERENCES file(sha256) ON UPDATE CASCADE,
  constraint arrival_source_fkey FOREIGN KEY (source) REFERENCES source(name)
);

create table audit_head (
  one boolean default true not null,
  id bigint not null,
  hash text not null,
  constraint audit_head_one_check CHECK (one),
  constraint audit_head_pkey PRIMARY KEY (one)
);

create table audit_log (
  id bigint not null,
  at timestamp with time zone default now() not null,
  who text not null,
  action text not null,
  subject text not null,
  why text not null,
  before jsonb,
  after jsonb,
  workflow_id text,
  salt uuid,
  content_hash text not null,
  prev_hash text not null,
  hash text not null,
  constraint audit_log_no_fork UNIQUE (prev_hash),
  constraint audit_log_pkey PRIMARY KEY (id)
);

create table base_rate (
  cutoff timestamp with time zone not null,
  job_id bigint not null,
  run_rate double precision not null,
  window_rate double precision not null,
  persistence double precision not null,
  is_onset boolean not null,
  constraint base_rate_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint base_rate_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint base_rate_persistence_check CHECK (((persistence >= (0)::double precision) AND (persistence <= (1)::double precision))),
  constraint base_rate_pkey PRIMARY KEY (cutoff, job_id),
  constraint base_rate_run_rate_check CHECK (((run_rate >= (0)::double precision) AND (run_rate <= (1)::double precision))),
  constraint base_rate_window_rate_check CHECK (((window_rate >= (0)::double precision) AND (window_rate <= (1)::double precision)))
);

create table calibration (
  model text not null,
  version integer not null,
  head text not null,
  bin smallint not null,
  rows bigint not null,
  forecast double precision not null,
  failed double precision not null,
  constraint calibration_bin_check CHECK (((bin >= 0) AND (bin <= 9))),
  constraint calibration_failed_check CHECK (((failed >= (0)::double precision) AND (failed <= (1)::double precision))),
  constraint calibration_forecast_check CHECK (((forecast >= (0)::double precision) AND (forecast <= (1)::double precision))),
  constraint calibration_head_check CHECK ((head = ANY (ARRAY['day'::text, 'week'::text]))),
  constraint calibration_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint calibration_pkey PRIMARY KEY (model, version, head, bin),
  constraint calibration_rows_check CHECK ((rows > 0))
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

create table erasure (
  id bigint generated always as identity not null,
  name text,
  requested_at timestamp with time zone default now() not null,
  requested_by text not null,
  why text not null,
  done_at timestamp with time zone,
  originals bigint,
  constraint erasure_forgets_the_name CHECK (((done_at IS NULL) OR (name IS NULL))),
  constraint erasure_pkey PRIMARY KEY (id)
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
  constraint event_file_file_sha256_fkey FOREIGN KEY (file_sha256) REFERENCES file(sha256) ON UPDATE CASCADE,
  constraint event_file_pkey PRIMARY KEY (file_sha256)
);

create table expectation (
  id bigint generated always as identity not null,
  job_id bigint not null,
  due timestamp with time zone not null,
  earliest timestamp with time zone not null,
  start_deadline timestamp with time zone,
  deadline timestamp with time zone not null,
  closes timestamp with time zone not null,
  outcome text,
  run_key text,
  ended_at timestamp with time zone,
  corrected_from text,
  waived_by text,
  waived_why text,
  constraint expectation_corrected_from_check CHECK ((corrected_from = ANY (ARRAY['met'::text, 'late'::text, 'missing'::text]))),
  constraint expectation_ended_with_outcome CHECK (((outcome IS NULL) = (ended_at IS NULL))),
  constraint expectation_in_order CHECK (((earliest <= due) AND (due <= deadline) AND (deadline <= closes) AND ((start_deadline IS NULL) OR ((start_deadline >= due) AND (start_deadline <= closes))))),
  constraint expectation_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint expectation_outcome_check CHECK ((outcome = ANY (ARRAY['met'::text, 'late'::text, 'missing'::text, 'extra'::text, 'waived'::text]))),
  constraint expectation_pkey PRIMARY KEY (id)
);

create table feature_drift (
  cutoff timestamp with time zone not null,
  model text not null,
  feature text not null,
  state text not null,
  rows integer not null,
  reference_rows integer not null,
  missing double precision,
  reference_missing double precision,
  mean double precision,
  reference_mean double precision,
  shift double precision,
  psi double precision,
  usual_psi double precision,
  ks double precision,
  wasserstein double precision,
  cramers_v double precision,
  p_adjusted double precision,
  constraint feature_drift_cutoff_model_fkey FOREIGN KEY (cutoff, model) REFERENCES model_check(cutoff, model),
  constraint feature_drift_pkey PRIMARY KEY (cutoff, model, feature),
  constraint feature_drift_state_check CHECK ((state = ANY (ARRAY['steady'::text, 'drifted'::text, 'growing'::text, 'not-enough-data'::text])))
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
  limit_waived boolean default false not null,
  rows_expired bigint default 0 not null,
  original_deleted_at timestamp with time zone,
  redacted_from text,
  values_expected bigint,
  values_told bigint,
  accounted_at timestamp with time zone,
  constraint file_accounts_for_every_row CHECK (((state <> 'loaded'::text) OR (rows_in = ((rows_loaded + rows_duplicate) + rows_quarantined)))),
  constraint file_archive_sha256_fkey FOREIGN KEY (archive_sha256) REFERENCES file(sha256) ON UPDATE CASCADE,
  constraint file_expired_are_quarantined CHECK ((rows_expired <= rows_quarantined)),
  constraint file_id_key UNIQUE (id),
  constraint file_pkey PRIMARY KEY (sha256),
  constraint file_refused_with_reason CHECK (((state <> ALL (ARRAY['refused'::text, 'held'::text])) OR (refusal_code IS NOT NULL))),
  constraint file_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint file_size_bytes_check CHECK ((size_bytes >= 0)),
  constraint file_source_contract_version_fkey FOREIGN KEY (source, contract_version) REFERENCES contract(source, version),
  constraint file_source_fkey FOREIGN KEY (source) REFERENCES source(name),
  constraint file_state_check CHECK ((state = ANY (ARRAY['stored'::text, 'loaded'::text, 'refused'::text, 'held'::text, 'unpacked'::text]))),
  constraint file_values_told_were_expected CHECK ((values_told <= values_expected))
);

create table finding (
  id bigint generated always as identity not null,
  incident_id bigint not null,
  key text not null,
  kind text not null,
  variant text,
  role text not null,
  course text not null,
  job_id bigint,
  host text,
  source text,
  run_key text,
  due timestamp with time zone,
  since timestamp with time zone not null,
  found_at timestamp with time zone not null,
  quiet_since timestamp with time zone,
  ended_at timestamp with time zone,
  ended_by_run_key text,
  evidence jsonb not null,
  family text,
  model text,
  constraint finding_course_check CHECK ((course = ANY (ARRAY['new'::text, 'chronic'::text, 'flapping'::text]))),
  constraint finding_ends_after_it_is_found CHECK ((ended_at >= found_at)),
  constraint finding_has_one_subject CHECK ((num_nonnulls(job_id, host, source, model) = 1)),
  constraint finding_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  constraint finding_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id),
  constraint finding_kind_check CHECK ((kind = ANY (ARRAY['crash'::text, 'slow'::text, 'fast'::text, 'incomplete'::text, 'transmission'::text, 'late'::text, 'missing'::text, 'extra'::text, 'overlap'::text, 'zombie'::text, 'host'::text, 'freshness'::text, 'quality'::text, 'risk'::text, 'drift'::text]))),
  constraint finding_pkey PRIMARY KEY (id),
  constraint finding_role_check CHECK ((role = ANY (ARRAY['cause'::text, 'symptom'::text, 'consequence'::text]))),
  constraint finding_source_fkey FOREIGN KEY (source) REFERENCES source(name)
);

create table forecast (
  cutoff timestamp with time zone not null,
  job_id bigint not null,
  horizon_day smallint not null,
  probability double precision not null,
  basis text not null,
  reasons jsonb not null,
  probability_low double precision,
  probability_high double precision,
  constraint forecast_basis_check CHECK ((basis = ANY (ARRAY['model'::text, 'group-rate'::text]))),
  constraint forecast_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint forecast_horizon_day_check CHECK (((horizon_day >= 1) AND (horizon_day <= 7))),
  constraint forecast_interval_holds_probability CHECK ((((probability_low IS NULL) = (probability_high IS NULL)) AND ((probability_low >= (0)::double precision) AND (probability_low <= probability)) AND ((probability_high >= probability) AND (probability_high <= (1)::double precision)))),
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
  instead_of_version integer,
  constraint forecast_cutoff_model_model_version_fkey FOREIGN KEY (model, model_version) REFERENCES model_version(model, version),
  constraint forecast_cutoff_pkey PRIMARY KEY (cutoff)
);

create table forecast_outcome (
  cutoff timestamp with time zone not null,
  job_id bigint not null,
  horizon smallint not null,
  failed boolean not null,
  known_at timestamp with time zone not null,
  settled boolean not null,
  constraint forecast_outcome_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint forecast_outcome_horizon_check CHECK (((horizon >= 0) AND (horizon <= 7))),
  constraint forecast_outcome_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint forecast_outcome_pkey PRIMARY KEY (cutoff, horizon, job_id)
);

create table forecast_override (
  id bigint generated always as identity not null,
  job_id bigint not null,
  probability double precision,
  who text not null,
  why text not null,
  from_as_of timestamp with time zone not null,
  until timestamp with time zone not null,
  ended_as_of timestamp with time zone,
  ended_by text,
  constraint forecast_override_check CHECK ((until > from_as_of)),
  constraint forecast_override_check1 CHECK ((ended_as_of >= from_as_of)),
  constraint forecast_override_check2 CHECK (((ended_as_of IS NULL) = (ended_by IS NULL))),
  constraint forecast_override_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint forecast_override_pkey PRIMARY KEY (id),
  constraint forecast_override_probability_check CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
);

create table forecast_watch (
  cutoff timestamp with time zone not null,
  place smallint not null,
  job_id bigint not null,
  horizon_day smallint not null,
  share double precision not null,
  act text not null,
  constraint forecast_watch_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint forecast_watch_cutoff_job_id_horizon_day_fkey FOREIGN KEY (cutoff, job_id, horizon_day) REFERENCES forecast(cutoff, job_id, horizon_day),
  constraint forecast_watch_cutoff_job_id_horizon_day_key UNIQUE (cutoff, job_id, horizon_day),
  constraint forecast_watch_pkey PRIMARY KEY (cutoff, place),
  constraint forecast_watch_place_check CHECK ((place > 0)),
  constraint forecast_watch_share_check CHECK (((share >= (0)::double precision) AND (share <= (1)::double precision)))
);

create table forecast_week (
  cutoff timestamp with time zone not null,
  job_id bigint not null,
  probability double precision not null,
  basis text not null,
  rank integer not null,
  reasons jsonb not null,
  probability_low double precision,
  probability_high double precision,
  expected_failed_runs double precision,
  expected_lost_minutes double precision,
  constraint forecast_week_basis_check CHECK ((basis = ANY (ARRAY['model'::text, 'group-rate'::text]))),
  constraint forecast_week_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint forecast_week_cutoff_rank_key UNIQUE (cutoff, rank),
  constraint forecast_week_expected_failed_runs_check CHECK ((expected_failed_runs >= (0)::double precision)),
  constraint forecast_week_expected_lost_minutes_check CHECK (((expected_lost_minutes >= (0)::double precision) AND (expected_lost_minutes <= (10080)::double precision))),
  constraint forecast_week_interval_holds_probability CHECK ((((probability_low IS NULL) = (probability_high IS NULL)) AND ((probability_low >= (0)::double precision) AND (probability_low <= probability)) AND ((probability_high >= probability) AND (probability_high <= (1)::double precision)))),
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

create table heartbeat (
  part text not null,
  beat_at timestamp with time zone not null,
  as_of timestamp with time zone,
  detail jsonb,
  constraint heartbeat_pkey PRIMARY KEY (part)
);

create table host_watch (
  host text not null,
  metric text not null,
  through timestamp with time zone not null,
  watch jsonb not null,
  constraint host_watch_pkey PRIMARY KEY (host, metric)
);

create table idempotent_request (
  key_hash text not null,
  request_hash text not null,
  begun_at timestamp with time zone default clock_timestamp() not null,
  status integer,
  answer text,
  constraint idempotent_request_answer_check CHECK ((octet_length(answer) <= 262144)),
  constraint idempotent_request_answered CHECK (((status IS NULL) = (answer IS NULL))),
  constraint idempotent_request_key_hash_check CHECK ((key_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint idempotent_request_pkey PRIMARY KEY (key_hash),
  constraint idempotent_request_request_hash_check CHECK ((request_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint idempotent_request_status_check CHECK (((status >= 200) AND (status <= 499)))
);

create table incident (
  id bigint generated always as identity not null,
  opened_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  state text default 'open'::text not null,
  severity text not null,
  causes jsonb not null,
  told_severity text,
  told_at timestamp with time zone,
  worse_told_at timestamp with time zone,
  acknowledged_by text,
  acknowledged_at timestamp with time zone,
  silenced_until timestamp with time zone,
  workflow_started_at timestamp with time zone,
  escalated_at timestamp with time zone,
  reminded_at timestamp with time zone,
  life_ended_at timestamp with time zone,
  constraint incident_ends_after_it_opens CHECK ((resolved_at >= opened_at)),
  constraint incident_pkey PRIMARY KEY (id),
  constraint incident_resolved_has_its_time CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
  constraint incident_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'major'::text, 'minor'::text, 'warning'::text]))),
  constraint incident_state_check CHECK ((state = ANY (ARRAY['open'::text, 'notified'::text, 'acknowledged'::text, 'escalated'::text, 'resolved'::text]))),
  constraint incident_told_severity_check CHECK ((told_severity = ANY (ARRAY['critical'::text, 'major'::text, 'minor'::text, 'warning'::text])))
);

create table incident_feedback (
  incident_id bigint not null,
  channel text not null,
  answerer text not null,
  who text not null,
  useful boolean not null,
  at timestamp with time zone default clock_timestamp() not null,
  constraint incident_feedback_answerer_check CHECK ((answerer ~ '^[0-9a-f]{64}$'::text)),
  constraint incident_feedback_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  constraint incident_feedback_pkey PRIMARY KEY (incident_id, channel, answerer)
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

create table job_follows (
  job_id bigint not null,
  upstream_id bigint not null,
  learned_at timestamp with time zone not null,
  constraint job_follows_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint job_follows_pkey PRIMARY KEY (job_id, upstream_id),
  constraint job_follows_upstream_id_fkey FOREIGN KEY (upstream_id) REFERENCES job(id) ON DELETE CASCADE
);

create table job_news (
  id bigint generated always as identity not null,
  job_id bigint not null,
  known_since timestamp with time zone not null,
  known_until timestamp with time zone not null,
  constraint job_news_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint job_news_pkey PRIMARY KEY (id)
);

create table job_override (
  job_id bigint not null,
  rules jsonb not null,
  who text not null,
  why text not null,
  at timestamp with time zone default now() not null,
  constraint job_override_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint job_override_pkey PRIMARY KEY (job_id)
);

create table job_profile (
  job_id bigint not null,
  learned_at timestamp with time zone,
  schedule jsonb,
  declared jsonb,
  tells_starts boolean default false not null,
  baselines jsonb,
  constraint job_profile_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint job_profile_pkey PRIMARY KEY (job_id)
);

create table metric_sample (
  ts timestamp with time zone not null,
  value double precision not null,
  file_id bigint not null,
  host text not null,
  metric text not null,
  constraint metric_sample_pkey PRIMARY KEY (host, metric, ts) INCLUDE (value)
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
  to_version integer,
  at timestamp with time zone default now() not null,
  who text not null,
  why text not null,
  workflow_id text,
  note jsonb,
  constraint model_alias_change_moves CHECK ((from_version IS DISTINCT FROM to_version)),
  constraint model_alias_change_pkey PRIMARY KEY (id)
);

create table model_approval (
  run_id text not null,
  workflow_id text not null,
  model text not null,
  version integer not null,
  against integer,
  two_people boolean not null,
  approvals jsonb default '[]'::jsonb not null,
  rounds integer not null,
  asked_at timestamp with time zone default now() not null,
  decide_by timestamp with time zone not null,
  ended_at timestamp with time zone,
  outcome text,
  constraint model_approval_check CHECK ((against <> version)),
  constraint model_approval_check1 CHECK (((ended_at IS NULL) = (outcome IS NULL))),
  constraint model_approval_model_against_fkey FOREIGN KEY (model, against) REFERENCES model_version(model, version),
  constraint model_approval_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_approval_outcome_check CHECK ((outcome = ANY (ARRAY['promoted'::text, 'rejected'::text, 'expired'::text, 'failed'::text]))),
  constraint model_approval_pkey PRIMARY KEY (run_id),
  constraint model_approval_rounds_check CHECK ((rounds >= 0))
);

create table model_check (
  cutoff timestamp with time zone not null,
  model text not null,
  version integer not null,
  as_of timestamp with time zone not null,
  state text not null,
  reference_cutoff timestamp with time zone not null,
  features integer not null,
  drifted integer not null,
  signs jsonb not null,
  workflow_id text not null,
  psi_limit double precision,
  constraint model_check_check CHECK (((drifted >= 0) AND (drifted <= features))),
  constraint model_check_features_check CHECK ((features >= 0)),
  constraint model_check_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_check_pkey PRIMARY KEY (cutoff, model),
  constraint model_check_psi_limit_check CHECK ((psi_limit > (0)::double precision)),
  constraint model_check_state_check CHECK ((state = ANY (ARRAY['steady'::text, 'watch'::text, 'degraded'::text, 'not-enough-data'::text])))
);

create table model_contestant (
  model text not null,
  snapshot_sha256 text not null,
  seed bigint not null,
  kind text not null,
  outcome text not null,
  artifact_sha256 text,
  predictions_sha256 text,
  report_sha256 text,
  fit_ms double precision,
  peak_memory_bytes bigint,
  metrics jsonb,
  reason text,
  at timestamp with time zone default now() not null,
  constraint model_contestant_artifact_sha256_check CHECK ((artifact_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_contestant_fit_ms_check CHECK ((fit_ms >= (0)::double precision)),
  constraint model_contestant_outcome_check CHECK ((outcome = ANY (ARRAY['trained'::text, 'too-few-runs'::text, 'too-slow'::text]))),
  constraint model_contestant_peak_memory_bytes_check CHECK ((peak_memory_bytes >= 0)),
  constraint model_contestant_pkey PRIMARY KEY (model, snapshot_sha256, seed, kind),
  constraint model_contestant_predictions_sha256_check CHECK ((predictions_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_contestant_report_sha256_check CHECK ((report_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_contestant_snapshot_sha256_check CHECK ((snapshot_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_contestant_trained_has_its_bytes CHECK (((outcome = 'trained'::text) = ((artifact_sha256 IS NOT NULL) AND (predictions_sha256 IS NOT NULL) AND (report_sha256 IS NOT NULL))))
);

create table model_episode (
  id bigint generated always as identity not null,
  model text not null,
  version integer not null,
  opened_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  incident_id bigint not null,
  retrain_workflow_id text,
  constraint model_episode_ends_after_it_opens CHECK ((resolved_at >= opened_at)),
  constraint model_episode_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  constraint model_episode_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_episode_pkey PRIMARY KEY (id)
);

create table model_quality (
  cutoff timestamp with time zone not null,
  model text not null,
  version integer not null,
  basis text not null,
  slice text not null,
  metric text not null,
  value double precision,
  low double precision,
  high double precision,
  base_value double precision,
  rows integer not null,
  positives double precision not null,
  constraint model_quality_basis_check CHECK ((basis = ANY (ARRAY['realised'::text, 'estimated'::text]))),
  constraint model_quality_has_both_bounds CHECK (((low IS NULL) = (high IS NULL))),
  constraint model_quality_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_quality_pkey PRIMARY KEY (cutoff, model, basis, slice, metric),
  constraint model_quality_positives_check CHECK ((positives >= (0)::double precision)),
  constraint model_quality_rows_check CHECK ((rows >= 0))
);

create table model_signature (
  model text not null,
  version integer not null,
  key_id text not null,
  signature bytea not null,
  signed_at timestamp with time zone default now() not null,
  constraint model_signature_key_id_check CHECK ((key_id ~ '^[0-9a-f]{16}$'::text)),
  constraint model_signature_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_signature_pkey PRIMARY KEY (model, version, key_id),
  constraint model_signature_signature_check CHECK ((octet_length(signature) = 64))
);

create table model_tag (
  model text not null,
  version integer not null,
  key text not null,
  value text not null,
  who text not null,
  at timestamp with time zone default now() not null,
  constraint model_tag_key_check CHECK ((key ~ '^[A-Za-z0-9][A-Za-z0-9_./ -]{0,99}$'::text)),
  constraint model_tag_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_tag_pkey PRIMARY KEY (model, version, key),
  constraint model_tag_value_check CHECK ((length(value) <= 1000))
);

create table model_trial (
  workflow_id text not null,
  model text not null,
  version integer not null,
  against integer not null,
  role text not null,
  who text not null,
  why text not null,
  began_as_of timestamp with time zone not null,
  ends_as_of timestamp with time zone not null,
  ended_as_of timestamp with time zone,
  outcome text,
  e_value double precision,
  blocks integer,
  said jsonb,
  constraint model_trial_blocks_check CHECK ((blocks >= 0)),
  constraint model_trial_check CHECK ((against <> version)),
  constraint model_trial_check1 CHECK ((ends_as_of > began_as_of)),
  constraint model_trial_check2 CHECK (((ended_as_of IS NULL) = (outcome IS NULL))),
  constraint model_trial_e_value_check CHECK ((e_value >= (0)::double precision)),
  constraint model_trial_model_against_fkey FOREIGN KEY (model, against) REFERENCES model_version(model, version),
  constraint model_trial_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint model_trial_outcome_check CHECK ((outcome = ANY (ARRAY['better'::text, 'worse'::text, 'undecided'::text, 'overtaken'::text]))),
  constraint model_trial_pkey PRIMARY KEY (workflow_id),
  constraint model_trial_role_check CHECK ((role = ANY (ARRAY['challenger'::text, 'predecessor'::text])))
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
  predictions_sha256 text,
  features_sha256 text,
  features integer,
  jobs integer,
  runs bigint,
  constraint model_version_artifact_sha256_check CHECK ((artifact_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_version_features_check CHECK ((features >= 0)),
  constraint model_version_features_sha256_check CHECK ((features_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_version_jobs_check CHECK ((jobs >= 0)),
  constraint model_version_manifest_sha256_check CHECK ((manifest_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_version_model_manifest_sha256_key UNIQUE (model, manifest_sha256),
  constraint model_version_pkey PRIMARY KEY (model, version),
  constraint model_version_predictions_sha256_check CHECK ((predictions_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint model_version_runs_check CHECK ((runs >= 0)),
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
  channel_kind text not null,
  event text,
  payload jsonb,
  told_as_of timestamp with time zone,
  not_before timestamp with time zone,
  held_by text,
  part_of text,
  tried_at timestamp with time zone,
  claimed_until timestamp with time zone,
  next_attempt_at timestamp with time zone,
  give_up_at timestamp with time zone,
  answer text,
  constraint notification_channel_check CHECK ((channel ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text)),
  constraint notification_channel_kind_check CHECK ((channel_kind = ANY (ARRAY['mail'::text, 'teams'::text, 'slack'::text, 'webhook'::text]))),
  constraint notification_event_check CHECK ((event = ANY (ARRAY['opened'::text, 'worsened'::text, 'reminder'::text, 'escalated'::text, 'resolved'::text]))),
  constraint notification_held_by_check CHECK ((held_by = ANY (ARRAY['maintenance'::text, 'quiet-hours'::text]))),
  constraint notification_kind_check CHECK ((kind = ANY (ARRAY['incidents-opened'::text, 'incidents-resolved'::text, 'incident-worsened'::text, 'incident-reminder'::text, 'incident-escalated'::text, 'digest'::text, 'forecast-ready'::text, 'score-card'::text, 'champion-changed'::text, 'approval-asked'::text, 'approval-over'::text, 'trial-over'::text, 'schedules-changed'::text, 'report-ready'::text, 'channel-test'::text]))),
  constraint notification_part_of_fkey FOREIGN KEY (part_of) REFERENCES notification(id),
  constraint notification_pkey PRIMARY KEY (id),
  constraint notification_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'dead'::text, 'withdrawn'::text])))
);

create table notification_incident (
  notification_id text not null,
  incident_id bigint not null,
  event text not null,
  severity text,
  constraint notification_incident_event_check CHECK ((event = ANY (ARRAY['opened'::text, 'worsened'::text, 'reminder'::text, 'escalated'::text, 'resolved'::text]))),
  constraint notification_incident_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  constraint notification_incident_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES notification(id),
  constraint notification_incident_pkey PRIMARY KEY (notification_id, incident_id, event),
  constraint notification_incident_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'major'::text, 'minor'::text, 'warning'::text])))
);

create table prediction (
  cutoff timestamp with time zone not null,
  model text not null,
  model_version integer not null,
  job_id bigint not null,
  forecast jsonb not null,
  constraint prediction_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE,
  constraint prediction_model_model_version_fkey FOREIGN KEY (model, model_version) REFERENCES model_version(model, version),
  constraint prediction_pkey PRIMARY KEY (cutoff, model, model_version, job_id)
);

create table prediction_cutoff (
  cutoff timestamp with time zone not null,
  model text not null,
  model_version integer not null,
  candidates integer not null,
  made_at timestamp with time zone default clock_timestamp() not null,
  made_by_version integer,
  constraint prediction_cutoff_candidates_check CHECK ((candidates >= 0)),
  constraint prediction_cutoff_model_model_version_fkey FOREIGN KEY (model, model_version) REFERENCES model_version(model, version),
  constraint prediction_cutoff_pkey PRIMARY KEY (cutoff, model, model_version)
);

create table quality_daily (
  source text not null,
  day date not null,
  files bigint not null,
  volume_rows bigint not null,
  completeness double precision,
  uniqueness double precision,
  validity double precision,
  freshness_s double precision,
  constraint quality_daily_completeness_check CHECK (((completeness >= (0)::double precision) AND (completeness <= (1)::double precision))),
  constraint quality_daily_freshness_s_check CHECK ((freshness_s >= (0)::double precision)),
  constraint quality_daily_pkey PRIMARY KEY (source, day),
  constraint quality_daily_source_fkey FOREIGN KEY (source) REFERENCES source(name),
  constraint quality_daily_uniqueness_check CHECK (((uniqueness >= (0)::double precision) AND (uniqueness <= (1)::double precision))),
  constraint quality_daily_validity_check CHECK (((validity >= (0)::double precision) AND (validity <= (1)::double precision)))
);

create table quarantine (
  file_sha256 text not null,
  byte_offset bigint not null,
  row_number bigint not null,
  code text not null,
  detail text not null,
  original bytea not null,
  byte_length bigint default 0 not null,
  constraint quarantine_file_sha256_fkey FOREIGN KEY (file_sha256) REFERENCES file(sha256) ON UPDATE CASCADE,
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

create table recommendation (
  period text not null,
  key text not null,
  rank integer not null,
  kind text not null,
  subject text not null,
  frequency smallint not null,
  severity smallint not null,
  non_detection smallint not null,
  effort text not null,
  measure text not null,
  measured double precision not null,
  gain double precision not null,
  gain_unit text not null,
  evidence jsonb not null,
  state text default 'open'::text not null,
  who text,
  why text,
  decided_at timestamp with time zone,
  constraint recommendation_decided_by_somebody CHECK (((state = 'open'::text) OR ((who IS NOT NULL) AND (why IS NOT NULL)))),
  constraint recommendation_effort_check CHECK ((effort = ANY (ARRAY['small'::text, 'medium'::text, 'large'::text]))),
  constraint recommendation_frequency_check CHECK (((frequency >= 1) AND (frequency <= 10))),
  constraint recommendation_gain_check CHECK ((gain >= (0)::double precision)),
  constraint recommendation_gain_unit_check CHECK ((gain_unit = ANY (ARRAY['hours'::text, 'failures'::text, 'messages'::text, 'rows'::text, 'slots'::text]))),
  constraint recommendation_measured_check CHECK ((measured >= (0)::double precision)),
  constraint recommendation_non_detection_check CHECK (((non_detection >= 1) AND (non_detection <= 10))),
  constraint recommendation_period_check CHECK ((period ~ '^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$'::text)),
  constraint recommendation_pkey PRIMARY KEY (period, key),
  constraint recommendation_rank_check CHECK ((rank > 0)),
  constraint recommendation_severity_check CHECK (((severity >= 1) AND (severity <= 10))),
  constraint recommendation_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'rejected'::text, 'done'::text])))
);

create table report (
  period text not null,
  language text not null,
  from_at timestamp with time zone not null,
  to_at timestamp with time zone not null,
  as_of timestamp with time zone not null,
  time_zone text not null,
  pdf_sha256 text not null,
  pdf_bytes bigint not null,
  pages integer not null,
  notebook_sha256 text not null,
  figures_sha256 text not null,
  headline jsonb not null,
  workflow_id text not null,
  built_at timestamp with time zone default now() not null,
  constraint report_check CHECK ((to_at > from_at)),
  constraint report_figures_sha256_check CHECK ((figures_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint report_language_check CHECK ((language = ANY (ARRAY['en'::text, 'fr'::text]))),
  constraint report_notebook_sha256_check CHECK ((notebook_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint report_pages_check CHECK ((pages > 0)),
  constraint report_pdf_bytes_check CHECK ((pdf_bytes > 0)),
  constraint report_pdf_sha256_check CHECK ((pdf_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint report_period_check CHECK ((period ~ '^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$'::text)),
  constraint report_pkey PRIMARY KEY (period, language)
);

create table rerun (
  id text not null,
  workflow_id text not null,
  incident_id bigint,
  who text not null,
  why text not null,
  asked_at timestamp with time zone default now() not null,
  cycles jsonb not null,
  finished_at timestamp with time zone,
  constraint rerun_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  constraint rerun_pkey PRIMARY KEY (id)
);

create table rerun_victim (
  rerun_id text not null,
  job_id bigint not null,
  "position" integer not null,
  after bigint[] not null,
  run_key text,
  due timestamp with time zone,
  state text default 'waiting'::text not null,
  asked_at timestamp with time zone,
  asked_as_of timestamp with time zone,
  answer text,
  known_run_keys text[],
  deadline_at timestamp with time zone,
  new_run_key text,
  new_run_started_at timestamp with time zone,
  outcome text,
  detail text,
  settled_at timestamp with time zone,
  done_by text,
  done_why text,
  constraint rerun_victim_done_has_outcome CHECK (((state = 'done'::text) = (outcome IS NOT NULL))),
  constraint rerun_victim_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id),
  constraint rerun_victim_outcome_check CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'failed'::text, 'not-started'::text, 'no-way'::text, 'skipped'::text]))),
  constraint rerun_victim_pkey PRIMARY KEY (rerun_id, job_id),
  constraint rerun_victim_rerun_id_fkey FOREIGN KEY (rerun_id) REFERENCES rerun(id),
  constraint rerun_victim_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'asking'::text, 'asked'::text, 'started'::text, 'by-hand'::text, 'done'::text])))
);

create table retention (
  relation text not null,
  keep_from timestamp with time zone not null,
  constraint retention_pkey PRIMARY KEY (relation),
  constraint retention_relation_check CHECK ((relation = ANY (ARRAY['run'::text, 'metric_sample'::text])))
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

create table shadow_forecast (
  cutoff timestamp with time zone not null,
  model text not null,
  version integer not null,
  job_id bigint not null,
  probability double precision not null,
  constraint shadow_forecast_cutoff_fkey FOREIGN KEY (cutoff) REFERENCES forecast_cutoff(cutoff),
  constraint shadow_forecast_job_id_fkey FOREIGN KEY (job_id) REFERENCES job(id),
  constraint shadow_forecast_model_version_fkey FOREIGN KEY (model, version) REFERENCES model_version(model, version),
  constraint shadow_forecast_pkey PRIMARY KEY (cutoff, model, version, job_id),
  constraint shadow_forecast_probability_check CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
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
  time_zone text,
  quarantine_limit jsonb,
  paused_at timestamp with time zone,
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

create table waiver (
  id bigint generated always as identity not null,
  finding_key text not null,
  as_of timestamp with time zone not null,
  incident_id bigint not null,
  who text not null,
  why text not null,
  at timestamp with time zone default now() not null,
  constraint waiver_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  constraint waiver_pkey PRIMARY KEY (id)
);

create table web_session (
  id bigint generated always as identity not null,
  cookie_sha256 text not null,
  user_id bigint,
  who text not null,
  role text,
  began_at timestamp with time zone default now() not null,
  seen_at timestamp with time zone default now() not null,
  ends_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint web_session_cookie_sha256_check CHECK ((cookie_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint web_session_cookie_sha256_key UNIQUE (cookie_sha256),
  constraint web_session_pkey PRIMARY KEY (id),
  constraint web_session_role CHECK (((user_id IS NULL) = (role IS NOT NULL))),
  constraint web_session_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'ml-engineer'::text, 'admin'::text]))),
  constraint web_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id),
  constraint web_session_who_check CHECK (((length(who) >= 1) AND (length(who) <= 200)))
);

CREATE UNIQUE INDEX app_user_whatever_case ON public.app_user USING btree (lower(name));

CREATE INDEX audit_log_by_subject ON public.audit_log USING btree (subject, id);

CREATE INDEX audit_log_by_time ON public.audit_log USING btree (at);

CREATE INDEX audit_log_by_who ON public.audit_log USING btree (who, id);

CREATE INDEX event_file_by_time ON public.event_file USING btree (last_received_at);

CREATE INDEX expectation_by_due ON public.expectation USING btree (due, id);

CREATE UNIQUE INDEX expectation_due ON public.expectation USING btree (job_id, due) WHERE (outcome IS DISTINCT FROM 'extra'::text);

CREATE UNIQUE INDEX expectation_extra ON public.expectation USING btree (job_id, run_key) WHERE (outcome = 'extra'::text);

CREATE INDEX expectation_of_job ON public.expectation USING btree (job_id, due);

CREATE INDEX expectation_open ON public.expectation USING btree (job_id, due) WHERE (outcome IS NULL);

CREATE INDEX expectation_open_by_due ON public.expectation USING btree (due) WHERE (outcome IS NULL);

CREATE INDEX file_by_arrival ON public.file USING btree (received_at);

CREATE INDEX file_by_told ON public.file USING btree (source, last_known_at) WHERE (state = 'loaded'::text);

CREATE INDEX file_of_archive ON public.file USING btree (archive_sha256) WHERE (archive_sha256 IS NOT NULL);

CREATE INDEX file_of_day ON public.file USING btree (source, received_at);

CREATE INDEX file_of_quality_day ON public.file USING btree (source, (((COALESCE(last_known_at, received_at) AT TIME ZONE 'UTC'::text))::date)) WHERE (state = 'loaded'::text);

CREATE INDEX file_state ON public.file USING btree (source, state);

CREATE INDEX file_waiting ON public.file USING btree (source, id) WHERE (state = 'stored'::text);

CREATE INDEX finding_of_incident ON public.finding USING btree (incident_id, id);

CREATE INDEX finding_of_job ON public.finding USING btree (job_id, found_at) WHERE (job_id IS NOT NULL);

CREATE INDEX finding_of_key ON public.finding USING btree (key);

CREATE UNIQUE INDEX finding_open ON public.finding USING btree (key) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX forecast_override_one_a_job ON public.forecast_override USING btree (job_id) WHERE (ended_as_of IS NULL);

CREATE INDEX host_watch_through ON public.host_watch USING btree (through);

CREATE INDEX idempotent_request_by_age ON public.idempotent_request USING btree (begun_at);

CREATE INDEX incident_living ON public.incident USING btree (id) WHERE (life_ended_at IS NULL);

CREATE INDEX incident_opened ON public.incident USING btree (opened_at);

CREATE INDEX incident_unresolved ON public.incident USING btree (id) WHERE (state <> 'resolved'::text);

CREATE UNIQUE INDEX model_approval_one_open ON public.model_approval USING btree (model, version) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX model_episode_one_open ON public.model_episode USING btree (model) WHERE (resolved_at IS NULL);

CREATE UNIQUE INDEX model_trial_one_at_a_time ON public.model_trial USING btree (model, role) WHERE (ended_as_of IS NULL);

CREATE INDEX notification_incident_of_incident ON public.notification_incident USING btree (incident_id);

CREATE INDEX notification_of_channel ON public.notification USING btree (channel, sent_at);

CREATE INDEX notification_pending ON public.notification USING btree (created_at) WHERE (state = 'pending'::text);

CREATE INDEX rerun_of_incident ON public.rerun USING btree (incident_id) WHERE (incident_id IS NOT NULL);

CREATE INDEX rerun_unfinished ON public.rerun USING btree (asked_at) WHERE (finished_at IS NULL);

CREATE INDEX run_by_knowledge ON ONLY public.run USING brin (known_at);

CREATE INDEX run_by_start ON ONLY public.run USING btree (started_at);

CREATE INDEX run_event_of_run ON public.run_event USING btree (namespace, job, run_id, event_time);

CREATE INDEX run_of_failed ON ONLY public.run USING btree (started_at) WHERE (status = 'failed'::run_status);

CREATE INDEX run_of_job_by_start ON ONLY public.run USING btree (job_id, started_at);

CREATE INDEX run_of_job_failed ON ONLY public.run USING btree (job_id, started_at) WHERE (status = 'failed'::run_status);

CREATE INDEX run_of_rare_status ON ONLY public.run USING btree (status, started_at) WHERE (status = ANY (ARRAY['running'::run_status, 'cancelled'::run_status]));

CREATE INDEX tail_of_source ON public.tail USING btree (source, head_sha256);

CREATE INDEX waiver_of_finding ON public.waiver USING btree (finding_key, as_of);

CREATE INDEX web_session_of_user ON public.web_session USING btree (user_id) WHERE (ended_at IS NULL);

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

grant select on base_rate to smart_etl_grafana;

grant select on evaluation to smart_etl_grafana;

grant select on feature_drift to smart_etl_grafana;

grant select on finding to smart_etl_grafana;

grant select on forecast to smart_etl_grafana;

grant select on forecast_cutoff to smart_etl_grafana;

grant select on forecast_outcome to smart_etl_grafana;

grant select on forecast_week to smart_etl_grafana;

grant select on gate_verdict to smart_etl_grafana;

grant select on incident to smart_etl_grafana;

grant select on metric_sample to smart_etl_grafana;

grant select on model_alias to smart_etl_grafana;

grant select on model_alias_change to smart_etl_grafana;

grant select on model_check to smart_etl_grafana;

grant select on model_episode to smart_etl_grafana;

grant select on model_quality to smart_etl_grafana;

grant select on quality_daily to smart_etl_grafana;

grant select on arrival to smart_etl_reader;

grant select on audit_head to smart_etl_reader;

grant select on audit_log to smart_etl_reader;

grant select on base_rate to smart_etl_reader;

grant select on calibration to smart_etl_reader;

grant select on contract to smart_etl_reader;

grant select on evaluation to smart_etl_reader;

grant select on event_file to smart_etl_reader;

grant select on expectation to smart_etl_reader;

grant select on feature_drift to smart_etl_reader;

grant select on file to smart_etl_reader;

grant select on finding to smart_etl_reader;

grant select on forecast to smart_etl_reader;

grant select on forecast_cutoff to smart_etl_reader;

grant select on forecast_outcome to smart_etl_reader;

grant select on forecast_override to smart_etl_reader;

grant select on forecast_watch to smart_etl_reader;

grant select on forecast_week to smart_etl_reader;

grant select on gate_verdict to smart_etl_reader;

grant select on heartbeat to smart_etl_reader;

grant select on host_watch to smart_etl_reader;

grant select on incident to smart_etl_reader;

grant select on incident_feedback to smart_etl_reader;

grant select on job to smart_etl_reader;

grant select on job_follows to smart_etl_reader;

grant select on job_news to smart_etl_reader;

grant select on job_override to smart_etl_reader;

grant select on job_profile to smart_etl_reader;

grant select on knex_migrations to smart_etl_reader;

grant select on knex_migrations_lock to smart_etl_reader;

grant select on metric_sample to smart_etl_reader;

grant select on model_alias to smart_etl_reader;

grant select on model_alias_change to smart_etl_reader;

grant select on model_approval to smart_etl_reader;

grant select on model_check to smart_etl_reader;

grant select on model_contestant to smart_etl_reader;

grant select on model_episode to smart_etl_reader;

grant select on model_quality to smart_etl_reader;

grant select on model_signature to smart_etl_reader;

grant select on model_tag to smart_etl_reader;

grant select on model_trial to smart_etl_reader;

grant select on model_version to smart_etl_reader;

grant select on notification to smart_etl_reader;

grant select on notification_incident to smart_etl_reader;

grant select on prediction to smart_etl_reader;

grant select on prediction_cutoff to smart_etl_reader;

grant select on quality_daily to smart_etl_reader;

grant select on quarantine to smart_etl_reader;

grant select on recommendation to smart_etl_reader;

grant select on report to smart_etl_reader;

grant select on rerun to smart_etl_reader;

grant select on rerun_victim to smart_etl_reader;

grant select on retention to smart_etl_reader;

grant select on run to smart_etl_reader;

grant select on run_event to smart_etl_reader;

grant select on run_latest to smart_etl_reader;

grant select on scrape to smart_etl_reader;

grant select on shadow_forecast to smart_etl_reader;

grant select on sighting to smart_etl_reader;

grant select on source to smart_etl_reader;

grant select on tail to smart_etl_reader;

grant select on waiver to smart_etl_reader;

grant insert, select, update on api_token to smart_etl_writer;

grant insert, select, update on app_user to smart_etl_writer;

grant insert, select, update on arrival to smart_etl_writer;

grant select on audit_head to smart_etl_writer;

grant insert, select on audit_log to smart_etl_writer;

grant insert, select, update on base_rate to smart_etl_writer;

grant insert, select on calibration to smart_etl_writer;

grant insert, select on contract to smart_etl_writer;

grant insert, select on erasure to smart_etl_writer;

grant insert, select, update on evaluation to smart_etl_writer;

grant insert, select on event_file to smart_etl_writer;

grant delete, insert, select, update on expectation to smart_etl_writer;

grant insert, select, update on feature_drift to smart_etl_writer;

grant insert, select, update on file to smart_etl_writer;

grant insert, select, update on finding to smart_etl_writer;

grant insert, select on forecast to smart_etl_writer;

grant insert, select, update on forecast_cutoff to smart_etl_writer;

grant delete, insert, select, update on forecast_outcome to smart_etl_writer;

grant insert, select, update on forecast_override to smart_etl_writer;

grant insert, select on forecast_watch to smart_etl_writer;

grant insert, select on forecast_week to smart_etl_writer;

grant insert, select, update on gate_verdict to smart_etl_writer;

grant insert, select, update on heartbeat to smart_etl_writer;

grant delete, insert, select, update on host_watch to smart_etl_writer;

grant insert, select, update on incident to smart_etl_writer;

grant insert, select on incident_feedback to smart_etl_writer;

grant insert, select, update on job to smart_etl_writer;

grant delete, insert, select on job_follows to smart_etl_writer;

grant delete, insert, select on job_news to smart_etl_writer;

grant delete, insert, select, update on job_override to smart_etl_writer;

grant insert, select, update on job_profile to smart_etl_writer;

grant select on knex_migrations to smart_etl_writer;

grant select on knex_migrations_lock to smart_etl_writer;

grant insert, select, update on metric_sample to smart_etl_writer;

grant delete, insert, select, update on model_alias to smart_etl_writer;

grant insert, select on model_alias_change to smart_etl_writer;

grant insert, select, update on model_approval to smart_etl_writer;

grant insert, select, update on model_check to smart_etl_writer;

grant insert, select on model_contestant to smart_etl_writer;

grant insert, select, update on model_episode to smart_etl_writer;

grant insert, select, update on model_quality to smart_etl_writer;

grant insert, select on model_signature to smart_etl_writer;

grant delete, insert, select, update on model_tag to smart_etl_writer;

grant insert, select, update on model_trial to smart_etl_writer;

grant insert, select on model_version to smart_etl_writer;

grant insert, select, update on notification to smart_etl_writer;

grant insert, select, update on notification_incident to smart_etl_writer;

grant delete, insert, select on prediction to smart_etl_writer;

grant delete, insert, select on prediction_cutoff to smart_etl_writer;

grant delete, insert, select, update on quality_daily to smart_etl_writer;

grant delete, insert, select on quarantine to smart_etl_writer;

grant delete, select on received_event to smart_etl_writer;

grant delete, insert, select, update on recommendation to smart_etl_writer;

grant insert, select, update on report to smart_etl_writer;

grant insert, select, update on rerun to smart_etl_writer;

grant insert, select, update on rerun_victim to smart_etl_writer;

grant select on retention to smart_etl_writer;

grant insert, select on run to smart_etl_writer;

grant insert, select on run_event to smart_etl_writer;

grant select on run_latest to smart_etl_writer;

grant delete, insert, select, update on scrape to smart_etl_writer;

grant insert, select on shadow_forecast to smart_etl_writer;

grant delete, insert, select, update on sighting to smart_etl_writer;

grant insert, select, update on source to smart_etl_writer;

grant delete, insert, select, update on tail to smart_etl_writer;

grant insert, select on waiver to smart_etl_writer;

grant insert, select, update on web_session to smart_etl_writer;

grant select (job_id, due, earliest, deadline, outcome) on expectation to smart_etl_grafana;

grant select (sha256, source, name, received_at, state, rows_in, rows_loaded, rows_duplicate, rows_quarantined, last_known_at, refusal_code, refusal_detail, loaded_at, rows_expired) on file to smart_etl_grafana;

grant select (part, beat_at, as_of) on heartbeat to smart_etl_grafana;

grant select (host, metric, through) on host_watch to smart_etl_grafana;

grant select (id, namespace, name, owner, host, criticality) on job to smart_etl_grafana;

grant select (model, version, kind, cutoff, fit_ms, peak_memory_bytes, created_at) on model_version to smart_etl_grafana;

grant select (kind, channel, state, attempts, last_error, created_at, sent_at, held_by) on notification to smart_etl_grafana;

grant select (file_sha256, code) on quarantine to smart_etl_grafana;

grant select (id, workflow_id, incident_id, who, asked_at, finished_at) on rerun to smart_etl_grafana;

grant select (rerun_id, job_id, state, outcome) on rerun_victim to smart_etl_grafana;

grant select (job_id, digest, started_at, ended_at, known_at, duration_ms, rows_read, rows_written, expected_rows, status, run_key, host, error) on run to smart_etl_grafana;

grant select (name, kind, paused_at) on source to smart_etl_grafana;

grant update (originals) on erasure to smart_etl_writer;

grant update (file_id, row_number) on run to smart_etl_writer;
