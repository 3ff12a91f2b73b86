import type { Knex } from 'knex';

/** What forecasts were worth as truth arrives, how far the data moved, and when the model is no longer what it was. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table forecast_outcome (
  cutoff timestamptz not null references forecast_cutoff (cutoff),
  job_id bigint not null references job (id) on delete cascade,
  horizon smallint not null check (horizon between 0 and 7),
  failed boolean not null,
  known_at timestamptz not null,
  settled boolean not null,
  primary key (cutoff, horizon, job_id)
);
comment on table forecast_outcome is 'What became of the windows of forecasts that are over, corrected by logs that come late. Jobs that failed in the week without being forecast have lines too.';
comment on column forecast_outcome.cutoff is 'The forecast.';
comment on column forecast_outcome.job_id is 'The job.';
comment on column forecast_outcome.horizon is 'Day ahead, 1 to 7; 0 is the whole week.';
comment on column forecast_outcome.failed is 'Whether a run failed that started in the window.';
comment on column forecast_outcome.known_at is 'When the first such failure was known; without one the end of the window.';
comment on column forecast_outcome.settled is 'Whether the window is over for so long that it is not looked at again.';

create table base_rate (
  cutoff timestamptz not null references forecast_cutoff (cutoff),
  job_id bigint not null references job (id) on delete cascade,
  run_rate double precision not null check (run_rate between 0 and 1),
  window_rate double precision not null check (window_rate between 0 and 1),
  persistence double precision not null check (persistence between 0 and 1),
  is_onset boolean not null,
  primary key (cutoff, job_id)
);
comment on table base_rate is 'What rates that need no model would have said of the weeks that were forecast, from what was known at the cutoff.';
comment on column base_rate.cutoff is 'The forecast.';
comment on column base_rate.job_id is 'The job.';
comment on column base_rate.run_rate is 'Share of its runs that failed.';
comment on column base_rate.window_rate is 'Share of its weeks with a failure.';
comment on column base_rate.persistence is 'How often a week like its last one had a failure.';
comment on column base_rate.is_onset is 'No run failed in the seven days before the cutoff: a failure would begin something.';

create table model_quality (
  cutoff timestamptz not null,
  model text not null,
  version integer not null,
  basis text not null check (basis in ('realised', 'estimated')),
  slice text not null,
  metric text not null,
  value double precision,
  low double precision,
  high double precision,
  base_value double precision,
  rows integer not null check (rows >= 0),
  positives double precision not null check (positives >= 0),
  primary key (cutoff, model, basis, slice, metric),
  foreign key (model, version) references model_version (model, version),
  constraint model_quality_has_both_bounds check ((low is null) = (high is null))
);
comment on table model_quality is 'How good forecasts of a week were, and before its truth arrives how good they are estimated to be.';
comment on column model_quality.cutoff is 'The instant of the forecast.';
comment on column model_quality.model is 'Name of the model.';
comment on column model_quality.version is 'The version that forecast.';
comment on column model_quality.basis is 'realised: from outcomes; estimated: from calibrated probabilities alone.';
comment on column model_quality.slice is 'all, onset, criticality 1, owner ann, host srv-1: the jobs it is about.';
comment on column model_quality.metric is 'average_precision, brier_score, expected_calibration_error, recall_at_10, precision_at_10.';
comment on column model_quality.value is 'Null: not enough data to say.';
comment on column model_quality.low is 'Lower bound, nine times in ten; null where none can be told.';
comment on column model_quality.high is 'Upper bound.';
comment on column model_quality.base_value is 'The best base rate on the same rows; null where it is not known.';
comment on column model_quality.rows is 'Jobs.';
comment on column model_quality.positives is 'Those that failed, or are expected to.';

create table model_check (
  cutoff timestamptz not null,
  model text not null,
  version integer not null,
  as_of timestamptz not null,
  state text not null check (state in ('steady', 'watch', 'degraded', 'not-enough-data')),
  reference_cutoff timestamptz not null,
  features integer not null check (features >= 0),
  drifted integer not null check (drifted between 0 and features),
  signs jsonb not null,
  workflow_id text not null,
  primary key (cutoff, model),
  foreign key (model, version) references model_version (model, version)
);
comment on table model_check is 'Looks at the champion, one a day: whether its data, scores, labels and outcomes are still those it was trained on.';
comment on column model_check.cutoff is 'The hour of the look.';
comment on column model_check.model is 'Name of the model.';
comment on column model_check.version is 'The champion then.';
comment on column model_check.as_of is 'What was known later is not in it.';
comment on column model_check.state is 'steady; watch: something moved; degraded: people are told and it is trained anew; not-enough-data.';
comment on column model_check.reference_cutoff is 'Up to when the champion knew the past.';
comment on column model_check.features is 'Features that could be compared and do not grow by themselves.';
comment on column model_check.drifted is 'Those of them that moved.';
comment on column model_check.signs is 'Each sign (data, scores, labels, concept, estimated, quality) with its numbers and words in both languages.';
comment on column model_check.workflow_id is 'The workflow that looked.';

create table feature_drift (
  cutoff timestamptz not null,
  model text not null,
  feature text not null,
  state text not null check (state in ('steady', 'drifted', 'growing', 'not-enough-data')),
  rows integer not null,
  reference_rows integer not null,
  missing double precision,
  reference_missing double precision,
  mean double precision,
  reference_mean double precision,
  shift double precision,
  psi double precision,
  usual_psi double precision,
  ks double precision,
  wasserstein double precision,
  cramers_v double precision,
  p_adjusted double precision,
  primary key (cutoff, model, feature),
  foreign key (cutoff, model) references model_check (cutoff, model)
);
comment on table feature_drift is 'How the features of a look differ from those of the champion''s training; _scores are the probabilities.';
comment on column feature_drift.cutoff is 'The look.';
comment on column feature_drift.model is 'Name of the model.';
comment on column feature_drift.feature is 'Name of the feature.';
comment on column feature_drift.state is 'drifted: by size and by test; growing: counts since ever, which grow by themselves; not-enough-data.';
comment on column feature_drift.rows is 'Jobs now.';
comment on column feature_drift.reference_rows is 'Jobs of the weeks before the training ended.';
comment on column feature_drift.missing is 'Share without a value now.';
comment on column feature_drift.reference_missing is 'The same in the reference.';
comment on column feature_drift.mean is 'Mean of the values now.';
comment on column feature_drift.reference_mean is 'The same in the reference.';
comment on column feature_drift.shift is 'Difference of the means in standard deviations of the reference.';
comment on column feature_drift.psi is 'Population stability index.';
comment on column feature_drift.usual_psi is 'The largest one of a single week of the reference against its other weeks.';
comment on column feature_drift.ks is 'Kolmogorov-Smirnov distance; null of a column with few values.';
comment on column feature_drift.wasserstein is 'Wasserstein distance in standard deviations of the reference; null as above.';
comment on column feature_drift.cramers_v is 'Cramér''s V of a column with few values, or of missing values.';
comment on column feature_drift.p_adjusted is 'p of the test, adjusted for as many as there are features (Benjamini-Hochberg).';

create table model_episode (
  id bigint generated always as identity primary key,
  model text not null,
  version integer not null,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  incident_id bigint not null references incident (id),
  retrain_workflow_id text,
  foreign key (model, version) references model_version (model, version),
  constraint model_episode_ends_after_it_opens check (resolved_at >= opened_at)
);
create unique index model_episode_one_open on model_episode (model) where resolved_at is null;
comment on table model_episode is 'Times in which the champion was no longer what it was: each has one incident and one retraining.';
comment on column model_episode.id is 'Its number.';
comment on column model_episode.model is 'Name of the model.';
comment on column model_episode.version is 'The champion when it began.';
comment on column model_episode.opened_at is 'The look that found it.';
comment on column model_episode.resolved_at is 'The look that found it over; null while it lasts.';
comment on column model_episode.incident_id is 'The incident that tells people.';
comment on column model_episode.retrain_workflow_id is 'The retraining it gave rise to; null before.';

alter table finding add column if not exists model text;
comment on column finding.model is 'Name of the model, when it is about one.';
alter table finding
  drop constraint finding_has_one_subject,
  add constraint finding_has_one_subject check (num_nonnulls(job_id, host, source, model) = 1),
  drop constraint finding_kind_check,
  add constraint finding_kind_check check (kind in ('crash', 'slow', 'fast', 'incomplete', 'transmission', 'late',
    'missing', 'extra', 'overlap', 'zombie', 'host', 'freshness', 'quality', 'risk', 'drift'));

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update, delete on forecast_outcome to smart_etl_writer;
    grant select, insert, update on base_rate, model_quality, model_check, feature_drift, model_episode
      to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on forecast_outcome, base_rate, model_quality, model_check, feature_drift, model_episode
      to smart_etl_reader;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_grafana') then
    grant select on forecast_outcome, base_rate, model_quality, model_check, feature_drift, model_episode
      to smart_etl_grafana;
  end if;
end
$$;
`);
}
