import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { readRuns } from './read-runs.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`
    insert into source values ('runs', 'runs', 'drop', 'n');
    insert into file (sha256, source, name, size_bytes) values (repeat('a', 64), 'runs', 'a.csv', 1);
    insert into job (id, namespace, name)
      select n, 'n', 'job ' || n from generate_series(1, 3) as n;`);
});
afterAll(() => database?.drop());

/** States of few runs in few instants, so that ties of every kind are common. */
const stateArbitrary = fc.record({
  jobId: fc.integer({ min: 1, max: 3 }),
  runKey: fc.constantFrom('a', 'b', 'c'),
  digest: fc.integer({ min: 0, max: 15 }),
  status: fc.constantFrom('running', 'succeeded', 'failed', 'cancelled'),
  startedSecond: fc.integer({ min: 0, max: 5 }),
  knownSecond: fc.integer({ min: 0, max: 3 }),
});

test('the newest runs are those of view run_latest, whatever was told twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stateArbitrary, { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom(undefined, 'running' as const, 'failed' as const),
      fc.constantFrom(undefined, 'job 2'),
      async (states, limit, status, job) => {
        await database.pool.query('truncate run');
        await database.pool.query(
          `insert into run (job_id, run_key, digest, status, started_at, known_at, file_id, row_number)
           select distinct on (job_id, run_key, digest) job_id, run_key, digest, status::run_status,
             to_timestamp(started), to_timestamp(known), 1, 1
           from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::int[], $6::int[])
             as t (job_id, run_key, digest, status, started, known)`,
          [
            states.map((state) => state.jobId),
            states.map((state) => state.runKey),
            states.map((state) => state.digest),
            states.map((state) => state.status),
            states.map((state) => state.startedSecond),
            states.map((state) => state.knownSecond),
          ],
        );
        const { rows } = await database.pool.query(
          `select job_id as "jobId", run_key as "runKey", status, started_at as "startedAt"
           from run_latest join job on job.id = job_id
           where ($2::run_status is null or status = $2) and ($3::text is null or job.name = $3)
           order by started_at desc, job_id, run_key limit $1`,
          [limit, status, job],
        );
        const read = await readRuns(database.pool, { limit, status, job });
        expect(
          read.map(({ jobId, runKey, status, startedAt }) => ({ jobId, runKey, status, startedAt })),
        ).toEqual(rows);
      },
    ),
    { numRuns: 60 },
  );
});

test('the newest runs are found by the index, not by sorting the table', async () => {
  await database.pool.query('truncate run');
  await database.pool.query(
    `insert into run (job_id, run_key, digest, status, started_at, known_at, file_id, row_number)
     select 1 + n % 3, n::text, n, 'succeeded', to_timestamp(n), to_timestamp(n), 1, n
     from generate_series(1, 50000) as n`,
  );
  await database.pool.query('analyze run');
  const before = await rowsTouched();
  expect(await readRuns(database.pool, { limit: 100 })).toHaveLength(100);
  expect((await rowsTouched()) - before).toBeLessThan(2_000);
});

/** Rows of `run` that scans have fetched in this database so far, once the server has counted them. */
async function rowsTouched(): Promise<number> {
  const client = await database.pool.connect();
  try {
    await client.query('select pg_stat_force_next_flush()');
    await client.query('select pg_stat_clear_snapshot()');
    const { rows } = await client.query<{ touched: number }>(
      `select sum(seq_tup_read + idx_tup_fetch)::int as touched from pg_stat_user_tables where relname like 'run%'`,
    );
    return rows[0]!.touched;
  } finally {
    client.release();
  }
}
