import type { Pool } from '../pool.ts';
import { HOST_QUERIES, REPORT_COMPANY } from './host-queries.ts';
import { INCIDENT_QUERIES } from './incident-queries.ts';
import { QUALITY_QUERIES } from './quality-queries.ts';
import { bindParameters, type ReportParameters, type ReportQuery } from './report-query.ts';
import { REPORT_RUN, RUN_QUERIES } from './run-queries.ts';

/** Tables that figures share, made first and gone with the connection's transaction. */
export const REPORT_TABLES: readonly ReportQuery[] = [REPORT_RUN, REPORT_COMPANY];

/** Every figure of the report, in the order of the annex. */
export const REPORT_QUERIES: readonly ReportQuery[] = [
  ...RUN_QUERIES,
  ...HOST_QUERIES,
  ...QUALITY_QUERIES,
  ...INCIDENT_QUERIES,
];
