import type { Knex } from 'knex';

/** What jobs tell of their runs themselves: received at once, packed into originals, kept beside the runs. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table source
  drop constraint source_kind_check,
  add constraint source_kind_check check (kind in ('runs', 'metrics', 'events'));
comment on column source.kind is 'What its files hold: runs, metrics, or events received over HTTP.';

create table received_event (
  id bigint generated always as identity primary key,
  event_id text not null unique check (event_id ~ '^[0-9a-f]{64}$'),
  via text not null check (via in ('ping', 'openlineage')),
  message text not null check (octet_length(message) <= 2097152),
  received_at timestamptz not null default clock_timestamp()
);
comment on table received_event is 'Messages of jobs about their runs that were answered for and are not in an original yet; emptied every few seconds.';
comment on column received_event.id is 'Order in which they are packed.';
comment on column received_event.event_id is 'SHA-256 that names the message: sent again it is the same.';
comment on column received_event.via is 'ping, or openlineage (also smart-etl exec).';
comment on column received_event.message is 'The message as it came, JSON.';
comment on column received_event.received_at is 'When it was received, by the clock of the database.';

create table event_file (
  file_sha256 text primary key references file (sha256),
  last_received_at timestamptz not null,
  events bigint not null check (events > 0)
);
create index event_file_by_time on event_file (last_received_at);
comment on table event_file is 'Originals into which received messages were packed. Each begins after the one before it ends, so that what was known when does not depend on how files are loaded.';
comment on column event_file.file_sha256 is 'The file.';
comment on column event_file.last_received_at is 'Arrival of its latest message.';
comment on column event_file.events is 'Messages in it.';

create table run_event (
  event_id text collate "C" primary key,
  namespace text collate "C" not null,
  job text collate "C" not null,
  run_id text collate "C",
  kind text not null check (kind in ('start', 'running', 'success', 'fail', 'abort', 'log')),
  event_time timestamptz not null,
  received_at timestamptz not null,
  via text not null check (via in ('ping', 'openlineage')),
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
  foreign key (file_id) references file (id) not enforced
);
create index run_event_of_run on run_event (namespace, job, run_id, event_time);
comment on table run_event is 'What jobs told of their runs, one row each. The runs told this way are the fold over all events of a run.';
comment on column run_event.event_id is 'SHA-256 that names the message.';
comment on column run_event.namespace is 'Namespace of the job.';
comment on column run_event.job is 'Name of the job.';
comment on column run_event.run_id is 'The run''s own id; null for a ping that names none: its run follows from the pings before it.';
comment on column run_event.kind is 'start, running, success, fail, abort, or log, which changes no state.';
comment on column run_event.event_time is 'When it happened, by the clock of who tells.';
comment on column run_event.received_at is 'When it was received: earlier it could not be known.';
comment on column run_event.via is 'ping, or openlineage (also smart-etl exec).';
comment on column run_event.producer is 'The program that told it.';
comment on column run_event.exit_status is 'Exit status of the command.';
comment on column run_event.duration_ms is 'Run time so far in milliseconds, as measured by who tells.';
comment on column run_event.log is 'Text that came with it.';
comment on column run_event.error is 'Error message.';
comment on column run_event.owner is 'Owner of the job.';
comment on column run_event.host is 'Server it runs on.';
comment on column run_event.query is 'SQL text of the job.';
comment on column run_event.rows_read is 'Rows read so far.';
comment on column run_event.rows_written is 'Rows written so far.';
comment on column run_event.extra is 'What else was told: parent run, planned time.';
comment on column run_event.anomalies is 'Codes of the cleaning rules that repaired a value: see docs/anomalies.md.';
comment on column run_event.file_id is 'The first file that told it.';
comment on column run_event.row_number is 'Its line in that file, from 1.';

-- The API reads as smart_etl_reader and may hand in events, nothing else: not change, delete or read back.
create function receive_event(event text, way text, told text) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public as $$
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
$$;
comment on function receive_event(text, text, text) is 'Keeps a message of a job and wakes the worker; false when it is there already.';

do $$
begin
  revoke execute on function receive_event(text, text, text) from public;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, delete on received_event to smart_etl_writer;
    grant select, insert on event_file, run_event to smart_etl_writer;
    grant execute on function receive_event(text, text, text) to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on event_file, run_event to smart_etl_reader;
    grant execute on function receive_event(text, text, text) to smart_etl_reader;
  end if;
end
$$;
`);
}
