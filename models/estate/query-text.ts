import type { Random } from '../random.ts';
import { between, choice } from './draws.ts';
import { tableOf } from './error-text.ts';
import type { EstateJob } from './job.ts';

/** The costly SQL of a run, several lines, literals differing from run to run. */
export function queryText(random: Random, job: EstateJob, date: string): string {
  const table = tableOf(random, job).toLowerCase();
  const limit = Math.floor(between(random, 10, 5000));
  return choice(random, [
    `SELECT customer_id, sum(net_weight_kg) AS kg\nFROM dwh.${table}\nWHERE load_date >= DATE '${date}' AND status <> 'void'\nGROUP BY customer_id HAVING sum(net_weight_kg) > ${limit}`,
    `INSERT INTO dwh.${table} SELECT s.* FROM staging.${table} s LEFT JOIN dwh.${table} t ON t.id = s.id WHERE t.id IS NULL AND s.batch = ${limit}`,
    `UPDATE dwh.${table} t SET pallet_count = p.n\nFROM (SELECT route_id, count(*) AS n FROM dwh.pallet_moves WHERE day = '${date}' GROUP BY route_id) p\nWHERE p.route_id = t.route_id`,
    `DELETE FROM staging.${table} WHERE imported_at < '${date}' AND "origin" IN ('ES','MA','FR')`,
  ]);
}
