import type { Knex } from 'knex';

/** Messages go to channels of several kinds, wait for their hour, are tried again on their own and can be withdrawn. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table notification
  drop constraint notification_kind_check,
  drop constraint notification_channel_check,
  drop constraint notification_state_check,
  add constraint notification_kind_check check (kind in ('incidents-opened', 'incidents-resolved',
    'incident-worsened', 'incident-reminder', 'incident-escalated', 'digest', 'forecast-ready', 'score-card', 'champion-changed', 'channel-test')),
  -- A name of ours, not of a person: erasing leaves it alone.
  add constraint notification_channel_check check (channel ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  add constraint notification_state_check check (state in ('pending', 'sent', 'dead', 'withdrawn')),
  add column channel_kind text not null default 'mail' check (channel_kind in ('mail', 'teams', 'slack', 'webhook')),
  add column event text check (event in ('opened', 'worsened', 'reminder', 'escalated', 'resolved')),
  add column payload jsonb,
  add column told_as_of timestamptz,
  add column not_before timestamptz,
  add column held_by text check (held_by in ('maintenance', 'quiet-hours')),
  add column part_of text references notification (id),
  add column tried_at timestamptz,
  add column claimed_until timestamptz,
  add column next_attempt_at timestamptz,
  add column give_up_at timestamptz,
  add column answer text;
update notification set event = case kind when 'incidents-opened' then 'opened' when 'incidents-resolved' then 'resolved'
  when 'incident-reminder' then 'reminder' when 'incident-escalated' then 'escalated' end;
alter table notification alter column channel_kind drop default;
create index notification_of_channel on notification (channel, sent_at);
comment on column notification.kind is 'What it tells. digest: what waited through quiet hours; channel-test: whether the channel works.';
comment on column notification.channel is 'Name of the configured channel.';
comment on column notification.channel_kind is 'How the channel sent when it was written.';
comment on column notification.event is 'What happened to its incidents; null of other messages and of a digest.';
comment on column notification.payload is 'Its content, of which every kind of channel makes its own form; null: subject and body are all.';
comment on column notification.told_as_of is 'The instant of the estate it tells of.';
comment on column notification.not_before is 'It waits until the estate has come to this instant; null: it does not wait.';
comment on column notification.held_by is 'Why it waits.';
comment on column notification.part_of is 'The digest that tells it in its place.';
comment on column notification.state is 'pending, sent, dead: given up, or withdrawn before anybody tried to send it.';
comment on column notification.attempts is 'Times it was tried; from the first on it may have been received.';
comment on column notification.tried_at is 'When it was last tried.';
comment on column notification.claimed_until is 'Somebody sends it; after this instant whoever it was is taken for dead.';
comment on column notification.next_attempt_at is 'Not tried again before; null: at the next look.';
comment on column notification.give_up_at is 'Tried in vain until then it is dead; counts from the first try.';
comment on column notification.answer is 'What the receiver said when it accepted it.';
comment on column notification.body is 'Plain text.';

alter table notification_incident
  add column event text,
  add column severity text check (severity in ('critical', 'major', 'minor', 'warning'));
update notification_incident set event = notification.event from notification where notification.id = notification_id;
alter table notification_incident
  alter column event set not null,
  add constraint notification_incident_event_check check (event in ('opened', 'worsened', 'reminder', 'escalated', 'resolved')),
  drop constraint notification_incident_pkey,
  add primary key (notification_id, incident_id, event);
create index notification_incident_of_incident on notification_incident (incident_id);
comment on column notification_incident.event is 'What of the incident it tells.';
comment on column notification_incident.severity is 'Of the incident when it was written; null: written before this was kept.';
`);
}
