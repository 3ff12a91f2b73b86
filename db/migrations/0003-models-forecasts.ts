import type { Knex } from 'knex';

/** The registry of models (bytes are in the object store), who serves, and what was forecast. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table model_version (
  model text not null,
  version integer not null check (version > 0),
  kind text not null,
  artifact_sha256 text not null check (artifact_sha256 ~ '^[0-9a-f]{64}$'),
  manifest_sha256 text not null check (manifest_sha256 ~ '^[0-9a-f]{64}$'),
  snapshot_sha256 text not null check (snapshot_sha256 ~ '^[0-9a-f]{64}$'),
  cutoff timestamptz not null,
  seed bigint not null,
  code_version text not null,
  parameters jsonb not null,
  fit_ms double precision not null,
  peak_memory_bytes bigint not null,
  created_at timestamptz not null default now(),
  primary key (model, version),
  unique (model, manifest_sha256)
);
comment on table model_version is 'Registered model versions. Bytes and manifest are in the object store, bucket models, keyed by their hash.';
comment on column model_version.model is 'Name of the model.';
comment on column model_version.version is 'Counted from 1.';
comment on column model_version.kind is 'The learner it was fitted with.';
comment on column model_version.artifact_sha256 is 'Hash and key of the model bytes.';
comment on column model_version.manifest_sha256 is 'Hash and key of the manifest.';
comment on column model_version.snapshot_sha256 is 'Hash and key (bucket training) of the data it was trained on.';
comment on column model_version.cutoff is 'Nothing known later was used.';
comment on column model_version.seed is 'Seed of all its randomness.';
comment on column model_version.code_version is 'Version of the code that trained it.';
comment on column model_version.parameters is 'Parameters of the learner.';
comment on column model_version.fit_ms is 'Training time in milliseconds.';
comment on column model_version.peak_memory_bytes is 'Peak memory of the training thread.';
comment on column model_version.created_at is 'When it was registered.';

create table evaluation (
  model text not null,
  version integer not null,
  head text not null check (head in ('day', 'week')),
  metric text not null,
  value double precision,
  primary key (model, version, head, metric),
  foreign key (model, version) references model_version (model, version)
);
comment on table evaluation is 'Quality of a model version on the later windows it was not trained on.';
comment on column evaluation.model is 'Name of the model.';
comment on column evaluation.version is 'Its version.';
comment on column evaluation.head is 'day: failures of one of the seven days; week: of the whole week.';
comment on column evaluation.metric is 'Name as in scikit-learn, in snake case.';
comment on column evaluation.value is 'The value; null: not enough data to say.';

create table gate_verdict (
  model text not null,
  challenger_version integer not null,
  champion_version integer not null,
  verdict text not null check (verdict in ('promote', 'keep', 'undecided')),
  checks jsonb not null,
  decided_at timestamptz not null default now(),
  primary key (model, challenger_version, champion_version),
  foreign key (model, challenger_version) references model_version (model, version)
);
comment on table gate_verdict is 'What the gate said of a challenger, with every number.';
comment on column gate_verdict.model is 'Name of the model.';
comment on column gate_verdict.challenger_version is 'The version judged.';
comment on column gate_verdict.champion_version is 'The version it was compared with; 0: there was none.';
comment on column gate_verdict.verdict is 'promote, keep (the champion stays) or undecided.';
comment on column gate_verdict.checks is 'Each check with its value, threshold and explanation.';
comment on column gate_verdict.decided_at is 'When.';

create table model_alias (
  model text not null,
  alias text not null check (alias in ('champion', 'challenger', 'shadow')),
  version integer not null,
  changed_at timestamptz not null default now(),
  primary key (model, alias),
  foreign key (model, version) references model_version (model, version)
);
comment on table model_alias is 'Which version serves under a name now.';
comment on column model_alias.model is 'Name of the model.';
comment on column model_alias.alias is 'champion: serves; challenger: wants to; shadow: scores beside.';
comment on column model_alias.version is 'The version.';
comment on column model_alias.changed_at is 'Since when.';

create table model_alias_change (
  id bigint generated always as identity primary key,
  model text not null,
  alias text not null,
  from_version integer,
  to_version integer not null,
  at timestamptz not null default now(),
  who text not null,
  why text not null,
  workflow_id text
);
comment on table model_alias_change is 'History of the aliases: which version was live at a given time.';
comment on column model_alias_change.id is 'Identifier.';
comment on column model_alias_change.model is 'Name of the model.';
comment on column model_alias_change.alias is 'The alias.';
comment on column model_alias_change.from_version is 'Version before; null: none.';
comment on column model_alias_change.to_version is 'Version after.';
comment on column model_alias_change.at is 'When.';
comment on column model_alias_change.who is 'Who changed it.';
comment on column model_alias_change.why is 'The reason given.';
comment on column model_alias_change.workflow_id is 'The workflow that did it.';

create table forecast_cutoff (
  cutoff timestamptz primary key,
  model text not null,
  model_version integer not null,
  candidates integer not null,
  workflow_id text not null,
  made_at timestamptz not null default now(),
  foreign key (model, model_version) references model_version (model, version)
);
comment on table forecast_cutoff is 'A forecast: there is at most one for a cutoff.';
comment on column forecast_cutoff.cutoff is 'The instant it was made for; nothing known later was used.';
comment on column forecast_cutoff.model is 'Name of the model.';
comment on column forecast_cutoff.model_version is 'The version that made it.';
comment on column forecast_cutoff.candidates is 'Jobs covered: those that ran in the 7 days before.';
comment on column forecast_cutoff.workflow_id is 'The workflow that made it.';
comment on column forecast_cutoff.made_at is 'When it was stored.';

create table forecast (
  cutoff timestamptz not null references forecast_cutoff (cutoff),
  job_id bigint not null references job (id),
  horizon_day smallint not null check (horizon_day between 1 and 7),
  probability double precision not null check (probability between 0 and 1),
  basis text not null check (basis in ('model', 'group-rate')),
  reasons jsonb not null,
  primary key (cutoff, job_id, horizon_day)
);
comment on table forecast is 'Probability that a job fails at least once on a day of the coming week: seven rows a candidate.';
comment on column forecast.cutoff is 'The forecast.';
comment on column forecast.job_id is 'The job.';
comment on column forecast.horizon_day is 'Day 1 is the 24 hours after the cutoff.';
comment on column forecast.probability is 'Probability of at least one failed run starting in these 24 hours.';
comment on column forecast.basis is 'model, or group-rate: not enough runs, the rate of its group stands in.';
comment on column forecast.reasons is 'What moved the probability most, in English and French.';

create table forecast_week (
  cutoff timestamptz not null references forecast_cutoff (cutoff),
  job_id bigint not null references job (id),
  probability double precision not null check (probability between 0 and 1),
  basis text not null check (basis in ('model', 'group-rate')),
  rank integer not null,
  reasons jsonb not null,
  primary key (cutoff, job_id),
  unique (cutoff, rank)
);
comment on table forecast_week is 'Probability that a job fails at least once in the coming week.';
comment on column forecast_week.cutoff is 'The forecast.';
comment on column forecast_week.job_id is 'The job.';
comment on column forecast_week.probability is 'Probability of at least one failed run starting in the 7 days after the cutoff.';
comment on column forecast_week.basis is 'model, or group-rate: not enough runs, the rate of its group stands in.';
comment on column forecast_week.rank is '1 is the most likely to fail.';
comment on column forecast_week.reasons is 'What moved the probability most, in English and French.';
`);
}
