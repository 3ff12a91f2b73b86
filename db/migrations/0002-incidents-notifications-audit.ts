import type { Knex } from 'knex';

/** What people are told, and what people and workflows changed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table incident (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('job-failed')),
  job_id bigint not null references job (id),
  run_key text not null,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by_run_key text,
  error text,
  unique (kind, job_id, run_key)
);
create unique index incident_open on incident (kind, job_id) where resolved_at is null;
comment on table incident is 'One cause that people are told about. A job has at most one open incident of a kind.';
comment on column incident.id is 'Identifier.';
comment on column incident.kind is 'job-failed: the last finished run of the job failed.';
comment on column incident.job_id is 'The job.';
comment on column incident.run_key is 'The run that opened it.';
comment on column incident.opened_at is 'Since when the job fails: start of the first failed run after its last success.';
comment on column incident.resolved_at is 'When the success that ended it could first be known; null while it lasts.';
comment on column incident.resolved_by_run_key is 'The run whose success ended it.';
comment on column incident.error is 'Error message of the run that opened it.';

create table notification (
  id text primary key,
  kind text not null check (kind in ('incidents-opened', 'incidents-resolved', 'forecast-ready', 'champion-changed')),
  channel text not null check (channel in ('mail')),
  subject text not null,
  body text not null,
  state text not null default 'pending' check (state in ('pending', 'sent', 'dead')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index notification_pending on notification (created_at) where state = 'pending';
comment on table notification is 'Outbox: one message to one channel, written in the transaction that causes it and sent afterwards.';
comment on column notification.id is 'What it tells, hashed: the same thing is never told twice to a channel. Also the Message-ID.';
comment on column notification.kind is 'What it tells.';
comment on column notification.channel is 'How it is sent.';
comment on column notification.subject is 'Subject line.';
comment on column notification.body is 'Plain text.';
comment on column notification.state is 'pending, sent, or dead: refused for good by the receiver.';
comment on column notification.attempts is 'Times it was tried.';
comment on column notification.last_error is 'Why the last try failed.';
comment on column notification.created_at is 'When it was written.';
comment on column notification.sent_at is 'When the receiver accepted it.';

create table notification_incident (
  notification_id text not null references notification (id),
  incident_id bigint not null references incident (id),
  primary key (notification_id, incident_id)
);
comment on table notification_incident is 'Which incidents a notification tells of.';
comment on column notification_incident.notification_id is 'The notification.';
comment on column notification_incident.incident_id is 'The incident.';

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  who text not null,
  action text not null,
  subject text not null,
  why text not null,
  before jsonb,
  after jsonb,
  workflow_id text
);
comment on table audit_log is 'Every change made by or for a person. Rows are only ever added.';
comment on column audit_log.id is 'Identifier.';
comment on column audit_log.at is 'When.';
comment on column audit_log.who is 'Person, or the workflow that acted for the team.';
comment on column audit_log.action is 'What was done.';
comment on column audit_log.subject is 'What it was done to.';
comment on column audit_log.why is 'The reason given.';
comment on column audit_log.before is 'The state before.';
comment on column audit_log.after is 'The state after.';
comment on column audit_log.workflow_id is 'The workflow that did it.';
`);
}
