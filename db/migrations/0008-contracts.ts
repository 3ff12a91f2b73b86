import type { Knex } from 'knex';

/** What each source and we agreed on, version by version; a version is never changed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create table contract (
  source text not null references source (name),
  version int not null check (version > 0),
  yaml text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  accepted_at timestamptz not null default now(),
  accepted_by text not null,
  primary key (source, version)
);
comment on table contract is 'Contracts of sources, one row for each accepted version; the latest counts. See docs/contracts.md.';
comment on column contract.source is 'The source whose files it describes.';
comment on column contract.version is 'Counted from 1 for each source.';
comment on column contract.yaml is 'The contract as accepted, comments included.';
comment on column contract.sha256 is 'SHA-256 of that text: the same text accepted again is no new version.';
comment on column contract.accepted_at is 'When, by the clock of the database.';
comment on column contract.accepted_by is 'Who accepted it; why is in the audit log.';

alter table file
  add column contract_version int,
  add foreign key (source, contract_version) references contract (source, version);
comment on column file.contract_version is 'Version of the contract it was read by; null: its source had none.';

do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert on contract to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on contract to smart_etl_reader;
  end if;
end
$$;
`);
}
