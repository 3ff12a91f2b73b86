import type { Knex } from 'knex';

/** How often came true what a model version said in its test, by probability. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table calibration (
  model text not null,
  version integer not null,
  head text not null check (head in ('day', 'week')),
  bin smallint not null check (bin between 0 and 9),
  rows bigint not null check (rows > 0),
  forecast double precision not null check (forecast between 0 and 1),
  failed double precision not null check (failed between 0 and 1),
  primary key (model, version, head, bin),
  foreign key (model, version) references model_version (model, version)
);
comment on table calibration is 'Forecasts of a version for the windows of its test, by probability, with how many of them came true. Versions of before this table have none.';
comment on column calibration.model is 'Name of the model.';
comment on column calibration.version is 'Its version.';
comment on column calibration.head is 'day or week: which question was answered.';
comment on column calibration.bin is 'Tenth of probability: 0 is from 0 to 0.1; bins without forecasts are left out.';
comment on column calibration.rows is 'Windows of jobs in it.';
comment on column calibration.forecast is 'Mean probability.';
comment on column calibration.failed is 'Share of the windows that had a failure.';

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert on calibration to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on calibration to smart_etl_reader;
  end if;
end
$$;
`);
}
