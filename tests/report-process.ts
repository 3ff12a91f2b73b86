/**
 * Builds reports in a process of its own and writes the PDF of the last one: `DATABASE_URL=… node report-process.ts
 * OUT PERIOD/LANGUAGE…`. Whether the process has built others before must not be seen in it.
 */
import { writeFileSync } from 'node:fs';
import { createPool } from '../db/pool.ts';
import { REPORT_QUERIES, REPORT_TABLES, readReportFigures } from '../db/report/index.ts';
import type { Language } from '../models/alerts/message.ts';
import { buildReport } from '../models/report/build-report.ts';
import { parsePeriod, settledAt } from '../models/report/period.ts';
import { reportParameters } from '../models/report/report-parameters.ts';
import { typesetReport } from '../services/typeset.ts';

const ZONE = 'Europe/Paris';
const [out, ...reports] = process.argv.slice(2);
const pool = createPool(process.env.DATABASE_URL!, { max: 2, applicationName: 'test' });
for (const report of reports) {
  const [id, language] = report.split('/') as [string, Language];
  const period = parsePeriod(id, ZONE);
  const asOfMs = settledAt(period, Number.POSITIVE_INFINITY);
  const parameters = reportParameters(period, asOfMs, ZONE);
  const { document } = buildReport({
    figures: await readReportFigures(pool, parameters),
    period,
    asOfMs,
    timeZone: ZONE,
    language,
    statements: [...REPORT_TABLES, ...REPORT_QUERIES],
    parameters,
  });
  writeFileSync(out!, typesetReport(document).pdf);
}
await pool.end();
