import type { Knex } from 'knex';

/**
 * Least privilege. The workers write, the API and Grafana read; nobody but the owner changes the schema, and
 * nobody rewrites the audit log. The roles are made by whoever sets up the server; where one is missing (a
 * single-user set-up) its grants are skipped.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant usage on schema public to smart_etl_writer;
    grant select, insert, update on all tables in schema public to smart_etl_writer;
    revoke update on audit_log, model_alias_change, model_version, forecast, forecast_week, run, quarantine
      from smart_etl_writer;
    revoke insert, update on knex_migrations, knex_migrations_lock from smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant usage on schema public to smart_etl_reader;
    grant select on all tables in schema public to smart_etl_reader;
  end if;
end
$$;
`);
}
