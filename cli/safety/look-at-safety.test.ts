import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client as StoreClient } from 'minio';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { createObjectStore } from '../../services/object-store.ts';
import { loadCredentials } from '../../stack/credentials.ts';
import { freePort } from '../../stack/ports.ts';
import { type RunningPostgres, startPostgres } from '../../stack/postgres.ts';
import { removeHome } from '../../stack/postgres-account.ts';
import { makeHome } from '../../stack/private-files.ts';
import { smartEtl } from '../../tests/command-line.ts';
import { writeModelKeys } from '../../tests/model-keys.ts';
import { lookAtSafety } from './look-at-safety.ts';

let home: string;
let postgres: RunningPostgres;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-safety-'));
  makeHome(home);
  postgres = await startPostgres({ home, port: await freePort(), credentials: loadCredentials(home) });
  await migrate(postgres.ownerUrl);
});
afterAll(async () => {
  await postgres?.stop();
  removeHome(home);
});

async function asAdmin(...statements: string[]): Promise<void> {
  const admin = new URL(postgres.adminUrl);
  admin.pathname = '/smart_etl';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  SMART_ETL_HOME: home,
  SMART_ETL_DATABASE_URL: postgres.writerUrl,
  SMART_ETL_TEMPORAL_ADDRESS: inject('temporalAddress'),
  SMART_ETL_OBJECT_STORE_URL: inject('objectStoreUrl'),
  SMART_ETL_OBJECT_STORE_ACCESS_KEY_FILE: secretFile('access', inject('objectStoreAccessKey')),
  SMART_ETL_OBJECT_STORE_SECRET_KEY_FILE: secretFile('secret', inject('objectStoreSecretKey')),
  SMART_ETL_MODEL_SIGNING_KEY_FILE: writeModelKeys(home).modelSigningKeyFile!,
  ...more,
});
function secretFile(name: string, text: string, mode = 0o600): string {
  const file = path.join(home, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}
/** `part: what is unsafe`, without what is in the environment for the sake of the test itself. */
const unsafeIn = async (more?: Record<string, string>): Promise<string[]> =>
  (await lookAtSafety(environment(more)))
    .filter(
      ({ state, found }) =>
        state === 'unsafe' && !found.startsWith('in the environment: SMART_ETL_DATABASE_URL'),
    )
    .map(({ what, found }) => `${what}: ${found}`);
/** The same server by an address that leads to loopback and is not known as this machine. */
const beyond = (address: string): string => address.replace(/127\.0\.0\.1/, '0.0.0.0');
const DEV_SERVER = 'Temporal: the development server (start-dev)';

describe('a PostgreSQL', () => {
  it('made by us, with the role of a worker, is as it should be', async () => {
    expect(await unsafeIn()).toEqual([DEV_SERVER]);
    for (const url of [postgres.readerUrl, postgres.apiUrl, postgres.grafanaUrl])
      expect(await unsafeIn({ SMART_ETL_DATABASE_URL: url }), new URL(url).username).toEqual([DEV_SERVER]);
  });

  it('that may lose what it acknowledged is found out', async () => {
    const names = ['fsync', 'full_page_writes', 'synchronous_commit'];
    await asAdmin(...names.map((name) => `alter system set ${name} = off`), 'select pg_reload_conf()');
    try {
      await expect
        .poll(() => unsafeIn(), { timeout: 20_000 })
        .toEqual([...names.map((name) => `PostgreSQL: ${name} is off`), DEV_SERVER]);
    } finally {
      await asAdmin('alter system reset all', 'select pg_reload_conf()');
    }
  });

  it('that a process talks to as owner or superuser is found out', async () => {
    const asOwner = await unsafeIn({ SMART_ETL_DATABASE_URL: postgres.ownerUrl });
    expect(asOwner[0]).toMatch(/^roles: smart_etl_owner owns \d+ tables$/);
    const admin = new URL(postgres.adminUrl);
    admin.pathname = '/smart_etl';
    expect((await unsafeIn({ SMART_ETL_DATABASE_URL: admin.href }))[0]).toMatch(
      /^roles: postgres has superuser, createrole, createdb, replication, bypassrls/,
    );
  });

  it('whose roles were given more than they need is found out, whoever asks', async () => {
    await asAdmin(
      'alter role smart_etl_api createrole',
      'grant pg_read_server_files to smart_etl_reader',
      'grant update on audit_log to smart_etl_writer',
      'grant create on schema public to smart_etl_grafana',
    );
    try {
      expect(await unsafeIn({ SMART_ETL_DATABASE_URL: postgres.readerUrl })).toEqual([
        // The API is a member of the reader.
        'roles: smart_etl_api has createrole; is a member of pg_read_server_files',
        'roles: smart_etl_grafana may make tables of its own in schema public',
        'roles: smart_etl_reader is a member of pg_read_server_files',
        'roles: smart_etl_writer may change the audit log',
        DEV_SERVER,
      ]);
    } finally {
      await asAdmin(
        'alter role smart_etl_api nocreaterole',
        'revoke pg_read_server_files from smart_etl_reader',
        'revoke update on audit_log from smart_etl_writer',
        'revoke create on schema public from smart_etl_grafana',
      );
    }
  });
});

it('large objects that any role may write are found out: a server set up before they were taken away', async () => {
  await asAdmin('grant execute on function lo_from_bytea(oid, bytea) to public');
  try {
    expect((await unsafeIn()).filter((told) => told.endsWith('may write large objects'))).toHaveLength(4);
  } finally {
    await asAdmin('revoke execute on function lo_from_bytea(oid, bytea) from public');
  }
});

it('servers beyond this machine that are spoken to in the clear are found out', async () => {
  expect(
    await unsafeIn({
      SMART_ETL_DATABASE_URL: beyond(postgres.writerUrl),
      SMART_ETL_TEMPORAL_ADDRESS: beyond(inject('temporalAddress')),
      SMART_ETL_OBJECT_STORE_URL: beyond(inject('objectStoreUrl')),
    }),
  ).toEqual([
    'PostgreSQL: the connection to 0.0.0.0 is not encrypted',
    DEV_SERVER,
    'Temporal: 0.0.0.0 answers without TLS',
    'store: http to 0.0.0.0',
  ]);
});

it('a bucket that anybody may read is found out', async () => {
  const settings = {
    objectStoreUrl: inject('objectStoreUrl'),
    objectStoreAccessKey: inject('objectStoreAccessKey'),
    objectStoreSecretKey: inject('objectStoreSecretKey'),
    objectStoreRegion: 'us-east-1',
  };
  await createObjectStore(settings).ensureBuckets();
  const url = new URL(settings.objectStoreUrl);
  const client = new StoreClient({
    endPoint: url.hostname,
    port: Number(url.port),
    useSSL: false,
    accessKey: settings.objectStoreAccessKey,
    secretKey: settings.objectStoreSecretKey,
  });
  const opened = (action: string, resource: string) =>
    client.setBucketPolicy(
      'reports',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: [action], Resource: [resource] }],
      }),
    );
  try {
    await opened('s3:GetObject', 'arn:aws:s3:::reports/*');
    expect(await unsafeIn()).toEqual([DEV_SERVER, 'store: open to everybody: reports']);
    await opened('s3:ListBucket', 'arn:aws:s3:::reports');
    expect(await unsafeIn()).toEqual([DEV_SERVER, 'store: open to everybody: reports']);
  } finally {
    await client.setBucketPolicy('reports', '');
  }
  expect(await unsafeIn()).toEqual([DEV_SERVER]);
});

it('secrets that others can read are found out, and not told', async () => {
  // The folders above a home of tests are open or not as the machine has them.
  const open = mkdtempSync(path.join(tmpdir(), 'smart-etl-open-'));
  try {
    chmodSync(open, 0o755);
    const file = path.join(open, 'token');
    writeFileSync(file, 'Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiYw');
    chmodSync(file, 0o644);
    const link = 'c29tZS1zZWNyZXQtb2YtbGlua3MtMTIzNDU2Nzg5';
    const env = { SMART_ETL_API_TOKEN_FILE: file, SMART_ETL_LINK_KEY: link };
    const findings = (await lookAtSafety(environment(env))).filter(({ what }) => what === 'secrets');
    expect(findings.map(({ found }) => found)).toEqual([
      'in the environment: SMART_ETL_DATABASE_URL, SMART_ETL_LINK_KEY',
      `${file} is readable by others`,
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/c29tZS1z|Zm9vYmFy/);
    const closed = path.join(open, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    writeFileSync(path.join(closed, 'token'), 'Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiYw', { mode: 0o644 });
    const behind = environment({ SMART_ETL_API_TOKEN_FILE: path.join(closed, 'token') });
    expect((await lookAtSafety(behind)).filter(({ found }) => found.includes('readable'))).toEqual([]);
  } finally {
    rmSync(open, { recursive: true });
  }
});

it('a model key that is not there is found out where something is set up', async () => {
  const { SMART_ETL_MODEL_SIGNING_KEY_FILE: _, ...without } = environment();
  const found = async (env: Record<string, string>) =>
    (await lookAtSafety(env)).filter(({ what }) => what === 'model key').map(({ found }) => found);
  expect(await found(without)).toEqual(['modelSigningKeyFile is not set']);
  const nowhere = `postgresql://smart_etl_writer@127.0.0.1:${await freePort()}/smart_etl`;
  expect(await found({ ...without, SMART_ETL_DATABASE_URL: nowhere })).toEqual([]);
});

it('the command says so by its exit code, with why and cure, and as one document', async () => {
  const { status, stdout } = await smartEtl(['doctor', '--json'], {
    ...environment(),
    SMART_ETL_DATABASE_URL: postgres.ownerUrl,
  });
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Record<string, string>[] };
  expect([status, ok]).toEqual([1, false]);
  expect(findings.find(({ what }) => what === 'roles')).toEqual({
    what: 'roles',
    state: 'unsafe',
    found: expect.stringContaining('smart_etl_owner owns'),
    why: expect.any(String),
    cure: expect.stringContaining('smart_etl_writer'),
  });
  const text = await smartEtl(['doctor'], environment());
  expect(text.stdout).toMatch(/unsafe {3}Temporal {4}the development server/);
  expect(text.stdout).not.toContain(new URL(postgres.writerUrl).password);
});
