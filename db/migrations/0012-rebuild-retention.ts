import type { Knex } from 'knex';

/**
 * What only the owner of the schema may do, in functions that do nothing else: rebuild the tables beside those in
 * use and exchange them, drop months that are too old.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table file
  add column rows_expired bigint not null default 0,
  add column original_deleted_at timestamptz,
  add constraint file_expired_are_quarantined check (rows_expired <= rows_quarantined);
comment on column file.rows_quarantined is 'Rows that are not in the tables although they are no duplicates: refused (kept in quarantine with their reason), or expired.';
comment on column file.rows_expired is 'Of rows_quarantined those that were readable but are older than what is kept; nothing of them is kept.';
comment on column file.original_deleted_at is 'When its original was deleted because all of its rows had expired.';

create table retention (
  relation text primary key check (relation in ('run', 'metric_sample')),
  keep_from timestamptz not null
);
comment on table retention is 'From when on rows are kept. Older months have been dropped; older rows are not loaded again.';
comment on column retention.relation is 'run or metric_sample.';
comment on column retention.keep_from is 'The first instant that is kept.';
do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select on retention to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on retention to smart_etl_reader;
  end if;
end
$$;
`);
  await knex.raw(/* sql */ `
create function begin_rebuild() returns bigint
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function begin_rebuild() is 'Makes the schema rebuild with empty tables and a ledger of every file that can be read again; returns how many.';

create function extend_rebuild() returns bigint
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function extend_rebuild() is 'Adds files that came meanwhile to the ledger of the rebuild; returns how many.';

create function ready_rebuild() returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function ready_rebuild() is 'Prepares the exchange, while everybody still reads and writes.';

create function finish_rebuild() returns boolean
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
    rows_expired = again.rows_expired, last_known_at = again.last_known_at, refusal_code = again.refusal_code,
    refusal_detail = again.refusal_detail, contract_version = again.contract_version,
    loaded_at = again.loaded_at
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
    and not exists (select from incident where job_id = gone.id)
    and not exists (select from forecast where job_id = gone.id)
    and not exists (select from forecast_week where job_id = gone.id);
  drop schema rebuild cascade;
  return true;
end
$$;
comment on function finish_rebuild() is 'Exchanges the tables in use for the rebuilt ones, in the caller''s transaction; false when files were loaded meanwhile that the rebuild does not have yet.';

create function drop_rebuild() returns void
  language sql security definer set search_path = pg_catalog, public as $$
  drop schema if exists rebuild cascade;
$$;
comment on function drop_rebuild() is 'Throws a rebuild away.';

create function drop_months_before(parent text, keep_from timestamptz) returns table (month text, dropped_rows bigint)
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function drop_months_before(text, timestamptz) is 'Drops the months before an instant, keeps the ledger honest, and remembers from when on rows are kept. Never the last three months.';

do $$
begin
  revoke execute on function begin_rebuild(), extend_rebuild(), ready_rebuild(), finish_rebuild(), drop_rebuild(),
    drop_months_before(text, timestamptz) from public;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant execute on function begin_rebuild(), extend_rebuild(), ready_rebuild(), finish_rebuild(), drop_rebuild(),
      drop_months_before(text, timestamptz) to smart_etl_writer;
  end if;
end
$$;
`);
  await knex.raw(/* sql */ `
create table erasure (
  id bigint generated always as identity primary key,
  name text,
  requested_at timestamptz not null default now(),
  requested_by text not null,
  why text not null,
  done_at timestamptz,
  originals bigint,
  constraint erasure_forgets_the_name check (done_at is null or name is null)
);
comment on table erasure is 'Requests to erase a person from everything. Workflows name the request, never the person.';
comment on column erasure.id is 'Identifier.';
comment on column erasure.name is 'The person; null as soon as it is done.';
comment on column erasure.requested_at is 'When.';
comment on column erasure.requested_by is 'Who asked for it.';
comment on column erasure.why is 'The reason given.';
comment on column erasure.done_at is 'When nothing was left; null while it is under way.';
comment on column erasure.originals is 'Originals that named the person and were replaced.';
alter table file add column redacted_from text;
comment on column file.redacted_from is 'SHA-256 of the original as it was received, before the name of a person was erased from it.';

-- An original that is replaced takes its new hash with it wherever it is named.
do $$
declare
  fk record;
begin
  for fk in
    select conname as name, conrelid::regclass as relation, pg_get_constraintdef(oid) as definition
    from pg_constraint
    where contype = 'f' and confrelid = 'file'::regclass and confupdtype = 'a' and conparentid = 0
      and pg_get_constraintdef(oid) like '%(sha256)'
  loop
    execute format('alter table %s drop constraint %I, add constraint %I %s on update cascade',
      fk.relation, fk.name, fk.name, fk.definition);
  end loop;
end
$$;

create function erase_from_tables(erasure_id bigint, pseudonym text) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  person text;
  pattern text;
  part record;
begin
  select name into person from erasure where id = erasure_id for update;
  if person is null then return; end if;
  pattern := regexp_replace(person, '([^[:alnum:]])', '\\\\\\1', 'g');
  if pseudonym is not null then pattern := '(' || pattern || '|' || pseudonym || ')'; end if;
  pattern := '(\\?<![[:alnum:]_])' || pattern || '(\\?![[:alnum:]_])';
  for part in
    select c.relname as relation, a.attname as attribute, a.atttypid = 'jsonb'::regtype as is_json
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
      and c.relname not like 'knex%' and c.relname not in ('source', 'model_version')
      and a.attnum > 0 and not a.attisdropped
      and a.atttypid in ('text'::regtype, 'jsonb'::regtype)
      and (c.relname, a.attname) <> ('erasure', 'name')
      -- Keys and words of our own (kind, state) are no names of people; where a path is a key it is one all the same.
      and (a.attname in ('path', 'message') or not exists (
        select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')
          and k.conname <> 'erasure_forgets_the_name' and a.attnum = any(k.conkey)))
  loop
    execute format('update public.%1$I set %2$I = regexp_replace(%2$I::text, $1, ''***'', ''gi'')%3$s
      where %2$I::text ~* $1', part.relation, part.attribute, case when part.is_json then '::jsonb' else '' end)
      using pattern;
  end loop;
  -- A name is unique in its namespace, so each gets one of its own.
  update job set name = 'erased ' || id where name ~* pattern;
  update erasure set name = null, done_at = now() where id = erasure_id;
end
$$;
comment on function erase_from_tables(bigint, text) is 'Erases the person of a request from every text that is not derived from the originals, and then from the request.';

do $$
begin
  revoke execute on function erase_from_tables(bigint, text) from public;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant execute on function erase_from_tables(bigint, text) to smart_etl_writer;
    grant select, insert, update (originals) on erasure to smart_etl_writer;
  end if;
end
$$;
`);
}
