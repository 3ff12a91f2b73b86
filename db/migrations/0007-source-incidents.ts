import type { Knex } from 'knex';

/** Incidents of sources: something stopped before it became runs of a job. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table incident
  drop constraint incident_kind_check,
  alter column job_id drop not null,
  alter column run_key drop not null,
  add column source text references source (name),
  add constraint incident_kind_check
    check (kind in ('job-failed', 'schema-changed', 'quarantine-limit', 'source-unreadable')),
  add constraint incident_is_of_a_job_or_a_source
    check (num_nonnulls(job_id, source) = 1 and (job_id is null) = (run_key is null));
create unique index incident_open_of_source on incident (kind, source) where resolved_at is null and source is not null;
comment on column incident.kind is 'job-failed: the last finished run of the job failed; schema-changed: a file breaks the contract of its source; quarantine-limit: too many rows of a file are refused; source-unreadable: its folder, a file in it, or a scraped address cannot be read.';
comment on column incident.job_id is 'The job; null when it is an incident of a source.';
comment on column incident.source is 'The source; null when it is an incident of a job.';
comment on column incident.run_key is 'The run that opened it; null for a source.';
comment on column incident.opened_at is 'Since when: of a job, start of the first failed run after its last success.';
comment on column incident.resolved_at is 'When its end could first be known; null while it lasts.';
comment on column incident.error is 'What was found: the error message of the run that opened it, or what is wrong with the source.';
`);
}
