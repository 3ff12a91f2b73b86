import { describe, expect, it } from 'vitest';
import { isThisMachine } from './safety-finding.ts';
import { type DatabaseFacts, type RoleFacts, unsafeDatabase } from './unsafe-database.ts';
import { type SettingsFacts, unsafeSettings } from './unsafe-settings.ts';

const WRITER: RoleFacts = {
  name: 'smart_etl_writer',
  attributes: [],
  ownedTables: 0,
  mayCreate: false,
  mayChangeAudit: false,
  mayWriteLargeObjects: false,
  powers: [],
};
const OWNER: RoleFacts = {
  ...WRITER,
  name: 'smart_etl_owner',
  ownedTables: 60,
  mayCreate: true,
  mayChangeAudit: true,
};
const DATABASE: DatabaseFacts = {
  host: 'db.example.org',
  isEncrypted: true,
  sslMode: 'verify-full',
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
  dataChecksums: 'on',
  roles: [OWNER, WRITER],
  currentRole: 'smart_etl_writer',
};
const SETTINGS: SettingsFacts = {
  objectStoreUrl: 'https://s3.example.org',
  objectStoreSecretKey: '0f8a3c62d9b174e5',
  apiHost: '127.0.0.1',
  apiToken: null,
  apiPublicUrl: null,
  apiLogin: 'auto',
  hasOpenId: false,
  loginExists: true,
  secretsInEnvironment: [],
  readableFiles: [],
};
const inDatabase = (more: Partial<DatabaseFacts>) =>
  unsafeDatabase({ ...DATABASE, ...more }).map(({ found }) => found);
const inSettings = (more: Partial<SettingsFacts>) =>
  unsafeSettings({ ...SETTINGS, ...more }).map(({ found }) => found);

it('nothing is said of what is as it should be', () => {
  expect(inDatabase({})).toEqual([]);
  expect(inSettings({})).toEqual([]);
  expect(inDatabase({ host: '127.0.0.1', isEncrypted: false, sslMode: null })).toEqual([]);
  expect(inDatabase({ synchronousCommit: 'local' })).toEqual([]);
  expect(inSettings({ objectStoreUrl: 'http://127.0.0.1:9000' })).toEqual([]);
  expect(inSettings({ apiHost: '0.0.0.0', apiPublicUrl: 'https://etl.example.org' })).toEqual([]);
});

describe('a database', () => {
  it.each<[Partial<DatabaseFacts>, string]>([
    [{ fsync: 'off' }, 'fsync is off'],
    [{ fullPageWrites: 'off' }, 'full_page_writes is off'],
    [{ synchronousCommit: 'off' }, 'synchronous_commit is off'],
    [{ dataChecksums: 'off' }, 'data checksums are off'],
    [{ isEncrypted: false }, 'the connection to db.example.org is not encrypted'],
    [{ sslMode: 'no-verify' }, 'the certificate of db.example.org is not looked at'],
    [{ currentRole: 'smart_etl_owner' }, 'smart_etl_owner owns 60 tables'],
    [{ roles: [{ ...WRITER, attributes: ['superuser'] }] }, 'smart_etl_writer has superuser'],
    [{ roles: [{ ...WRITER, ownedTables: 1 }] }, 'smart_etl_writer owns 1 tables'],
    [
      { roles: [{ ...WRITER, mayCreate: true }] },
      'smart_etl_writer may make tables of its own in schema public',
    ],
    [{ roles: [{ ...WRITER, mayChangeAudit: true }] }, 'smart_etl_writer may change the audit log'],
    [{ roles: [{ ...WRITER, mayWriteLargeObjects: true }] }, 'smart_etl_writer may write large objects'],
    [
      { roles: [{ ...WRITER, powers: ['pg_write_all_data'] }] },
      'smart_etl_writer is a member of pg_write_all_data',
    ],
  ])('%j is found', (more, found) => {
    expect(inDatabase(more)).toEqual([found]);
  });
});

describe('settings', () => {
  const token = 'kL9x0Qw3rT7yU1iP5aSdF8gHjK2lZ4xC';
  it.each<[Partial<SettingsFacts>, string[]]>([
    [{ objectStoreUrl: 'http://minio:9000' }, ['http to minio']],
    [{ objectStoreSecretKey: 'minioadmin' }, ['objectStoreSecretKey is one of a manual']],
    [{ apiToken: 'short-but-allowed-16' }, ['apiToken is short or has few different characters']],
    [{ apiToken: 'a'.repeat(64) }, ['apiToken is short or has few different characters']],
    [{ apiToken: token }, []],
    [{ apiHost: '0.0.0.0', apiToken: token }, ['no TLS: listens at 0.0.0.0, and apiPublicUrl is not set']],
    [{ apiPublicUrl: 'http://etl.example.org' }, ['no TLS: http://etl.example.org']],
    [
      { apiPublicUrl: 'https://etl.example.org', loginExists: false },
      ['nobody has to log in, and other machines reach it'],
    ],
    [{ apiPublicUrl: 'https://etl.example.org', loginExists: null }, []],
    [{ apiPublicUrl: 'https://etl.example.org', loginExists: false, hasOpenId: true }, []],
    [{ apiPublicUrl: 'https://etl.example.org', loginExists: false, apiLogin: 'required' }, []],
    [{ secretsInEnvironment: ['SMART_ETL_API_TOKEN'] }, ['in the environment: SMART_ETL_API_TOKEN']],
    [{ readableFiles: ['/a', '/b'] }, ['/a is readable by others', '/b is readable by others']],
  ])('%j', (more, found) => {
    expect(inSettings(more)).toEqual(found);
  });

  it('are told without any of the secrets', () => {
    const told = JSON.stringify(
      unsafeSettings({ ...SETTINGS, apiToken: 'guessable-secret', objectStoreSecretKey: 'minio123' }),
    );
    expect(told).not.toMatch(/guessable-secret|minio123/);
  });
});

it('this machine is told from others by its names', () => {
  for (const host of [
    '',
    '/var/run/postgresql',
    'localhost',
    'LOCALHOST.',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
  ])
    expect(isThisMachine(host), host).toBe(true);
  for (const host of ['0.0.0.0', '::', 'postgres', '127.evil.example', 'localhost.evil.example', '10.0.0.1'])
    expect(isThisMachine(host), host).toBe(false);
});
