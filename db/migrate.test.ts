import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { migrate } from './migrate.ts';

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

  it.each([
    'update audit_log set who = who',
    'delete from run',
    'update forecast set probability = 0',
    'drop table run',
    'create table own (x int)',
    'update knex_migrations set name = name',
  ])('do not let the writer %s', async (sql) => {
    await expect(as(database.writerUrl, (client) => client.query(sql))).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('let the reader read every table and view and write none', async () => {
    await as(database.readerUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_schema = 'public'`,
      );
      expect(rows.length).toBeGreaterThan(15);
      for (const { name } of rows) {
        await expect(client.query(`select * from ${name} limit 1`)).resolves.toBeDefined();
      }
    });
    for (const sql of [`insert into source values ('a', 'runs', 'b', 'c')`, 'update run set error = error']) {
      await expect(as(database.readerUrl, (client) => client.query(sql))).rejects.toMatchObject({
        code: '42501',
      });
    }
  });
});
