import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportFigures } from '../../models/report/figures.ts';
import { parsePeriod } from '../../models/report/period.ts';
import type { ReportParameters } from '../../models/report/report-parameters.ts';
import { fillYear } from '../../scripts/benchmarks/report-year.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { createPool, type Pool } from '../pool.ts';
import { REPORT_QUERIES, REPORT_TABLES, readReportFigures } from './index.ts';

const ZONE = 'Europe/Paris';
const period = parsePeriod('2026-02', ZONE);
const parameters: ReportParameters = {
  from: new Date(period.fromMs).toISOString(),
  to: new Date(period.toMs).toISOString(),
  before: new Date(period.beforeMs).toISOString(),
  as_of: '2026-03-03T00:00:00.000Z',
  zone: ZONE,
  unit: period.unit,
};

let database: TestDatabase;
let writer: Pool;
let figures: ReportFigures;

beforeAll(async () => {
  database = await createTestDatabase();
  await fillYear(database.pool, { jobs: 14, hosts: 3, days: 75, seed: 3, startDate: '2026-01-01' });
  writer = createPool(database.writerUrl, { max: 2, applicationName: 'test' });
  figures = await readReportFigures(writer, parameters);
});

afterAll(async () => {
  await writer?.end();
  await database?.drop();
});

interface RunOfTest {
  job: string;
  status: string;
  startedMs: number;
  endedMs: number | null;
  durationMs: number | null;
  host: string;
  local: string;
}

/** The runs of the period in their newest state, by the view that the rest of the system reads. */
async function runsOfPeriod(): Promise<RunOfTest[]> {
  const { rows } = await database.pool.query<RunOfTest>(
    `select job.namespace || '/' || job.name as job, status::text, extract(epoch from started_at)::float8 * 1000 as "startedMs",
       extract(epoch from ended_at)::float8 * 1000 as "endedMs", duration_ms::float8 as "durationMs", run_latest.host,
       to_char(started_at at time zone $3, 'YYYY-MM-DD ID HH24') as local
     from run_latest join job on job.id = job_id where started_at >= $1 and started_at < $2 and known_at <= $4`,
    [parameters.from, parameters.to, ZONE, parameters.as_of],
  );
  return rows;
}

/** The p-th quantile between neighbours, as percentile_cont has it. */
function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}

describe('each figure is what its own statement answers', () => {
  it('as the annex has it, with its variables put in as psql does, and whatever the plan', async () => {
    const client = await database.pool.connect();
    const asPsql = (sql: string) =>
      sql.replace(/:'(\w+)'/g, (_found, name: keyof ReportParameters) => `'${parameters[name]}'`);
    try {
      await client.query(
        `begin; set local enable_hashjoin = off; set local max_parallel_workers_per_gather = 0`,
      );
      for (const { sql } of REPORT_TABLES) await client.query(asPsql(sql));
      for (const { id, sql } of REPORT_QUERIES) {
        const { rows } = await client.query<Record<string, unknown>>(asPsql(sql));
        const shown = JSON.stringify(rows, (_name, value: unknown) =>
          typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value,
        );
        expect(shown, id).toBe(JSON.stringify(figures[id]));
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('of nothing are there none that say something, but of an earlier report', () => {
    const empty = Object.entries(figures).filter(([, rows]) => rows.length === 0);
    expect(empty.map(([id]) => id)).toEqual(['earlier-recommendations']);
  });
});

describe('figures counted a second time from the runs', () => {
  it('totals', async () => {
    const runs = await runsOfPeriod();
    const failed = runs.filter(({ status }) => status === 'failed');
    const hours = (some: RunOfTest[]) =>
      some.reduce((sum, run) => sum + (run.durationMs ?? 0), 0) / 3_600_000;
    const now = figures.totals.find(({ inPeriod }) => inPeriod)!;
    expect(runs.length).toBeGreaterThan(500);
    expect(now).toMatchObject({
      runs: runs.length,
      failed: failed.length,
      jobs: new Set(runs.map(({ job }) => job)).size,
      failingJobs: new Set(failed.map(({ job }) => job)).size,
    });
    expect(now.hours).toBeCloseTo(hours(runs), 6);
    expect(now.lostHours).toBeCloseTo(hours(failed), 6);
    expect(now.succeeded + now.failed + now.cancelled + now.running).toBe(now.runs);
  });

  it('course, hours and days of the month each count every run once', async () => {
    const runs = await runsOfPeriod();
    const sum = (rows: readonly { runs: number }[]) => rows.reduce((total, row) => total + row.runs, 0);
    expect(sum(figures.course)).toBe(runs.length);
    expect(sum(figures.hours)).toBe(runs.length);
    expect(sum(figures['days-of-month'])).toBe(runs.length);
    for (const { start, runs: count } of figures.course) {
      expect(runs.filter(({ local }) => local.startsWith(start)).length).toBe(count);
    }
    for (const { weekday, hour, failed } of figures.hours) {
      const at = `${weekday} ${String(hour).padStart(2, '0')}`;
      const found = runs.filter(({ local, status }) => local.endsWith(at) && status === 'failed');
      expect(found.length).toBe(failed);
    }
  });

  it('jobs: median, deciles and median distance', async () => {
    const byJob = Map.groupBy(await runsOfPeriod(), ({ job }) => job);
    expect(figures.jobs.map(({ job }) => job)).toEqual([...byJob.keys()].toSorted());
    for (const row of figures.jobs) {
      const runs = byJob.get(row.job)!;
      const took = runs.flatMap(({ status, durationMs }) =>
        status === 'succeeded' && durationMs !== null ? [durationMs] : [],
      );
      expect(row.runs).toBe(runs.length);
      if (took.length === 0) continue;
      const median = quantile(took, 0.5);
      expect(row.medianMs).toBeCloseTo(median, 3);
      expect(row.p90Ms).toBeCloseTo(quantile(took, 0.9), 3);
      const distances = took.map((ms) => Math.abs(ms - median));
      expect(row.madMs).toBeCloseTo(quantile(distances, 0.5), 3);
    }
  });

  it('contention: who overlaps whom', async () => {
    const runs = (await runsOfPeriod()).filter(
      (run): run is RunOfTest & { endedMs: number } => run.endedMs !== null && run.endedMs > run.startedMs,
    );
    for (const row of figures.contention) {
      const there = runs.filter(({ host }) => host === row.host);
      // The first runs of the period may overlap one of the period before, which is not among these.
      const settled = there.filter(({ startedMs }) => startedMs > period.fromMs + 86_400_000);
      const shared = settled.filter((run) =>
        there.some(
          (other) => other !== run && other.startedMs < run.endedMs && other.endedMs > run.startedMs,
        ),
      );
      expect(row.runs).toBe(there.length);
      expect(row.shared).toBeGreaterThanOrEqual(shared.length);
      expect(row.shared - shared.length).toBeLessThanOrEqual(there.length - settled.length);
    }
  });

  it('peaks: the highest sample, and who ran then', async () => {
    const runs = await runsOfPeriod();
    for (const peak of figures.peaks) {
      const { rows } = await database.pool.query<{ value: number; ms: number }>(
        `select value, extract(epoch from ts)::float8 * 1000 as ms from metric_sample
         where host = $1 and metric = $2 and ts >= $3 and ts < $4 order by value desc, ts limit 1`,
        [peak.host, peak.metric, parameters.from, parameters.to],
      );
      expect(peak.value).toBe(rows[0]!.value);
      const there = runs.filter(
        (run) =>
          run.host === peak.host &&
          run.startedMs <= rows[0]!.ms &&
          run.endedMs !== null &&
          run.endedMs > rows[0]!.ms,
      );
      expect(peak.jobs).toEqual([...new Set(there.map(({ job }) => job))].toSorted());
      expect(peak.runs).toBe(there.length);
    }
  });

  it('forecasts: every week that is over, with what became of it', async () => {
    const failed = (await runsOfPeriod()).filter(({ status }) => status === 'failed');
    expect(figures.forecasts.length).toBeGreaterThan(20);
    for (const row of figures.forecasts) {
      const fromMs = Date.parse(row.cutoff);
      expect(fromMs + 7 * 86_400_000).toBeLessThanOrEqual(period.toMs);
      const did = failed.some(
        ({ job, startedMs }) => job === row.job && startedMs >= fromMs && startedMs < fromMs + 7 * 86_400_000,
      );
      expect(row.failed).toBe(did);
    }
  });
});

describe('as of an instant', () => {
  it('nothing that became known later is counted', async () => {
    const asOf = '2026-02-10T12:00:00.000Z';
    const early = await readReportFigures(writer, { ...parameters, as_of: asOf });
    const { rows } = await database.pool.query<{ count: number }>(
      `select count(*) from run_latest where started_at >= $1 and known_at <= $2`,
      [parameters.from, asOf],
    );
    expect(early.totals.find(({ inPeriod }) => inPeriod)!.runs).toBe(rows[0]!.count);
    const opened = (of: ReportFigures) => of.incidents.reduce((sum, row) => sum + row.opened, 0);
    expect(opened(early)).toBeLessThan(opened(figures));
  });

  it('a run counts in the state it had then', async () => {
    const job = (await database.pool.query<{ id: number }>(`select id from job limit 1`)).rows[0]!.id;
    const state = (status: string, knownAt: string, digest: number) =>
      database.pool.query(
        `insert into run (job_id, digest, started_at, known_at, file_id, row_number, status, run_key)
         values ($1, $4, '2026-02-20 06:00Z', $3, 1, 1, $2::run_status, 'told-twice')`,
        [job, status, knownAt, digest],
      );
    await state('running', '2026-02-20 06:00Z', 1);
    await state('failed', '2026-02-20 08:00Z', 2);
    const failedAsOf = async (asOf: string) =>
      (await readReportFigures(writer, { ...parameters, as_of: asOf })).totals.find(
        ({ inPeriod }) => inPeriod,
      )!;
    const before = await failedAsOf('2026-02-20T07:00:00Z');
    const after = await failedAsOf('2026-03-03T00:00:00Z');
    const now = figures.totals.find(({ inPeriod }) => inPeriod)!;
    expect(after.failed).toBe(now.failed + 1);
    expect(after.runs).toBe(now.runs + 1);
    expect(before.running).toBeGreaterThan(0);
    await database.pool.query(`delete from run where run_key = 'told-twice'`);
  });

  it('leaves nothing behind', async () => {
    const { rows } = await database.pool.query(
      `select relname from pg_class where relname like 'report\\_%'`,
    );
    expect(
      rows
        .map((row: { relname: string }) => row.relname)
        .filter((name) => /run|hour|company|metric/.test(name)),
    ).toEqual([]);
  });

  it('a period without anything has figures without anything', async () => {
    const nothing = await readReportFigures(writer, {
      ...parameters,
      from: '2011-02-01T00:00:00Z',
      before: '2011-01-01T00:00:00Z',
      to: '2011-03-01T00:00:00Z',
    });
    expect(Object.entries(nothing).filter(([, rows]) => rows.length > 0)).toEqual([]);
  });
});
