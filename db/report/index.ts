import type { PoolClient } from 'pg';
import type { ReportFigures } from '../../models/report/figures.ts';
import type { ReportParameters } from '../../models/report/report-parameters.ts';
import { createSiblingPool, type Pool } from '../pool.ts';
import { HOST_QUERIES, REPORT_COMPANY, REPORT_METRIC } from './host-queries.ts';
import { INCIDENT_QUERIES } from './incident-queries.ts';
import { QUALITY_QUERIES } from './quality-queries.ts';
import { bindParameters, type ReportQuery } from './report-query.ts';
import { REPORT_HOUR, REPORT_RUN, RUN_QUERIES } from './run-queries.ts';

export type { ReportQuery } from './report-query.ts';

/** Tables that figures share, made first and gone with the transaction. */
export const REPORT_TABLES: readonly ReportQuery[] = [REPORT_RUN, REPORT_HOUR, REPORT_COMPANY, REPORT_METRIC];

/** Every figure of the report, in the order of the annex. */
export const REPORT_QUERIES = [
  ...RUN_QUERIES,
  ...HOST_QUERIES,
  ...QUALITY_QUERIES,
  ...INCIDENT_QUERIES,
] as const satisfies readonly (ReportQuery & { id: keyof ReportFigures })[];

/**
 * Of the connections a report is read on, which end with it: one report is built at a time. What is summed and the
 * tables that figures share stay in memory, not on disk. A sample of 3,000 rows says enough about those tables.
 */
const SETTINGS = {
  work_mem: '64MB',
  temp_buffers: '64MB',
  jit: 'off',
  timezone: 'UTC',
  default_statistics_target: '10',
};

const tableOf = ({ id }: ReportQuery): string => id.replaceAll('-', '_');
const namesTable = (table: ReportQuery, { sql }: ReportQuery): boolean =>
  new RegExp(`\\b${tableOf(table)}\\b`).test(sql);
/** What each connection makes for itself, in this order; what names none of these but runs is read by either. */
const TABLES = [
  [REPORT_RUN, REPORT_COMPANY],
  [REPORT_RUN, REPORT_HOUR, REPORT_METRIC],
] as const;
const ofTables = (tables: readonly ReportQuery[]): ReportQuery[] =>
  REPORT_QUERIES.filter((query) => tables.some((table) => table !== REPORT_RUN && namesTable(table, query)));
const OF_ONE = new Set(ofTables(TABLES.flat()));
const OF_EITHER = REPORT_QUERIES.filter((query) => !OF_ONE.has(query));

/**
 * Reads every figure of the report from one snapshot of the database, on two connections of its own that share it.
 * Either makes the table of runs for itself. One goes on to their company and what is told of it, one to hours and
 * servers; what is left is read by whichever is free.
 *
 * Needs the right to make temporary tables; changes nothing.
 */
export async function readReportFigures(pool: Pool, parameters: ReportParameters): Promise<ReportFigures> {
  const figures: Record<string, unknown[]> = {};
  const left: ReportQuery[] = [...OF_EITHER];
  const own = createSiblingPool(pool, 2, SETTINGS);
  try {
    await withRolledBack(pool, async (keeper) => {
      const { rows } = await keeper.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
      const readOn = (tables: readonly ReportQuery[]): Promise<void> =>
        withRolledBack(own, async (client) => {
          await client.query(`set transaction snapshot '${rows[0]!.snapshot}'`);
          for (const table of tables) await makeTable(client, table, parameters);
          const waiting = ofTables(tables);
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift() ?? left.shift()) {
            const found = await client.query<Record<string, unknown>>(bindParameters(next.sql, parameters));
            figures[next.id] = found.rows.map(settledNumbers);
          }
        }).catch((error: unknown) => {
          // What the other has not begun is of no use any more.
          left.length = 0;
          throw error;
        });
      // The snapshot lives as long as this connection: it waits for both, whatever becomes of one.
      const read = await Promise.allSettled(TABLES.map(readOn));
      for (const part of read) if (part.status === 'rejected') throw part.reason;
    });
  } finally {
    await own.end();
  }
  // In the order of the annex, whichever was read first: the same figures are the same bytes.
  return Object.fromEntries(REPORT_QUERIES.map(({ id }) => [id, figures[id]])) as unknown as ReportFigures;
}

async function makeTable(
  client: PoolClient,
  table: ReportQuery,
  parameters: ReportParameters,
): Promise<void> {
  for (const statement of table.sql.split(/;\n/)) await client.query(bindParameters(statement, parameters));
  await client.query(`analyze ${tableOf(table)}`);
}

/** Runs work in a transaction of one snapshot that leaves nothing behind. */
async function withRolledBack(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read');
    await work(client);
    await client.query('rollback');
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    client.release(failure);
  }
}

/** Sums of fractions depend on the order of rows in their last digits: these are cut, so that the same is the same. */
function settledNumbers(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number' && !Number.isInteger(value)) row[name] = Number(value.toPrecision(12));
  }
  return row;
}
