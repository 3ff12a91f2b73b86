import type { Knex } from 'knex';

/**
 * Every file keeps how many values its runs should tell and tell, so that the quality of a day is a sum over the
 * ledger: reading the runs of the day again after every load would cost more the more of them there are.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table file
  add column values_expected bigint,
  add column values_told bigint,
  add constraint file_values_told_were_expected check (values_told <= values_expected);
comment on column file.values_expected is 'Values that its runs should tell; see docs/quality.md. Null: not loaded, or not of runs.';
comment on column file.values_told is 'Of values_expected those that they tell.';
comment on column quality_daily.completeness is 'Share of the values its runs should tell that were told; null for metrics, events, and without runs.';

-- For files that are loaded already: of the runs they were the first to tell. A rebuild counts the others, too.
update file set values_expected = coalesce(counted.expected, 0), values_told = coalesce(counted.told, 0)
from file loaded left join (
    select file_id,
      sum(3 + case when status = 'running' then 0 else 2 end + (status = 'failed')::int) as expected,
      sum((run_key not like 'start:%')::int + num_nonnulls(host, rows_written)
        + case when status = 'running' then 0 else num_nonnulls(ended_at, duration_ms) end
        + (status = 'failed' and error is not null)::int) as told
    from run group by file_id) as counted on counted.file_id = loaded.id
where file.id = loaded.id and file.state = 'loaded'
  and file.source in (select name from source where kind = 'runs');

create index file_of_quality_day on file (source, ((coalesce(last_known_at, received_at) at time zone 'UTC')::date))
  where state = 'loaded';
drop index run_by_file;

create or replace function finish_rebuild() returns boolean
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
    and not exists (select from incident where job_id = gone.id)
    and not exists (select from forecast where job_id = gone.id)
    and not exists (select from forecast_week where job_id = gone.id);
  drop schema rebuild cascade;
  return true;
end
$$;
`);
}
