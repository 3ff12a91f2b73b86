import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultyLink, openLink } from '../scripts/benchmarks/faulty-link.ts';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { copyBinary } from './load/binary-copy.ts';
import { createPool, createSiblingPool, type Pool, withTransaction } from './pool.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('template0');
  await database.pool.query('create table kept (number int)');
});
afterAll(() => database.drop());

/** A pool behind a link of its own. */
async function linked<T>(work: (pool: Pool, link: FaultyLink) => Promise<T>): Promise<T> {
  const url = new URL(database.url);
  const link = await openLink(Number(url.port));
  url.port = String(link.port);
  const pool = createPool(url.href, { max: 2 });
  try {
    return await work(pool, link);
  } finally {
    await link.close();
    await pool.end();
  }
}

const secondsSince = (startMs: number) => (performance.now() - startMs) / 1000;

describe.concurrent('a connection that was lost without a word', { timeout: 120_000 }, () => {
  it('fails its query once the server can be asked, and the next one works', () =>
    linked(async (pool, link) => {
      await pool.query('select 1');
      link.begin('black-hole');
      link.lift();
      const startMs = performance.now();
      await expect(pool.query('select 2')).rejects.toThrow('the server knows nothing of the query');
      expect(secondsSince(startMs)).toBeLessThan(40);
      expect((await pool.query('select 3 as three')).rows).toEqual([{ three: 3 }]);
    }));

  it('fails its query in under a minute when the server cannot be asked either', () =>
    linked(async (pool, link) => {
      const sibling = createSiblingPool(pool, 1);
      await Promise.all([pool.query('select 1'), sibling.query('select 1')]);
      link.begin('black-hole');
      const startMs = performance.now();
      await Promise.all(
        [pool, sibling].map((one) => expect(one.query('select 2')).rejects.toThrow('does not answer')),
      );
      expect(secondsSince(startMs)).toBeLessThan(60);
    }));

  it('fails a copy halfway, and the server lets go of its locks by itself', () =>
    linked(async (pool, link) => {
      const startMs = performance.now();
      const copying = withTransaction(pool, async (client) => {
        await client.query('lock table kept');
        link.begin('black-hole');
        link.lift();
        await copyBinary(client, 'kept', [new Uint8Array(1_000_000)]);
      });
      await expect(copying).rejects.toThrow('lost a connection');
      await pool.query('select from kept');
      expect(secondsSince(startMs)).toBeLessThan(60);
    }));

  it('is not one whose statement, or whose transaction, takes long', () =>
    linked(async (pool) => {
      const long = pool.query<{ done: boolean }>('select pg_sleep(22) is not null as done');
      await withTransaction(pool, async (client) => {
        await client.query('create table slow (number int)');
        await pause(50_000);
        await client.query('insert into slow values (1)');
      });
      expect((await long).rows).toEqual([{ done: true }]);
      expect((await pool.query('select number from slow')).rows).toEqual([{ number: 1 }]);
    }));
});
