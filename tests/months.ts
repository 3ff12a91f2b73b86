import type { Queryable } from '../db/pool.ts';

/** Makes the partition of `run` for the month of an instant, as a load does before its first row. */
export async function ensureMonthOfRuns(client: Queryable, instantMs: number): Promise<void> {
  const month = `${new Date(instantMs).toISOString().slice(0, 7)}-01`;
  const { rows } = await client.query(`select to_regclass('run_' || to_char($1::date, 'YYYY_MM')) as child`, [
    month,
  ]);
  if (rows[0].child !== null) return;
  await client.query('select begin_months()');
  await client.query(`select begin_month('run', $1)`, [month]);
  await client.query(`select finish_month('run', $1)`, [month]);
}
