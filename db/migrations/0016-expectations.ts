import type { Knex } from 'knex';

/** What is learned of each job, and the ledger of when its runs are due and what became of that. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table job_profile (
  job_id bigint primary key references job (id) on delete cascade,
  learned_at timestamptz,
  schedule jsonb,
  declared jsonb,
  tells_starts boolean not null default false,
  baselines jsonb
);
comment on table job_profile is 'What is usual of a job, learned from what was known at an instant, or declared by a person.';
comment on column job_profile.job_id is 'The job.';
comment on column job_profile.learned_at is 'As of when it was learned, in the time of the estate; null: nothing was learned yet.';
comment on column job_profile.schedule is 'When it runs and what is usual around that (models/detect/schedule/schedule.ts); null: it keeps no schedule.';
comment on column job_profile.declared is 'The schedule that a person declared, who and why are in the audit log; it goes before a learned one.';
comment on column job_profile.tells_starts is 'Whether its runs are known when they start, not only when they end.';
comment on column job_profile.baselines is 'What its runs usually take and write (models/detect/baselines); null: not enough data.';

create table expectation (
  id bigint generated always as identity primary key,
  job_id bigint not null references job (id) on delete cascade,
  due timestamptz not null,
  earliest timestamptz not null,
  start_deadline timestamptz,
  deadline timestamptz not null,
  closes timestamptz not null,
  outcome text check (outcome in ('met', 'late', 'missing', 'extra', 'waived')),
  run_key text,
  ended_at timestamptz,
  corrected_from text check (corrected_from in ('met', 'late', 'missing')),
  waived_by text,
  waived_why text,
  constraint expectation_in_order check (
    earliest <= due and due <= deadline and deadline <= closes
    and (start_deadline is null or start_deadline between due and closes)),
  constraint expectation_ended_with_outcome check ((outcome is null) = (ended_at is null))
);
-- No check on what may hold names of people: the erasure of a person leaves what a check names.
create unique index expectation_due on expectation (job_id, due) where outcome is distinct from 'extra';
create unique index expectation_extra on expectation (job_id, run_key) where outcome = 'extra';
create index expectation_open on expectation (job_id, due) where outcome is null;
comment on table expectation is 'Slots in which a run of a job is due, and how each ended. A run nobody expected is a slot of its own, extra.';
comment on column expectation.id is 'Identifier.';
comment on column expectation.job_id is 'The job.';
comment on column expectation.due is 'When its run usually starts; of an extra run its start.';
comment on column expectation.earliest is 'A run that starts before belongs to the slot before.';
comment on column expectation.start_deadline is 'By then the start is usually known; null where only ends are told.';
comment on column expectation.deadline is 'By then the end is usually known.';
comment on column expectation.closes is 'What did not come by then will not come.';
comment on column expectation.outcome is 'How it ended; null while it is open. A late log may still correct it.';
comment on column expectation.run_key is 'The run that filled it; of several tries the first.';
comment on column expectation.ended_at is 'When its outcome was known, in the time of the estate.';
comment on column expectation.corrected_from is 'The outcome it had before a log that came late showed better; null: never corrected.';
comment on column expectation.waived_by is 'Who waived it.';
comment on column expectation.waived_why is 'Why.';

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update on job_profile to smart_etl_writer;
    grant select, insert, update, delete on expectation to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on job_profile, expectation to smart_etl_reader;
  end if;
end
$$;
`);
}
