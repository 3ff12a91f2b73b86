import type { Knex } from 'knex';

/** Promotions that wait for people, messages that tell of them and of trials that ended, and the limit of a look. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table model_approval (
  run_id text primary key,
  workflow_id text not null,
  model text not null,
  version integer not null,
  against integer check (against <> version),
  two_people boolean not null,
  approvals jsonb not null default '[]',
  rounds integer not null check (rounds >= 0),
  asked_at timestamptz not null default now(),
  decide_by timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('promoted', 'rejected', 'expired', 'failed')),
  foreign key (model, version) references model_version (model, version),
  foreign key (model, against) references model_version (model, version),
  check ((ended_at is null) = (outcome is null))
);
create unique index model_approval_one_open on model_approval (model, version) where ended_at is null;
comment on table model_approval is 'Promotions that wait, or waited, for people to decide.';
comment on column model_approval.run_id is 'The first run of the workflow that waits.';
comment on column model_approval.workflow_id is 'The workflow that waits.';
comment on column model_approval.model is 'Name of the model.';
comment on column model_approval.version is 'The version that is to be the champion.';
comment on column model_approval.against is 'The champion it is to replace; null: none.';
comment on column model_approval.two_people is 'Two different people have to approve.';
comment on column model_approval.approvals is 'Who approved and why, the first one first.';
comment on column model_approval.rounds is 'How often people were told of it; reminders are rounds.';
comment on column model_approval.asked_at is 'When people were told first, on the clock of the database.';
comment on column model_approval.decide_by is 'Undecided by then, the champion stays.';
comment on column model_approval.ended_at is 'When it was decided or given up; null: it waits.';
comment on column model_approval.outcome is 'promoted, rejected, expired, or failed: approved, but it could not be done any more.';

alter table model_check add column psi_limit double precision check (psi_limit > 0);
comment on column model_check.psi_limit is 'The stability index from which on a feature had moved, as configured then; null: not kept.';

alter table notification
  drop constraint notification_kind_check,
  add constraint notification_kind_check check (kind in ('incidents-opened', 'incidents-resolved', 'incident-worsened',
    'incident-reminder', 'incident-escalated', 'digest', 'forecast-ready', 'score-card', 'champion-changed',
    'approval-asked', 'approval-over', 'trial-over', 'schedules-changed', 'report-ready', 'channel-test'));

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update on model_approval to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on model_approval to smart_etl_reader;
  end if;
end
$$;
`);
}
