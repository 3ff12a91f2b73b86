/** How long the report of a year takes: from the question to the bytes of the PDF, on a database of its own. */
import { loadavg } from 'node:os';
import { createPool } from '../../db/pool.ts';
import { REPORT_QUERIES, REPORT_TABLES, readReportFigures } from '../../db/report/index.ts';
import { buildReport } from '../../models/report/build-report.ts';
import { parsePeriod, settledAt } from '../../models/report/period.ts';
import { reportParameters } from '../../models/report/report-parameters.ts';
import { typesetReport } from '../../services/typeset.ts';
import { ownCpuS, postgresCpuS } from './cpu-time.ts';
import { type BenchResult, figure } from './document.ts';
import { say } from './progress.ts';
import { fillYear } from './report-year.ts';
import { withServers } from './servers.ts';
import { median } from './statistics.ts';

const ZONE = 'Europe/Paris';
/** By the clock; by the processor, in PostgreSQL and in both. */
const PARTS = ['build', 'figures', 'document', 'typeset', 'build_cpu', 'postgres_cpu'] as const;

export interface ReportBenchOptions {
  jobs: number;
  rounds: number;
  seed: number;
}

export function report({ jobs, rounds, seed }: ReportBenchOptions): Promise<BenchResult> {
  return withServers('report', ['postgres', 'migrate'], {}, async ({ admin, cloneDatabase, describe }) => {
    const database = await cloneDatabase('smart_etl');
    const owner = createPool(database.ownerUrl, { max: 4, applicationName: 'bench' });
    const pool = createPool(database.writerUrl, { max: 4, applicationName: 'bench' });
    try {
      say(`filling a year of ${jobs} jobs`);
      const filled = await fillYear(owner, { jobs, hosts: 8, days: 365, seed, startDate: '2026-01-01' });
      const seconds: Record<(typeof PARTS)[number], number[]> = {
        build: [],
        figures: [],
        document: [],
        typeset: [],
        build_cpu: [],
        postgres_cpu: [],
      };
      const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid');
      const serverS = () => postgresCpuS(rows[0]!.pid);
      const loadAverages: number[] = [];
      let pages = 0;
      for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1} of ${rounds}`);
        const ownStartS = ownCpuS();
        const serverStartS = serverS();
        const startMs = performance.now();
        const period = parsePeriod('2026', ZONE);
        const asOfMs = settledAt(period, Number.POSITIVE_INFINITY);
        const parameters = reportParameters(period, asOfMs, ZONE);
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
        loadAverages.push(loadavg()[0]!);
        const serverEndS = serverS();
        if (serverStartS === null || serverEndS === null) continue;
        seconds.postgres_cpu.push(serverEndS - serverStartS);
        seconds.build_cpu.push(serverEndS - serverStartS + ownCpuS() - ownStartS);
      }
      return {
        figures: PARTS.map((part) => {
          const measured = seconds[part];
          if (measured.length === 0) return figure(`${part}_s`, null, 's', 'lower');
          const spread = { min: Math.min(...measured), max: Math.max(...measured) };
          return figure(`${part}_s`, median(measured), 's', 'lower', spread);
        }),
        details: { ...filled, pages, loadAverages, server: await describe() },
      };
    } finally {
      await Promise.all([pool.end(), owner.end()]);
    }
  });
}
