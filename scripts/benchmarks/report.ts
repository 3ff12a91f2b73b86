/** How long the report of a year takes: from the question to the bytes of the PDF, on a database of its own. */
import { createPool } from '../../db/pool.ts';
import { REPORT_QUERIES, REPORT_TABLES, readReportFigures } from '../../db/report/index.ts';
import { buildReport } from '../../models/report/build-report.ts';
import { parsePeriod, settledAt } from '../../models/report/period.ts';
import { typesetReport } from '../../services/typeset.ts';
import { type BenchResult, figure } from './document.ts';
import { say } from './progress.ts';
import { fillYear } from './report-year.ts';
import { withServers } from './servers.ts';
import { median } from './statistics.ts';

const ZONE = 'Europe/Paris';

export interface ReportBenchOptions {
  jobs: number;
  rounds: number;
  seed: number;
}

export function report({ jobs, rounds, seed }: ReportBenchOptions): Promise<BenchResult> {
  return withServers('report', ['postgres', 'migrate'], {}, async ({ cloneDatabase, describe }) => {
    const database = await cloneDatabase('smart_etl');
    const owner = createPool(database.ownerUrl, { max: 4, applicationName: 'bench' });
    const pool = createPool(database.writerUrl, { max: 4, applicationName: 'bench' });
    try {
      say(`filling a year of ${jobs} jobs`);
      const filled = await fillYear(owner, { jobs, hosts: 8, days: 365, seed, startDate: '2026-01-01' });
      const seconds: Record<'build' | 'figures' | 'document' | 'typeset', number[]> = {
        build: [],
        figures: [],
        document: [],
        typeset: [],
      };
      let pages = 0;
      for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1} of ${rounds}`);
        const startMs = performance.now();
        const period = parsePeriod('2026', ZONE);
        const asOfMs = settledAt(period, Number.POSITIVE_INFINITY);
        const parameters = {
          from: new Date(period.fromMs).toISOString(),
          to: new Date(period.toMs).toISOString(),
          before: new Date(period.beforeMs).toISOString(),
          as_of: new Date(asOfMs).toISOString(),
          zone: ZONE,
          unit: period.unit,
        };
        const figures = await readReportFigures(pool, parameters);
        const readMs = performance.now();
        const statements = [...REPORT_TABLES, ...REPORT_QUERIES];
        const input = {
          figures,
          period,
          asOfMs,
          timeZone: ZONE,
          language: 'fr',
          statements,
          parameters,
        } as const;
        const { document } = buildReport(input);
        const writtenMs = performance.now();
        pages = typesetReport(document).pages;
        const endMs = performance.now();
        seconds.build.push((endMs - startMs) / 1000);
        seconds.figures.push((readMs - startMs) / 1000);
        seconds.document.push((writtenMs - readMs) / 1000);
        seconds.typeset.push((endMs - writtenMs) / 1000);
      }
      return {
        figures: (['build', 'figures', 'document', 'typeset'] as const).map((part) =>
          figure(`${part}_s`, median(seconds[part]), 's', 'lower', {
            min: Math.min(...seconds[part]),
            max: Math.max(...seconds[part]),
          }),
        ),
        details: { ...filled, pages, server: await describe() },
      };
    } finally {
      await Promise.all([pool.end(), owner.end()]);
    }
  });
}
