import type { Knex } from 'knex';

/** What people decided for a job instead of what was learned; and that a schedule changed can be told. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table job_override (
  job_id bigint primary key references job (id) on delete cascade,
  rules jsonb not null,
  who text not null,
  why text not null,
  at timestamptz not null default now()
);
comment on table job_override is 'Thresholds of detection that a person set for a job instead of the learned ones; who set which before is in the audit log.';
comment on column job_override.job_id is 'The job.';
comment on column job_override.rules is 'slow, fast, incomplete: the limit; ignore: kinds of findings nobody wants to hear of.';
comment on column job_override.who is 'Who decided.';
comment on column job_override.why is 'Why; without a reason nobody dares to take it back.';
comment on column job_override.at is 'When, on the clock of the database.';

alter table notification
  drop constraint notification_kind_check,
  add constraint notification_kind_check check (kind in ('incidents-opened', 'incidents-resolved', 'incident-worsened',
    'incident-reminder', 'incident-escalated', 'digest', 'forecast-ready', 'score-card', 'champion-changed',
    'schedules-changed', 'channel-test'));

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update, delete on job_override to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on job_override to smart_etl_reader;
  end if;
end
$$;
`);
}
