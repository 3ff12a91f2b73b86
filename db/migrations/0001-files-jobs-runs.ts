import type { Knex } from 'knex';

/** Where data comes from and what it becomes: sources, files, quarantine, jobs, runs, server metrics. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table source (
  name text primary key,
  kind text not null check (kind in ('runs', 'metrics')),
  folder text not null,
  namespace text not null
);
comment on table source is 'A configured feed: a folder of run logs or server metrics.';
comment on column source.name is 'Short name, used in workflow ids.';
comment on column source.kind is 'What its files hold: runs or metrics.';
comment on column source.folder is 'The drop folder that is polled.';
comment on column source.namespace is 'Namespace given to the jobs of this source.';

create table file (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  source text not null references source (name),
  name text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  received_at timestamptz not null default now(),
  state text not null default 'stored' check (state in ('stored', 'loaded', 'refused')),
  dialect jsonb,
  rows_in bigint,
  rows_loaded bigint,
  rows_duplicate bigint,
  rows_quarantined bigint,
  last_known_at timestamptz,
  refusal_code text,
  refusal_detail text,
  loaded_at timestamptz,
  constraint file_accounts_for_every_row
    check (state <> 'loaded' or rows_in = rows_loaded + rows_duplicate + rows_quarantined),
  constraint file_refused_with_reason check (state <> 'refused' or refusal_code is not null)
);
create index file_state on file (source, state);
comment on table file is 'One collected object, known by the hash of its bytes; the original is in the object store, bucket raw.';
comment on column file.sha256 is 'SHA-256 of the bytes as collected, and the key of the original in the object store.';
comment on column file.source is 'The source that brought it first.';
comment on column file.name is 'File name as first collected.';
comment on column file.size_bytes is 'Size of the original in bytes.';
comment on column file.received_at is 'When it was stored, by the clock of the database.';
comment on column file.state is 'stored: original kept, not loaded yet; loaded: every row accounted for; refused: not readable as a whole.';
comment on column file.dialect is 'What was detected: encoding, delimiter, header and the evidence.';
comment on column file.rows_in is 'Rows read. Always rows_loaded + rows_duplicate + rows_quarantined.';
comment on column file.rows_loaded is 'Rows that became records.';
comment on column file.rows_duplicate is 'Rows already known with the same content.';
comment on column file.rows_quarantined is 'Rows refused, kept in quarantine with their reason.';
comment on column file.last_known_at is 'Latest known_at (runs) or ts (metrics) among its records: the last arrival it tells of.';
comment on column file.refusal_code is 'Why the whole file was refused.';
comment on column file.refusal_detail is 'The refusal in a sentence: what, where, expected, found.';
comment on column file.loaded_at is 'When the load was committed.';

create table arrival (
  source text not null references source (name),
  path text not null,
  size_bytes bigint not null,
  modified_at timestamptz not null,
  sha256 text not null references file (sha256),
  seen_at timestamptz not null default now(),
  primary key (source, path, size_bytes, modified_at)
);
comment on table arrival is 'Each appearance of a file in a drop folder, so that a file seen before is not read again.';
comment on column arrival.source is 'The source whose folder it appeared in.';
comment on column arrival.path is 'Path inside the drop folder.';
comment on column arrival.size_bytes is 'Size when collected, bytes.';
comment on column arrival.modified_at is 'Modification time when collected.';
comment on column arrival.sha256 is 'The file it turned out to be.';
comment on column arrival.seen_at is 'When it was collected.';

create table quarantine (
  file_sha256 text not null references file (sha256),
  byte_offset bigint not null,
  row_number bigint not null,
  code text not null,
  detail text not null,
  original bytea not null,
  quarantined_at timestamptz not null default now(),
  primary key (file_sha256, byte_offset)
);
comment on table quarantine is 'Rows refused by a cleaning rule, with the reason and the bytes as they came.';
comment on column quarantine.file_sha256 is 'The file the row came from.';
comment on column quarantine.byte_offset is 'Where the row starts in the decompressed file, bytes.';
comment on column quarantine.row_number is 'Number of the row in the file, from 1, header not counted.';
comment on column quarantine.code is 'Code of the rule that refused it: see docs/anomalies.md.';
comment on column quarantine.detail is 'What was expected and what was found.';
comment on column quarantine.original is 'The bytes of the row as they came.';
comment on column quarantine.quarantined_at is 'When the load that refused it was committed.';

-- An id that depends on the name alone: files loaded in any order give the same tables. 52 bits, exact in a double.
create function job_id_of(namespace text, name text) returns bigint
  language sql immutable strict parallel safe
  return ('x' || substr(md5(namespace || chr(31) || name), 1, 13))::bit(52)::bigint;
comment on function job_id_of(text, text) is 'The id of a job, a hash of its namespace and name.';

create table job (
  id bigint primary key,
  namespace text not null,
  name text not null,
  owner text,
  host text,
  criticality smallint not null default 3 check (criticality between 1 and 4),
  described_at timestamptz not null,
  unique (namespace, name)
);
comment on table job is 'A recurring ETL pipeline.';
comment on column job.id is 'job_id_of(namespace, name).';
comment on column job.namespace is 'OpenLineage namespace; that of its source.';
comment on column job.name is 'Name, unique in its namespace.';
comment on column job.owner is 'Who answers for it, as told by its latest run.';
comment on column job.host is 'Server of its latest run.';
comment on column job.criticality is '1: a truck waits for it, to 4: nobody notices.';
comment on column job.described_at is 'Start of the run that told owner and host.';

create type run_status as enum ('running', 'succeeded', 'failed', 'cancelled');
create table run (
  job_id bigint not null references job (id),
  run_key text not null,
  digest uuid not null,
  status run_status not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  duration_ms bigint,
  known_at timestamptz not null,
  host text,
  rows_read bigint,
  rows_written bigint,
  expected_rows bigint,
  error text,
  query text,
  extra jsonb,
  anomalies text[],
  file_sha256 text not null references file (sha256),
  row_number bigint not null,
  primary key (job_id, run_key, digest)
);
create index run_by_start on run (started_at);
create index run_of_job_by_start on run (job_id, started_at);
comment on table run is 'Executions of jobs. A run told again with other content (it ended, or was corrected) is one more row with the same run_key; run_latest shows the newest.';
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
comment on column run.file_sha256 is 'The file that told it first.';
comment on column run.row_number is 'Its row in that file, from 1.';

create view run_latest as
  select distinct on (job_id, run_key) *
  from run
  order by job_id, run_key, known_at desc, (status = 'running'), digest;
comment on view run_latest is 'The newest known state of every run.';

create table metric_sample (
  host text not null,
  metric text not null,
  ts timestamptz not null,
  value double precision not null,
  file_sha256 text not null references file (sha256),
  primary key (host, metric, ts)
);
comment on table metric_sample is 'Measurements of servers. Of two values for one instant the larger is kept, so that the order of loading does not matter and no peak is lost.';
comment on column metric_sample.host is 'Server.';
comment on column metric_sample.metric is 'What was measured, unit in the name.';
comment on column metric_sample.ts is 'When.';
comment on column metric_sample.value is 'The value.';
comment on column metric_sample.file_sha256 is 'The file that told it first.';
`);
}
