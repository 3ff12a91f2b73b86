import type { Knex } from 'knex';

/**
 * Runs and samples in partitions of a month.
 *
 * A month that nobody has seen is filled before it has indexes and joins the table afterwards, which is several
 * times faster than feeding live indexes; a month that is too old is dropped without touching the others. The rows
 * are read again from the originals, which the raw zone keeps: their digests are computed in a new way.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table file
  drop constraint file_state_check,
  add constraint file_state_check check (state in ('stored', 'loaded', 'refused', 'held', 'unpacked')),
  drop constraint file_refused_with_reason,
  add constraint file_refused_with_reason check (state not in ('refused', 'held') or refusal_code is not null),
  add column id bigint generated always as identity unique;
update file set state = 'stored', dialect = null, rows_in = null, rows_loaded = null, rows_duplicate = null,
  rows_quarantined = null, last_known_at = null, loaded_at = null where state = 'loaded';
create index file_waiting on file (source, id) where state = 'stored';
comment on column file.id is 'Number of the file, in the order of arrival. Of two files that tell the same, the lower one is named as the origin.';
comment on column file.state is 'stored: original kept, not loaded yet; loaded: every row accounted for; refused: not readable as a whole; held: waits for a decision of a person; unpacked: an archive whose members are files of their own.';
comment on column file.refusal_code is 'Why the whole file was refused or is held.';

alter table job add column owner_told_at timestamptz, add column host_told_at timestamptz;
update job set owner_told_at = case when owner is not null then described_at end,
  host_told_at = case when host is not null then described_at end;
alter table job drop column described_at;
comment on column job.owner is 'Person or team that answers for it, as the latest run that named one.';
comment on column job.owner_told_at is 'Start of the run that told the owner.';
comment on column job.host is 'Server it runs on, as the latest run that named one.';
comment on column job.host_told_at is 'Start of the run that told the host.';

truncate quarantine;
alter table quarantine drop column quarantined_at;

drop view run_latest;
drop table run;
create table run (
  job_id bigint not null,
  digest bigint not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  known_at timestamptz not null,
  duration_ms bigint,
  rows_read bigint,
  rows_written bigint,
  expected_rows bigint,
  file_id bigint not null,
  row_number bigint not null,
  status run_status not null,
  run_key text collate "C" not null,
  host text,
  error text,
  query text,
  extra jsonb,
  anomalies text[],
  primary key (job_id, run_key, digest, started_at)
) partition by range (started_at);
create index run_by_start on run (started_at);
create index run_of_job_by_start on run (job_id, started_at);
create index run_of_rare_status on run (status, started_at) where status in ('running', 'cancelled');
create index run_by_knowledge on run using brin (known_at);
create table run_before_2010 partition of run for values from (minvalue) to ('2010-01-01 00:00+00');
create table run_from_2050 partition of run for values from ('2050-01-01 00:00+00') to (maxvalue);
comment on table run is 'Executions of jobs, in partitions of a month (UTC) of started_at. A run told again with other content (it ended, or was corrected) is one more row with the same run_key; run_latest shows the newest. job_id and file_id are held by the load''s transaction: a foreign key would lock job and file whenever a month joins, and stop every other load.';
comment on column run.job_id is 'The job that ran.';
comment on column run.run_key is 'The execution''s own id, unique in its job.';
comment on column run.digest is 'Hash of what is told of the run: the same content is stored once.';
comment on column run.status is 'running, succeeded, failed or cancelled.';
comment on column run.started_at is 'Start.';
comment on column run.ended_at is 'End, when told or computable.';
comment on column run.duration_ms is 'Run time in milliseconds.';
comment on column run.known_at is 'When this state could first be known; a forecast with an earlier cutoff does not use it.';
comment on column run.host is 'Server it ran on.';
comment on column run.rows_read is 'Rows read by the run.';
comment on column run.rows_written is 'Rows written by the run.';
comment on column run.expected_rows is 'Rows announced beforehand.';
comment on column run.error is 'Error message.';
comment on column run.query is 'SQL text of the run, when logged.';
comment on column run.extra is 'Columns of the log that have no place of their own.';
comment on column run.anomalies is 'Codes of the cleaning rules that repaired or doubted a value: see docs/anomalies.md.';
comment on column run.file_id is 'The first file that told it.';
comment on column run.row_number is 'Its row in that file, from 1.';
create view run_latest as
  select distinct on (job_id, run_key) *
  from run
  order by job_id, run_key, known_at desc, (status = 'running'), digest;
comment on view run_latest is 'The newest known state of every run.';

drop table metric_sample;
create table metric_sample (
  ts timestamptz not null,
  value double precision not null,
  file_id bigint not null,
  host text collate "C" not null,
  metric text collate "C" not null,
  primary key (host, metric, ts)
) partition by range (ts);
create table metric_sample_before_2010 partition of metric_sample for values from (minvalue) to ('2010-01-01 00:00+00');
create table metric_sample_from_2050 partition of metric_sample for values from ('2050-01-01 00:00+00') to (maxvalue);
comment on table metric_sample is 'Measurements of servers, in partitions of a month (UTC). Of two values for one instant the larger is kept, so that the order of loading does not matter and no peak is lost.';
comment on column metric_sample.host is 'Server.';
comment on column metric_sample.metric is 'What was measured, unit in the name.';
comment on column metric_sample.ts is 'When.';
comment on column metric_sample.value is 'The value.';
comment on column metric_sample.file_id is 'The file that told it; of several, the first.';
`);
  await knex.raw(/* sql */ `
-- Writers may fill months, not change the schema: these functions run with the rights of their owner and make
-- nothing but partitions of the two tables.
create function begin_months() returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function begin_months() is 'Called in the transaction of a load before months are made for it, on this connection or others.';

create function begin_month(parent text, month date) returns text
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function begin_month(text, date) is 'Makes the table of a month, without indexes, to be filled in this transaction.';

create function index_month(parent text, month date) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function index_month(text, date) is 'Gives a month that was filled the key and the indexes of its table.';

create function finish_month(parent text, month date) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function finish_month(text, date) is 'Makes a month part of its table.';

do $$
begin
  revoke execute on function begin_months(), begin_month(text, date), index_month(text, date), finish_month(text, date) from public;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant execute on function begin_months(), begin_month(text, date), index_month(text, date), finish_month(text, date) to smart_etl_writer;
    -- update: the origin of a run told by two files is the first of them, whichever was loaded first.
    grant select, insert, update (file_id, row_number) on run to smart_etl_writer;
    grant select, insert, update on metric_sample to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on run, run_latest, metric_sample to smart_etl_reader;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select on run_latest to smart_etl_writer;
  end if;
end
$$;
`);
}
