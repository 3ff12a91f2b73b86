import type { Knex } from 'knex';

/** What detection knows of the metrics of servers, so that each sample is read once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table host_watch (
  host text not null,
  metric text not null,
  through timestamptz not null,
  watch jsonb not null,
  primary key (host, metric)
);
create index host_watch_through on host_watch (through);
comment on table host_watch is 'What detection has learned of each metric of each server, from the samples up to an instant. It can be deleted: it is learned again from the last two weeks.';
comment on column host_watch.host is 'Server.';
comment on column host_watch.metric is 'The metric, as in metric_sample.';
comment on column host_watch.through is 'The last sample that was read.';
comment on column host_watch.watch is 'What is usual by hour and weekday, the range it has been in, the last samples, the highest of each day, and what is wrong since when.';

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update, delete on host_watch to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on host_watch to smart_etl_reader;
  end if;
end
$$;
`);
}
