import type { Knex } from 'knex';

/** Limits of what may be refused, what a person let through all the same, and the quality of every day. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table source
  add column quarantine_limit jsonb,
  add column paused_at timestamptz;
comment on column source.quarantine_limit is 'Beyond this its intake stops: share (0 to 1), rowsPerFile, rowsPerDay. Null: the defaults.';
comment on column source.paused_at is 'Since when nothing of it is loaded: a file went beyond the limit. Originals are kept all the same. Null: it goes on.';

alter table file add column limit_waived boolean not null default false;
comment on column file.limit_waived is 'A person let it through: the limit of refused rows does not hold for it.';
create index file_of_day on file (source, received_at);

alter table quarantine add column byte_length bigint not null default 0;
update quarantine set byte_length = octet_length(original);
comment on column quarantine.byte_length is 'Bytes of the row in the file, without its line end; more than those kept when it is longer than a record may be.';

create index run_by_file on run using brin (file_id);

create table quality_daily (
  source text not null references source (name),
  day date not null,
  files bigint not null,
  volume_rows bigint not null,
  completeness double precision check (completeness between 0 and 1),
  uniqueness double precision check (uniqueness between 0 and 1),
  validity double precision check (validity between 0 and 1),
  freshness_s double precision check (freshness_s >= 0),
  primary key (source, day)
);
comment on table quality_daily is 'Quality of what each source told, day by day: see docs/quality.md for the formulas. A file belongs to the day (UTC) of the latest instant its records tell of, or, without records, to the day it was received.';
comment on column quality_daily.source is 'The source.';
comment on column quality_daily.day is 'The day, UTC.';
comment on column quality_daily.files is 'Files of that day.';
comment on column quality_daily.volume_rows is 'Rows in them.';
comment on column quality_daily.completeness is 'Share of the values a run should tell that were told; null for metrics and without new runs.';
comment on column quality_daily.uniqueness is 'Records that were new, of all records; null without records.';
comment on column quality_daily.validity is 'Rows that could be read, of all rows; null without rows.';
comment on column quality_daily.freshness_s is 'Seconds from the latest instant a file tells of to its receipt, median over the files; null without records.';

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update, delete on quality_daily to smart_etl_writer;
    -- A row that can be read after all leaves the quarantine.
    grant delete on quarantine to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on quality_daily to smart_etl_reader;
  end if;
end
$$;
`);
}
