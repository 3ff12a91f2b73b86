import type { Knex } from 'knex';

/** Reports that were built, what they recommend, and what people decided about that. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table report (
  period text not null check (period ~ '^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))\\?$'),
  language text not null check (language in ('en', 'fr')),
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  as_of timestamptz not null,
  time_zone text not null,
  pdf_sha256 text not null check (pdf_sha256 ~ '^[0-9a-f]{64}$'),
  pdf_bytes bigint not null check (pdf_bytes > 0),
  pages integer not null check (pages > 0),
  notebook_sha256 text not null check (notebook_sha256 ~ '^[0-9a-f]{64}$'),
  figures_sha256 text not null check (figures_sha256 ~ '^[0-9a-f]{64}$'),
  headline jsonb not null,
  workflow_id text not null,
  built_at timestamptz not null default now(),
  primary key (period, language)
);
comment on table report is 'Reports that were built, the last one of each period and language; their bytes are in the object store.';
comment on column report.period is 'A month (2026-10), a quarter (2026-Q3) or a year (2026) of the clock of the estate.';
comment on column report.language is 'en or fr.';
comment on column report.from_at is 'First instant of the period.';
comment on column report.to_at is 'First instant after it.';
comment on column report.as_of is 'What became known later is not in it.';
comment on column report.time_zone is 'IANA zone whose days and hours it counts by.';
comment on column report.pdf_sha256 is 'Key of the PDF in bucket reports.';
comment on column report.pdf_bytes is 'Its size.';
comment on column report.pages is 'Its pages.';
comment on column report.notebook_sha256 is 'Key of the executable notebook in bucket reports.';
comment on column report.figures_sha256 is 'Key of all figures as JSON in bucket reports.';
comment on column report.headline is 'The figures of its summary: jobs, runs, failed, hours, lostHours, incidents.';
comment on column report.workflow_id is 'The workflow that built it.';
comment on column report.built_at is 'When it was kept, on the clock of the database.';

create table recommendation (
  period text not null check (period ~ '^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))\\?$'),
  key text not null,
  rank integer not null check (rank > 0),
  kind text not null,
  subject text not null,
  frequency smallint not null check (frequency between 1 and 10),
  severity smallint not null check (severity between 1 and 10),
  non_detection smallint not null check (non_detection between 1 and 10),
  effort text not null check (effort in ('small', 'medium', 'large')),
  measure text not null,
  measured double precision not null check (measured >= 0),
  gain double precision not null check (gain >= 0),
  gain_unit text not null check (gain_unit in ('hours', 'failures', 'messages', 'rows', 'slots')),
  evidence jsonb not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'rejected', 'done')),
  who text,
  why text,
  decided_at timestamptz,
  primary key (period, key),
  constraint recommendation_decided_by_somebody check ((state = 'open') or (who is not null and why is not null))
);
comment on table recommendation is 'What the report of a period recommends, most worthwhile first, and what people decided about it; the next report measures what came of it.';
comment on column recommendation.period is 'The period of the report.';
comment on column recommendation.key is 'What it is about, in words that are the same in every period.';
comment on column recommendation.rank is '1 is the first.';
comment on column recommendation.kind is 'What is to be done: repair-error, speed-up-query, spread-load and so on.';
comment on column recommendation.subject is 'Name of the job, server, source or kind it is about.';
comment on column recommendation.frequency is 'How often it does harm, 1 to 10 as in FMEA.';
comment on column recommendation.severity is 'How much harm, 1 to 10.';
comment on column recommendation.non_detection is 'How late or little it is noticed, 1 to 10.';
comment on column recommendation.effort is 'small: hours, medium: days, large: weeks.';
comment on column recommendation.measure is 'The figure it is to improve.';
comment on column recommendation.measured is 'That figure in the period, for 30 days.';
comment on column recommendation.gain is 'What is gained in 30 days when it is done.';
comment on column recommendation.gain_unit is 'hours, failures, messages, rows or slots.';
comment on column recommendation.evidence is 'The numbers it rests on.';
comment on column recommendation.state is 'open, accepted, rejected or done.';
comment on column recommendation.who is 'Who decided.';
comment on column recommendation.why is 'Why.';
comment on column recommendation.decided_at is 'When, on the clock of the database.';

alter table notification
  drop constraint notification_kind_check,
  add constraint notification_kind_check check (kind in ('incidents-opened', 'incidents-resolved', 'incident-worsened',
    'incident-reminder', 'incident-escalated', 'digest', 'forecast-ready', 'score-card', 'champion-changed',
    'schedules-changed', 'report-ready', 'channel-test'));

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update on report to smart_etl_writer;
    grant select, insert, update, delete on recommendation to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on report, recommendation to smart_etl_reader;
  end if;
end
$$;
`);
}
