/** The database and the roles of Smart ETL in a fresh PostgreSQL. What each may do is granted by the migrations. */
import pg from 'pg';
import type { Credentials } from './credentials.ts';
import { scramVerifier } from './scram.ts';

export const DATABASE = 'smart_etl';

/** Owns the schema and runs migrations; writes (worker); reads (people); reads and knows who comes in (API); dashboards of Grafana. */
export const ROLES = {
  smart_etl_owner: 'postgresOwner',
  smart_etl_writer: 'postgresWriter',
  smart_etl_reader: 'postgresReader',
  smart_etl_grafana: 'postgresGrafana',
  smart_etl_api: 'postgresApi',
} as const satisfies Record<string, keyof Credentials>;

/** Dashboards are looked at by many, all the time: none of their queries may keep the server busy. */
const GRAFANA_SETTINGS = ["statement_timeout = '10s'", 'default_transaction_read_only = on'];

/**
 * A large object is a place to write that no grant of a table guards; nobody of ours uses any. Rights on these functions are
 * kept in each database, and only a superuser may take them away.
 */
const NO_LARGE_OBJECTS = `revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea),
  lo_put(oid, bigint, bytea), lowrite(integer, bytea), lo_unlink(oid), lo_truncate(integer, integer),
  lo_truncate64(integer, bigint) from public`;

/** The database's password is not the one in credentials.json. */
export class WrongCredentials extends Error {
  override name = 'WrongCredentials';
}

const postgresUrl = (role: string, password: string, port: number, database: string) =>
  `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/** Connection strings, passwords included: for a child's environment and 0600 files only. */
export interface PostgresUrls {
  /** Superuser, on the database `postgres`; for tests that make databases of their own. */
  adminUrl: string;
  ownerUrl: string;
  writerUrl: string;
  readerUrl: string;
  grafanaUrl: string;
  apiUrl: string;
}

export function postgresUrls(credentials: Credentials, port: number): PostgresUrls {
  return {
    adminUrl: postgresUrl('postgres', credentials.postgresSuperuser, port, 'postgres'),
    ownerUrl: postgresUrl('smart_etl_owner', credentials.postgresOwner, port, DATABASE),
    writerUrl: postgresUrl('smart_etl_writer', credentials.postgresWriter, port, DATABASE),
    readerUrl: postgresUrl('smart_etl_reader', credentials.postgresReader, port, DATABASE),
    grafanaUrl: postgresUrl('smart_etl_grafana', credentials.postgresGrafana, port, DATABASE),
    apiUrl: postgresUrl('smart_etl_api', credentials.postgresApi, port, DATABASE),
  };
}

/**
 * Makes roles and database where they are missing and sets the roles' passwords. Running it again changes
 * nothing.
 *
 * @throws WrongCredentials when the superuser's password is refused
 */
export async function ensureDatabase(credentials: Credentials, port: number, folder: string): Promise<void> {
  const client = new pg.Client({
    connectionString: postgresUrls(credentials, port).adminUrl,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {}); // the server may be stopped under us; the query that waits is rejected
  try {
    await client.connect();
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') throw error;
    throw new WrongCredentials(
      `the data in ${folder} was made with other passwords than those in credentials.json; put that file back, or move the data away`,
    );
  }
  try {
    for (const [role, key] of Object.entries(ROLES)) {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
      if (rowCount === 0) await client.query(`create role ${role} login`);
      await client.query(`alter role ${role} password '${scramVerifier(credentials[key])}'`);
    }
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE} owner smart_etl_owner`);
    await client.query(`revoke all on database ${DATABASE} from public`);
    await client.query(
      `grant connect, temporary on database ${DATABASE} to smart_etl_writer, smart_etl_reader, smart_etl_api`,
    );
    await client.query(`grant connect on database ${DATABASE} to smart_etl_grafana`);
    for (const setting of GRAFANA_SETTINGS) await client.query(`alter role smart_etl_grafana set ${setting}`);
    await client.query('grant smart_etl_reader to smart_etl_api');
  } finally {
    await client.end();
  }
  await withinDatabase(credentials, port, NO_LARGE_OBJECTS);
}

async function withinDatabase(credentials: Credentials, port: number, sql: string): Promise<void> {
  const client = new pg.Client({
    connectionString: postgresUrl('postgres', credentials.postgresSuperuser, port, DATABASE),
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}
