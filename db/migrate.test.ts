import knexModule from 'knex';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { verifyAuditLog } from './access/read-audit.ts';
import { migrate } from './migrate.ts';
import { migrationSource } from './migrations/index.ts';

const { knex } = knexModule;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('migrate', () => {
  it('has nothing left to do, also when two run at once', async () => {
    expect(await Promise.all([migrate(database.url), migrate(database.url)])).toEqual([[], []]);
  });
});

describe('0013-values-of-files', () => {
  it('counts the values of runs that are there already', async () => {
    const older = await createTestDatabase('template0');
    const connection = knex({ client: 'pg', connection: older.url });
    const all = await migrationSource.getMigrations([]);
    const before = { ...migrationSource, getMigrations: async () => all.slice(0, 12) };
    await connection.migrate.latest({ migrationSource: before });
    await connection.destroy();
    await older.pool.query(`
      insert into source (name, kind, folder, namespace) values ('runs', 'runs', '', 'd'), ('metrics', 'metrics', '', 'd');
      insert into file (sha256, source, name, size_bytes, state, rows_in, rows_loaded, rows_duplicate, rows_quarantined)
      values (repeat('a', 64), 'runs', 'a.csv', 1, 'loaded', 3, 3, 0, 0),
        (repeat('b', 64), 'runs', 'empty.csv', 1, 'loaded', 0, 0, 0, 0),
        (repeat('c', 64), 'metrics', 'c.csv', 1, 'loaded', 1, 1, 0, 0),
        (repeat('d', 64), 'runs', 'd.csv', 1, 'stored', null, null, null, null);
      insert into job (id, namespace, name) values (1, 'd', 'orders');
      create table run_2026_03 partition of run for values from ('2026-03-01 00:00Z') to ('2026-04-01 00:00Z');
      insert into run (job_id, run_key, digest, started_at, ended_at, known_at, duration_ms, status, host, rows_written,
        file_id, row_number)
      select job.id, told.run_key, 1, '2026-03-01', told.ended_at, '2026-03-01', 60, told.status::run_status, told.host, 1, file.id, 1
      from job, file, (values ('1', 'succeeded', 'srv', '2026-03-01'::timestamptz), ('start:2', 'failed', null, null),
        ('3', 'running', 'srv', null)) as told (run_key, status, host, ended_at)
      where file.name = 'a.csv'`);
    expect(await migrate(older.url)).toEqual(all.slice(12).map(({ name }) => name));
    const { rows } = await older.pool.query(
      'select name, values_expected, values_told from file order by name',
    );
    expect(rows).toEqual([
      { name: 'a.csv', values_expected: 5 + 6 + 3, values_told: 5 + 2 + 3 },
      { name: 'c.csv', values_expected: null, values_told: null },
      { name: 'd.csv', values_expected: null, values_told: null },
      { name: 'empty.csv', values_expected: 0, values_told: 0 },
    ]);
    await older.drop();
  });
});

describe('0014-when-accounted', () => {
  it('takes the load for the time from which on files are known that are there already', async () => {
    const older = await createTestDatabase('template0');
    const connection = knex({ client: 'pg', connection: older.url });
    const all = await migrationSource.getMigrations([]);
    const before = { ...migrationSource, getMigrations: async () => all.slice(0, 13) };
    await connection.migrate.latest({ migrationSource: before });
    await connection.destroy();
    await older.pool.query(`
      insert into source (name, kind, folder, namespace) values ('metrics', 'metrics', '', 'd');
      insert into file (sha256, source, name, size_bytes, state, loaded_at, refusal_code, rows_in, rows_loaded,
        rows_duplicate, rows_quarantined)
      values (repeat('a', 64), 'metrics', 'a.csv', 1, 'loaded', '2026-03-01Z', null, 1, 1, 0, 0),
        (repeat('b', 64), 'metrics', 'b.csv', 1, 'refused', '2026-03-01Z', 'empty', null, null, null, null),
        (repeat('c', 64), 'metrics', 'c.csv', 1, 'stored', null, null, null, null, null, null)`);
    await migrate(older.url);
    const { rows } = await older.pool.query('select accounted_at as at from file order by name');
    expect(rows).toEqual([{ at: new Date('2026-03-01Z') }, { at: null }, { at: null }]);
    await older.drop();
  });
});

describe('roles', () => {
  async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  it('let the reader read every table and view that is not of who comes in; what else they may do: role-rights.test.ts', async () => {
    await as(database.readerUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_schema = 'public'`,
      );
      expect(rows.length).toBeGreaterThan(15);
      for (const { name } of rows) {
        await expect(client.query(`select * from ${name} limit 1`)).resolves.toBeDefined();
      }
    });
  });
});

describe('0017-incidents', () => {
  it('keeps every incident under its number as one finding, told and open as it was', async () => {
    const older = await createTestDatabase('template0');
    const connection = knex({ client: 'pg', connection: older.url });
    const all = await migrationSource.getMigrations([]);
    const place = all.findIndex(({ name }) => name === '0017-incidents');
    const before = { ...migrationSource, getMigrations: async () => all.slice(0, place) };
    await connection.migrate.latest({ migrationSource: before });
    await connection.destroy();
    await older.pool.query(`
      insert into source (name, kind, folder, namespace) values ('runs', 'runs', '', 'd');
      insert into job (id, namespace, name, criticality) values (1, 'd', 'orders', 1), (2, 'd', 'silent', 3);
      insert into incident (kind, job_id, run_key, source, opened_at, resolved_at, resolved_by_run_key, error) values
        ('job-failed', 1, 'a', null, '2026-03-01', null, null, 'ORA-01555'),
        ('job-failed', 2, 'b', null, '2026-03-01', '2026-03-02', 'c', null),
        ('schema-changed', null, null, 'runs', '2026-03-01', null, null, 'no column "status"');
      insert into notification (id, kind, channel, subject, body, created_at)
      values ('n', 'incidents-opened', 'mail', '', '', '2026-03-03');
      insert into notification_incident values ('n', 1)`);
    expect(await migrate(older.url)).toEqual(all.slice(place).map(({ name }) => name));
    const { rows } = await older.pool.query(
      `select incident.id, state, severity, told_severity is not null as told, causes->0->>'name' as cause, key,
         finding.kind, variant, ended_at is null as lasts, run_key, ended_by_run_key, evidence->>'text' as error
       from incident join finding on incident_id = incident.id order by 1`,
    );
    const [crash, over, source] = rows;
    expect(rows).toHaveLength(3);
    expect(crash).toMatchObject({
      ...{ id: 1, state: 'notified', severity: 'critical', told: true, cause: 'orders', key: 'crash/job 1' },
      ...{ kind: 'crash', variant: null, lasts: true, run_key: 'a', error: 'ORA-01555' },
    });
    expect(over).toMatchObject({
      ...{ id: 2, state: 'resolved', severity: 'minor', told: false, lasts: false, ended_by_run_key: 'c' },
    });
    expect(source).toMatchObject({
      ...{ id: 3, state: 'open', severity: 'major', cause: 'runs', kind: 'transmission', lasts: true },
      ...{ key: 'transmission/source runs/schema-changed', variant: 'schema-changed' },
    });
    await older.drop();
  });
});

describe('0022-access', () => {
  it('chains the entries that are there already as they stand, and goes on behind them', async () => {
    const older = await createTestDatabase('template0');
    const connection = knex({ client: 'pg', connection: older.url });
    const all = await migrationSource.getMigrations([]);
    const place = all.findIndex(({ name }) => name === '0022-access');
    const before = { ...migrationSource, getMigrations: async () => all.slice(0, place) };
    await connection.migrate.latest({ migrationSource: before });
    await connection.destroy();
    const insert = `insert into audit_log (who, action, subject, why, before) values ($1, 'a', 's', 'w', '{"ü": 1.50}')`;
    for (const who of ['ann', 'bob', 'cleo']) await older.pool.query(insert, [who]);
    // A gap, as a transaction that was rolled back leaves one.
    await older.pool.query(`delete from audit_log where who = 'bob'`);
    await migrate(older.url);
    expect(await verifyAuditLog(older.pool, null)).toMatchObject({ entries: 2, firstBreak: null });
    await older.pool.query(insert, ['dora']);
    const { rows } = await older.pool.query('select id, who from audit_log order by id');
    expect(rows.map(({ id, who }) => [id, who])).toEqual([
      [1, 'ann'],
      [3, 'cleo'],
      [4, 'dora'],
    ]);
    expect(await verifyAuditLog(older.pool, null)).toMatchObject({ entries: 3, firstBreak: null });
    await older.drop();
  });
});
