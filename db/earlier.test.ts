import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { earlier, later } from './earlier.ts';
import { readOverview } from './pages/read-overview.ts';
import { readRuns } from './pages/read-runs.ts';
import { readRunsOfSpan } from './pages/read-timeline.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('select begin_months()');
  for (const month of ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01']) {
    await database.pool.query(`select begin_month('run', $1)`, [month]);
    await database.pool.query(`select index_month('run', $1), finish_month('run', $1)`, [month]);
  }
});
afterAll(() => database?.drop());

test('a day is 24 hours wherever it is asked', async () => {
  const client = await database.pool.connect();
  try {
    await client.query(`begin; set local timezone = 'Europe/Paris'`);
    // In this night clocks were put forward: the day of Paris before this noon had 23 hours.
    const noon = new Date('2026-03-29T10:00:00Z');
    const { rows } = await client.query(
      `select ${earlier('$1', '1 day')} as before, ${later('$1', '1 day')} as after, $1::timestamptz - interval '1 day' as local`,
      [noon],
    );
    expect(rows[0]).toEqual({
      before: new Date('2026-03-28T10:00:00Z'),
      after: new Date('2026-03-30T10:00:00Z'),
      local: new Date('2026-03-28T11:00:00Z'),
    });
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('what asks for a stretch of time is planned for its months alone', async () => {
  const planned: string[] = [];
  const explaining = {
    query: async (asked: string | { text: string; values: unknown[] }, values?: unknown[]) => {
      const [sql, of] = typeof asked === 'string' ? [asked, values] : [asked.text, asked.values];
      const { rows } = await database.pool.query(`explain (format json) ${sql}`, of);
      planned.push(...(JSON.stringify(rows).match(/"run_\d{4}_\d{2}"/g) ?? []));
      // Pruned only when it runs, a month was planned for nothing.
      expect(JSON.stringify(rows)).not.toMatch(/"Subplans Removed":[1-9]/);
      return database.pool.query(sql, of);
    },
  } as unknown as TestDatabase['pool'];
  const monthsOf = async (read: () => Promise<unknown>) => {
    planned.length = 0;
    await read();
    return [...new Set(planned)].sort();
  };
  const [from, to] = [new Date('2026-03-10T00:00:00Z'), new Date('2026-03-11T00:00:00Z')];
  expect(await monthsOf(() => readRunsOfSpan(explaining, { from, to }, 100))).toEqual(['"run_2026_03"']);
  expect(await monthsOf(() => readRuns(explaining, { from, to, limit: 10 }))).toEqual(['"run_2026_03"']);
  expect(await monthsOf(() => readOverview(explaining, 'm', to))).toEqual([
    '"run_2026_03"',
    // A state told later may be of a run that began in the last two days.
    '"run_2026_04"',
  ]);
});
