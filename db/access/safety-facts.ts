/** What a person should know of a server and its roles before they trust it with anything; read only. */
import type { DatabaseFacts, RoleFacts } from '../../models/safety/unsafe-database.ts';
import type { Queryable } from '../pool.ts';

type ServerFacts = Omit<DatabaseFacts, 'host' | 'sslMode' | 'roles'>;

/** Settings as they are for the role that asks, and how its connection is made. */
export async function readServerFacts(client: Queryable): Promise<ServerFacts> {
  const { rows } = await client.query<ServerFacts>(/* sql */ `
    select current_setting('fsync') as fsync, current_setting('full_page_writes') as "fullPageWrites",
      current_setting('synchronous_commit') as "synchronousCommit", current_setting('data_checksums') as "dataChecksums",
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isEncrypted",
      current_user::text as "currentRole"`);
  return rows[0]!;
}

/** The role that asks and those of Smart ETL, as far as they have more than the migrations grant. */
export async function readRoleFacts(client: Queryable): Promise<RoleFacts[]> {
  const { rows } = await client.query<RoleFacts>(/* sql */ `
    select role_.rolname::text as name,
      array_remove(array[case when role_.rolsuper then 'superuser' end, case when rolcreaterole then 'createrole' end,
        case when rolcreatedb then 'createdb' end, case when rolreplication then 'replication' end,
        case when rolbypassrls then 'bypassrls' end], null) as attributes,
      (select count(*) from pg_class table_ join pg_namespace schema_ on schema_.oid = relnamespace
        where nspname in ('public', 'rebuild') and relkind in ('r', 'p')
          and not role_.rolsuper and pg_has_role(role_.oid, relowner, 'MEMBER'))::integer as "ownedTables",
      has_schema_privilege(role_.oid, 'public', 'CREATE') as "mayCreate",
      coalesce(has_table_privilege(role_.oid, to_regclass('public.audit_log'), 'UPDATE')
        or has_table_privilege(role_.oid, to_regclass('public.audit_log'), 'DELETE')
        or has_table_privilege(role_.oid, to_regclass('public.audit_log'), 'TRUNCATE'), false) as "mayChangeAudit",
      has_function_privilege(role_.oid, 'lo_from_bytea(oid, bytea)', 'EXECUTE') as "mayWriteLargeObjects",
      array(select power.rolname::text from pg_roles power
        where power.rolname in ('pg_write_all_data', 'pg_read_all_data', 'pg_read_server_files', 'pg_write_server_files',
            'pg_execute_server_program', 'pg_maintain', 'pg_signal_backend', 'pg_create_subscription')
          and not role_.rolsuper and pg_has_role(role_.oid, power.oid, 'MEMBER')
        order by power.rolname) as powers
    from pg_roles role_
    where role_.rolname = current_user
      or role_.rolname in ('smart_etl_owner', 'smart_etl_writer', 'smart_etl_reader', 'smart_etl_api', 'smart_etl_grafana')
    order by role_.rolname`);
  return rows;
}
