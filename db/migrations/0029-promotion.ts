import type { Knex } from 'knex';

/** Versions on trial beside the champion, the list to watch of a forecast, and what people say instead of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(ALIASES);
  await knex.raw(TRIALS);
  await knex.raw(FORECASTS);
  await knex.raw(GRANTS);
}

const ALIASES = /* sql */ `
alter table model_alias_change
  alter column to_version drop not null,
  add column note jsonb,
  add constraint model_alias_change_moves check (from_version is distinct from to_version);
comment on column model_alias_change.to_version is 'Version after; null: the alias was taken away.';
comment on column model_alias_change.at is 'When, exactly: never before an earlier change of the alias.';
comment on column model_alias_change.note is 'The release note that people were told, en and fr; null: nobody was told.';
`;

const TRIALS = /* sql */ `
create table model_trial (
  workflow_id text primary key,
  model text not null,
  version integer not null,
  against integer not null check (against <> version),
  role text not null check (role in ('challenger', 'predecessor')),
  who text not null,
  why text not null,
  began_as_of timestamptz not null,
  ends_as_of timestamptz not null check (ends_as_of > began_as_of),
  ended_as_of timestamptz,
  outcome text check (outcome in ('better', 'worse', 'undecided', 'overtaken')),
  e_value double precision check (e_value >= 0),
  blocks integer check (blocks >= 0),
  said jsonb,
  foreign key (model, version) references model_version (model, version),
  foreign key (model, against) references model_version (model, version),
  check ((ended_as_of is null) = (outcome is null))
);
create unique index model_trial_one_at_a_time on model_trial (model, role) where ended_as_of is null;
comment on table model_trial is 'Versions that forecast beside the champion for a while; nobody is told of what they say.';
comment on column model_trial.workflow_id is 'The workflow that holds the trial.';
comment on column model_trial.model is 'Name of the model.';
comment on column model_trial.version is 'The version on trial.';
comment on column model_trial.against is 'The champion it is compared with.';
comment on column model_trial.role is 'challenger: may be promoted; predecessor: may get its place back.';
comment on column model_trial.who is 'Who wanted it.';
comment on column model_trial.why is 'Why.';
comment on column model_trial.began_as_of is 'From when on, on the clock of the estate.';
comment on column model_trial.ends_as_of is 'Undecided by then, the champion stays.';
comment on column model_trial.ended_as_of is 'When it ended; null: it lasts.';
comment on column model_trial.outcome is 'better or worse than the champion, undecided, or overtaken by another change.';
comment on column model_trial.e_value is 'Evidence of the sequential test at the last look; null: no week was over yet.';
comment on column model_trial.blocks is 'Blocks of weeks and servers it rests on.';
comment on column model_trial.said is 'The same in a sentence, en and fr.';

create table shadow_forecast (
  cutoff timestamptz not null references forecast_cutoff (cutoff),
  model text not null,
  version integer not null,
  job_id bigint not null references job (id),
  probability double precision not null check (probability between 0 and 1),
  primary key (cutoff, model, version, job_id),
  foreign key (model, version) references model_version (model, version)
);
comment on table shadow_forecast is 'What versions on trial said of the same weeks of the same jobs as the champion.';
comment on column shadow_forecast.cutoff is 'The forecast beside which it was made.';
comment on column shadow_forecast.model is 'Name of the model.';
comment on column shadow_forecast.version is 'The version on trial.';
comment on column shadow_forecast.job_id is 'The job.';
comment on column shadow_forecast.probability is 'Of at least one failed run in the seven days after the cutoff.';
`;

const FORECASTS = /* sql */ `
create table forecast_watch (
  cutoff timestamptz not null references forecast_cutoff (cutoff),
  place smallint not null check (place > 0),
  job_id bigint not null,
  horizon_day smallint not null,
  share double precision not null check (share between 0 and 1),
  act text not null,
  primary key (cutoff, place),
  unique (cutoff, job_id, horizon_day),
  foreign key (cutoff, job_id, horizon_day) references forecast (cutoff, job_id, horizon_day)
);
comment on table forecast_watch is 'The few job-days that hold most of the failures that a forecast expects.';
comment on column forecast_watch.cutoff is 'The forecast.';
comment on column forecast_watch.place is '1 is the most likely.';
comment on column forecast_watch.job_id is 'The job.';
comment on column forecast_watch.horizon_day is 'Day 1 is the 24 hours after the cutoff.';
comment on column forecast_watch.share is 'Of all failed job-days expected in the week, what this one holds.';
comment on column forecast_watch.act is 'What is suggested, by its name.';

create table forecast_override (
  id bigint generated always as identity primary key,
  job_id bigint not null references job (id) on delete cascade,
  probability double precision check (probability between 0 and 1),
  who text not null,
  why text not null,
  from_as_of timestamptz not null,
  until timestamptz not null check (until > from_as_of),
  ended_as_of timestamptz check (ended_as_of >= from_as_of),
  ended_by text,
  check ((ended_as_of is null) = (ended_by is null))
);
create unique index forecast_override_one_a_job on forecast_override (job_id) where ended_as_of is null;
comment on table forecast_override is 'What people say of a job in the forecast; shown beside what the model says, which stays as it is and is what is scored.';
comment on column forecast_override.id is 'Identifier.';
comment on column forecast_override.job_id is 'The job.';
comment on column forecast_override.probability is 'Of at least one failed run in the week; null: the forecast of the job is to be ignored.';
comment on column forecast_override.who is 'Who says so.';
comment on column forecast_override.why is 'Why.';
comment on column forecast_override.from_as_of is 'From when on, on the clock of the estate.';
comment on column forecast_override.until is 'It ends by itself.';
comment on column forecast_override.ended_as_of is 'When it was withdrawn or replaced; null: not.';
comment on column forecast_override.ended_by is 'Who did that.';
`;

const GRANTS = /* sql */ `
do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant delete on model_alias to smart_etl_writer;
    grant select, insert, update on model_trial, forecast_override to smart_etl_writer;
    grant select, insert on shadow_forecast, forecast_watch to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on model_trial, forecast_override, shadow_forecast, forecast_watch to smart_etl_reader;
  end if;
end
$$;
`;
