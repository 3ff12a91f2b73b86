import type { Knex } from 'knex';

/** How files come in: options of a source, members of archives, second looks, growing files, scraped counters. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table source add column intake jsonb not null default '{}', add column time_zone text;
comment on column source.time_zone is 'IANA zone of times in its files that tell none; null: UTC.';
comment on column source.intake is 'How its files come in, as configured: see docs/sources.md.';

alter table file add column archive_sha256 text references file (sha256);
create index file_of_archive on file (archive_sha256) where archive_sha256 is not null;
comment on column file.archive_sha256 is 'The archive it was a member of.';

create table sighting (
  source text not null references source (name),
  path text not null,
  size_bytes bigint not null,
  modified_at timestamptz not null,
  sha256 text,
  seen_at timestamptz not null,
  primary key (source, path)
);
comment on table sighting is 'First looks at files whose times cannot be trusted: the second look must see the same.';
comment on column sighting.source is 'Whose folder.';
comment on column sighting.path is 'Path inside the folder.';
comment on column sighting.size_bytes is 'Size that was seen.';
comment on column sighting.modified_at is 'Time of modification that was seen.';
comment on column sighting.sha256 is 'SHA-256 of what was read at that look; null for a large file, which is not read twice.';
comment on column sighting.seen_at is 'When it was first seen like this.';

create table tail (
  id bigint generated always as identity primary key,
  source text not null references source (name),
  path text not null,
  identity text not null,
  size_bytes bigint not null,
  modified_at timestamptz not null,
  read_bytes bigint not null,
  head_bytes integer not null,
  head_sha256 text not null,
  last_bytes integer not null,
  last_sha256 text not null,
  header bytea not null,
  dialect jsonb,
  copy_of bigint references tail (id),
  seen_at timestamptz not null
);
create index tail_of_source on tail (source, head_sha256);
comment on table tail is 'How far growing files were read. A file is known by what stands in it, wherever a rotation moves it.';
comment on column tail.id is 'Number of the tail.';
comment on column tail.source is 'Whose folder.';
comment on column tail.path is 'Where it was seen last.';
comment on column tail.identity is 'Device and number of the file there.';
comment on column tail.size_bytes is 'Its size at the last look.';
comment on column tail.modified_at is 'Its time of modification at the last look.';
comment on column tail.read_bytes is 'So many bytes from its start are stored as originals.';
comment on column tail.head_bytes is 'Length of the start that is compared.';
comment on column tail.head_sha256 is 'SHA-256 of that start.';
comment on column tail.last_bytes is 'Length of the piece before read_bytes that is compared.';
comment on column tail.last_sha256 is 'SHA-256 of that piece.';
comment on column tail.header is 'Bytes up to the first row of data; they begin every segment.';
comment on column tail.dialect is 'How its records end: what is needed to cut it between two; null when it is no table.';
comment on column tail.copy_of is 'The tail whose bytes it repeats, as a copy made by a rotation does; its own are not read.';
comment on column tail.seen_at is 'When it was last looked at.';

create table scrape (
  source text not null references source (name),
  host text not null,
  scraped_at timestamptz not null,
  counters jsonb not null,
  primary key (source, host)
);
comment on table scrape is 'The counters of the last page read from a server: rates are differences of two pages.';
comment on column scrape.source is 'The source whose address was read.';
comment on column scrape.host is 'The server.';
comment on column scrape.scraped_at is 'When.';
comment on column scrape.counters is 'Its counters then, by name and labels.';

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update, delete on sighting, tail, scrape to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on sighting, tail, scrape to smart_etl_reader;
  end if;
end
$$;
`);
}
