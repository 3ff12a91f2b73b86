import type { Knex } from 'knex';

/** Who vouches for a version, what it was chosen from, what people call it, and incidents about a model. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(REGISTRY);
  await knex.raw(SERVING);
  await knex.raw(GRANTS);
}

const REGISTRY = /* sql */ `
create table model_signature (
  model text not null,
  version integer not null,
  key_id text not null check (key_id ~ '^[0-9a-f]{16}$'),
  signature bytea not null check (octet_length(signature) = 64),
  signed_at timestamptz not null default now(),
  primary key (model, version, key_id),
  foreign key (model, version) references model_version (model, version)
);
comment on table model_signature is 'Ed25519 signatures of the manifests of versions. The same bytes lie beside the manifest in bucket models.';
comment on column model_signature.model is 'Name of the model.';
comment on column model_signature.version is 'Its version.';
comment on column model_signature.key_id is 'First 16 digits of the SHA-256 of the public key (SubjectPublicKeyInfo, DER).';
comment on column model_signature.signature is 'The 64 bytes of the signature of the bytes of the manifest.';
comment on column model_signature.signed_at is 'When, on the clock of the database.';

create table model_contestant (
  model text not null,
  snapshot_sha256 text not null check (snapshot_sha256 ~ '^[0-9a-f]{64}$'),
  seed bigint not null,
  kind text not null,
  outcome text not null check (outcome in ('trained', 'too-few-runs', 'too-slow')),
  artifact_sha256 text check (artifact_sha256 ~ '^[0-9a-f]{64}$'),
  predictions_sha256 text check (predictions_sha256 ~ '^[0-9a-f]{64}$'),
  report_sha256 text check (report_sha256 ~ '^[0-9a-f]{64}$'),
  fit_ms double precision check (fit_ms >= 0),
  peak_memory_bytes bigint check (peak_memory_bytes >= 0),
  metrics jsonb,
  reason text,
  at timestamptz not null default now(),
  primary key (model, snapshot_sha256, seed, kind),
  constraint model_contestant_trained_has_its_bytes
    check ((outcome = 'trained') = (artifact_sha256 is not null and predictions_sha256 is not null and report_sha256 is not null))
);
comment on table model_contestant is 'Who competed in a training: all contestants on one snapshot with one seed.';
comment on column model_contestant.model is 'Name of the model.';
comment on column model_contestant.snapshot_sha256 is 'The training data: key in bucket training.';
comment on column model_contestant.seed is 'Seed of the training.';
comment on column model_contestant.kind is 'The learner; imported: a model trained elsewhere that could not be tested.';
comment on column model_contestant.outcome is 'trained, too-few-runs or too-slow.';
comment on column model_contestant.artifact_sha256 is 'Its bytes: key in bucket training; null: it was not trained.';
comment on column model_contestant.predictions_sha256 is 'What it said of the test windows: key in bucket training.';
comment on column model_contestant.report_sha256 is 'Its report: key in bucket training.';
comment on column model_contestant.fit_ms is 'Duration of its training.';
comment on column model_contestant.peak_memory_bytes is 'Most memory its training took.';
comment on column model_contestant.metrics is 'What it was worth on the test windows, by head (week, day); null: it was not trained.';
comment on column model_contestant.reason is 'Why it was not trained.';
comment on column model_contestant.at is 'When the training was registered, on the clock of the database.';

create table model_tag (
  model text not null,
  version integer not null,
  key text not null check (key ~ '^[A-Za-z0-9][A-Za-z0-9_./ -]{0,99}$'),
  value text not null check (length(value) <= 1000),
  who text not null,
  at timestamptz not null default now(),
  primary key (model, version, key),
  foreign key (model, version) references model_version (model, version)
);
comment on table model_tag is 'What people write on versions, as MLflow''s tags.';
comment on column model_tag.model is 'Name of the model.';
comment on column model_tag.version is 'Its version.';
comment on column model_tag.key is 'Name of the tag.';
comment on column model_tag.value is 'Its text.';
comment on column model_tag.who is 'Who wrote it last.';
comment on column model_tag.at is 'When, on the clock of the database.';

alter table model_version
  add column predictions_sha256 text check (predictions_sha256 ~ '^[0-9a-f]{64}$'),
  add column features_sha256 text check (features_sha256 ~ '^[0-9a-f]{64}$'),
  add column features integer check (features >= 0),
  add column jobs integer check (jobs >= 0),
  add column runs bigint check (runs >= 0);
comment on column model_version.predictions_sha256 is 'What it said of the test windows: key in bucket training; null: registered before this was told.';
comment on column model_version.features_sha256 is 'SHA-256 of the names of its features as a JSON list; null: registered before this was told.';
comment on column model_version.features is 'How many they are.';
comment on column model_version.jobs is 'Jobs in its training data.';
comment on column model_version.runs is 'Runs in it.';
`;

const SERVING = /* sql */ `
alter table finding
  add column model text,
  drop constraint finding_has_one_subject,
  add constraint finding_has_one_subject check (num_nonnulls(job_id, host, source, model) = 1);
comment on column finding.model is 'The model it is about; null: a job, a server or a source.';

alter table forecast_cutoff add column instead_of_version integer;
comment on column forecast_cutoff.instead_of_version is 'The champion, where it could not be used and model_version served in its place; null: model_version was the champion.';
alter table prediction_cutoff add column made_by_version integer;
comment on column prediction_cutoff.made_by_version is 'The version that served in the place of model_version, which could not be used; null: model_version itself.';
`;

const GRANTS = /* sql */ `
do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert on model_signature, model_contestant to smart_etl_writer;
    grant select, insert, update, delete on model_tag to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on model_signature, model_contestant, model_tag to smart_etl_reader;
  end if;
end
$$;
`;
