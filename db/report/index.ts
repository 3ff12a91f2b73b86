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

/**
 * Reads every figure of the report from one snapshot of the database.
 *
 * Needs the right to make temporary tables; changes nothing.
 */
export async function readReportFigures(pool: Pool, parameters: ReportParameters): Promise<ReportFigures> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read');
    await client.query(SETTINGS);
    for (const { id, sql } of REPORT_TABLES) {
      for (const statement of sql.split(/;\n/)) await client.query(bindParameters(statement, parameters));
      await client.query(`analyze ${id.replaceAll('-', '_')}`);
    }
    const figures: Record<string, unknown[]> = {};
    for (const { id, sql } of REPORT_QUERIES) {
      const { rows } = await client.query<Record<string, unknown>>(bindParameters(sql, parameters));
      figures[id] = rows.map(settledNumbers);
    }
    await client.query('rollback');
    return figures as unknown as ReportFigures;
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
