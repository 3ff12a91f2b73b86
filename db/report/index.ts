import type { PoolClient } from 'pg';
import type { ReportFigures } from '../../models/report/figures.ts';
import type { Pool } from '../pool.ts';
import { HOST_QUERIES, REPORT_COMPANY } from './host-queries.ts';
import { INCIDENT_QUERIES } from './incident-queries.ts';
import { QUALITY_QUERIES } from './quality-queries.ts';
import { bindParameters, type ReportParameters, type ReportQuery } from './report-query.ts';
import { REPORT_RUN, RUN_QUERIES } from './run-queries.ts';

export type { ReportParameters, ReportQuery } from './report-query.ts';

/** Tables that figures share, made first and gone with the transaction. */
export const REPORT_TABLES: readonly ReportQuery[] = [REPORT_RUN, REPORT_COMPANY];

/** Every figure of the report, in the order of the annex. */
export const REPORT_QUERIES = [
  ...RUN_QUERIES,
  ...HOST_QUERIES,
  ...QUALITY_QUERIES,
  ...INCIDENT_QUERIES,
] as const satisfies readonly (ReportQuery & { id: keyof ReportFigures })[];

/** Sums over tables of a million rows in memory, not on disk; one report is built at a time. */
const SETTINGS = `set local work_mem = '64MB'; set local jit = off; set local timezone = 'UTC'`;

const namesTable = (table: ReportQuery, { sql }: ReportQuery): boolean =>
  new RegExp(`\\b${tableOf(table)}\\b`).test(sql);
const tableOf = ({ id }: ReportQuery): string => id.replaceAll('-', '_');

/**
 * What is read on one connection each, at the same time: what is told of runs and their company takes as long as all the rest.
 * Either needs the runs of the period, and makes that table for itself.
 */
const PARTS: readonly { tables: readonly ReportQuery[]; queries: readonly ReportQuery[] }[] = [
  {
    tables: [REPORT_RUN, REPORT_COMPANY],
    queries: REPORT_QUERIES.filter((query) => namesTable(REPORT_COMPANY, query)),
  },
  { tables: [REPORT_RUN], queries: REPORT_QUERIES.filter((query) => !namesTable(REPORT_COMPANY, query)) },
];

/**
 * Reads every figure of the report from one snapshot of the database, on three connections that share it.
 *
 * Needs the right to make temporary tables; changes nothing.
 */
export async function readReportFigures(pool: Pool, parameters: ReportParameters): Promise<ReportFigures> {
  const figures: Record<string, unknown[]> = {};
  await withRolledBack(pool, async (keeper) => {
    const { rows } = await keeper.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
    const reading = PARTS.map(({ tables, queries }) =>
      withRolledBack(pool, async (client) => {
        await client.query(`set transaction snapshot '${rows[0]!.snapshot}'`);
        await client.query(SETTINGS);
        for (const table of tables) {
          for (const statement of table.sql.split(/;\n/)) {
            await client.query(bindParameters(statement, parameters));
          }
          await client.query(`analyze ${tableOf(table)}`);
        }
        for (const { id, sql } of queries) {
          const found = await client.query<Record<string, unknown>>(bindParameters(sql, parameters));
          figures[id] = found.rows.map(settledNumbers);
        }
      }),
    );
    // The snapshot lives as long as this connection: it waits for both, whatever becomes of one.
    for (const part of await Promise.allSettled(reading)) if (part.status === 'rejected') throw part.reason;
  });
  // In the order of the annex, whichever was read first: the same figures are the same bytes.
  return Object.fromEntries(REPORT_QUERIES.map(({ id }) => [id, figures[id]])) as unknown as ReportFigures;
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
