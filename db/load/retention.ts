import type { Queryable } from '../pool.ts';
import type { Source } from './sources.ts';

/** The tables that are kept by month. */
export type MonthRelation = 'run' | 'metric_sample';

export const RELATION_OF_KIND: Record<Source['kind'], MonthRelation> = {
  runs: 'run',
  // What jobs tell themselves becomes runs.
  events: 'run',
  metrics: 'metric_sample',
};

/** From when on records of a kind of source are kept, epoch milliseconds; -Infinity when nothing has expired. */
export async function findKeepFrom(client: Queryable, kind: Source['kind']): Promise<number> {
  const { rows } = await client.query<{ keepFrom: Date }>(
    `select keep_from as "keepFrom" from retention where relation = $1`,
    [RELATION_OF_KIND[kind]],
  );
  return rows[0]?.keepFrom.getTime() ?? Number.NEGATIVE_INFINITY;
}

/** A month that goes, or would. */
export interface ExpiredMonth {
  month: string;
  rows: number;
}

/** The months of a table that are older than what is to be kept, with their rows; empty ones of broken clocks not. */
export async function readExpiredMonths(
  client: Queryable,
  relation: MonthRelation,
  keepFrom: Date,
): Promise<ExpiredMonth[]> {
  const instant = relation === 'run' ? 'started_at' : 'ts';
  const { rows } = await client.query<ExpiredMonth>(
    `select tableoid::regclass::text as month, count(*) as rows from ${relation} where ${instant} < $1
     group by tableoid order by 1`,
    [keepFrom],
  );
  return rows;
}

/** Drops those months, with the rights of the owner; never the last three. From then on older rows are not loaded. */
export async function dropMonths(
  client: Queryable,
  relation: MonthRelation,
  keepFrom: Date,
): Promise<ExpiredMonth[]> {
  const { rows } = await client.query<ExpiredMonth>(
    'select month, dropped_rows as rows from drop_months_before($1, $2)',
    [relation, keepFrom],
  );
  return rows;
}

/** Of every row of such a file the time is over, and its original still there. */
const IS_EXPIRED = `state = 'loaded' and rows_in > 0 and original_deleted_at is null and last_known_at < $2
  and source in (select name from source where kind = $1 or ($1 = 'runs' and kind = 'events'))`;

/** Files of a kind of source all of whose records are older than what is kept, oldest first, and how many they are. */
export async function findExpiredFiles(
  client: Queryable,
  kind: Source['kind'],
  keepFrom: Date,
  limit: number,
): Promise<{ files: string[]; count: number }> {
  const { rows } = await client.query<{ sha256: string; count: number }>(
    `select sha256, count(*) over () as count from file where ${IS_EXPIRED} order by id limit $3`,
    [kind, keepFrom, limit],
  );
  return { files: rows.map(({ sha256 }) => sha256), count: rows[0]?.count ?? 0 };
}

/** Notes that the originals of files are gone, and what was quarantined of them with them. */
export async function markOriginalsDeleted(client: Queryable, files: readonly string[]): Promise<void> {
  await client.query('delete from quarantine where file_sha256 = any($1)', [files]);
  await client.query(
    `update file set original_deleted_at = now(), rows_expired = rows_quarantined where sha256 = any($1)`,
    [files],
  );
}
