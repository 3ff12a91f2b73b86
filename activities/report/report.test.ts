import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../db/pool.ts';
import { decideRecommendation, findReport, readRecommendations } from '../../db/report/reports.ts';
import { InvalidPeriod } from '../../models/report/period.ts';
import { fillYear } from '../../scripts/benchmarks/report-year.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { InvalidInput } from '../resolve-as-of.ts';
import {
  createBuildReport,
  createKeepReport,
  createPlanReport,
  createTellReport,
  type ReportPlan,
} from './report.ts';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await openActivityStage({ language: 'fr' });
  await fillYear(stage.database.pool, { jobs: 10, hosts: 2, days: 75, seed: 4, startDate: '2026-01-01' });
}, 120_000);

afterAll(() => stage?.close());

const january: ReportPlan = { period: '2026-01', language: 'fr', asOf: '2026-02-03T00:00:00.000Z' };
const february: ReportPlan = { period: '2026-02', language: 'en', asOf: '2026-03-03T00:00:00.000Z' };

const build = (plan: ReportPlan) => stage.run(createBuildReport(stage.dependencies), plan);
async function buildAndKeep(plan: ReportPlan) {
  const files = await build(plan);
  await stage.run(createKeepReport(stage.dependencies), { plan, files });
  return files;
}
const figuresOf = async (sha256: string) =>
  JSON.parse((await stage.dependencies.objectStore.get(BUCKETS.reports, sha256)).toString('utf8'));

describe('planReport', () => {
  const plan = (input: Parameters<ReturnType<typeof createPlanReport>>[0]) =>
    stage.run(createPlanReport(stage.dependencies), input);

  it('takes the last month that is over, as of two days after it, in the language of the settings', async () => {
    // The last arrival is in the middle of March.
    expect(await plan({})).toEqual({ period: '2026-02', language: 'fr', asOf: '2026-03-02T23:00:00.000Z' });
  });

  it('a period that goes on is reported as of now', async () => {
    const { asOf } = await plan({ period: '2026-03' });
    expect(Date.parse(asOf)).toBeLessThan(Date.parse('2026-03-31T00:00:00Z'));
    expect((await plan({ period: '2026-03', asOf: '2026-03-10T00:00:00Z' })).asOf).toBe(
      '2026-03-10T00:00:00.000Z',
    );
  });

  it.each([
    [{ period: '2026-14' }, InvalidPeriod],
    [{ period: '2027-01' }, InvalidPeriod],
    [{ asOf: 'yesterday' }, InvalidInput],
    [{ language: 'de' as 'en' }, InvalidInput],
  ])('%j is refused for good', async (input, refusal) => {
    await expect(plan(input)).rejects.toThrow(refusal);
  });
});

describe('buildReport', () => {
  it('the same data give the same bytes, twice is once', async () => {
    const one = await build(january);
    expect(await build(january)).toEqual(one);
    expect(one.pages).toBeGreaterThan(8);
    const pdf = await stage.dependencies.objectStore.get(BUCKETS.reports, one.pdfSha256);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBe(one.pdfBytes);
    const notebook = await figuresOf(one.notebookSha256);
    expect(notebook.nbformat).toBe(4);
  });

  it('what is recorded of it is small', async () => {
    expect(JSON.stringify(await build(january)).length).toBeLessThan(2_000);
  });
});

describe('keepReport and tellReport', () => {
  it('enter report and recommendations once, and what a person decided stays', async () => {
    await buildAndKeep(january);
    const recommended = await readRecommendations(stage.database.pool, '2026-01');
    expect(recommended.map(({ rank }) => rank)).toEqual(recommended.map((_one, at) => at + 1));
    const told = { period: '2026-01', rank: 1, state: 'done', who: 'Ada', why: 'index made' } as const;
    const before = await withTransaction(stage.database.pool, (client) => decideRecommendation(client, told));
    expect(before).toBe('open');
    await buildAndKeep(january);
    const again = await readRecommendations(stage.database.pool, '2026-01');
    expect(again.length).toBe(recommended.length);
    expect(again[0]).toMatchObject({ state: 'done', who: 'Ada', why: 'index made' });
    const audit = await stage.database.pool.query(
      `select who, before, after from audit_log where action = 'decide-recommendation'`,
    );
    expect(audit.rows).toEqual([{ who: 'Ada', before: { state: 'open' }, after: { state: 'done' } }]);
  });

  it('what is not recommended any more goes, unless somebody decided about it', async () => {
    const stale = (key: string, state: string) =>
      stage.database.pool.query(
        `insert into recommendation (period, key, rank, kind, subject, frequency, severity, non_detection, effort,
           measure, measured, gain, gain_unit, evidence, state, who, why)
         values ('2026-01', $1, 99, 'spread-load', 'x', 1, 1, 1, 'small', 'm', 1, 1, 'hours', '{}', $2::text,
           case when $2::text <> 'open' then 'Ada' end, case when $2::text <> 'open' then 'no' end)`,
        [key, state],
      );
    await stale('gone', 'open');
    await stale('kept', 'rejected');
    await buildAndKeep(january);
    const keys = (await readRecommendations(stage.database.pool, '2026-01')).map(({ key }) => key);
    expect(keys).not.toContain('gone');
    expect(keys).toContain('kept');
    await stage.database.pool.query(`delete from recommendation where key = 'kept'`);
  });

  it('the next report measures what came of it', async () => {
    const files = await buildAndKeep(february);
    const { earlier, recommendations } = await figuresOf(files.figuresSha256);
    const before = await readRecommendations(stage.database.pool, '2026-01');
    expect(earlier.map((row: { key: string }) => row.key)).toEqual(before.map(({ key }) => key));
    expect(earlier[0]).toMatchObject({ period: '2026-01', state: 'done' });
    const still = recommendations.find((one: { key: string }) => one.key === earlier[0].key);
    if (still !== undefined) expect(earlier[0].now).toBeCloseTo(still.measured);
    expect(earlier.map((row: { verdict: string }) => row.verdict)).not.toContain(undefined);
  });

  it('people are told of a report once, with its address', async () => {
    const tell = createTellReport(stage.dependencies);
    await stage.run(tell, february);
    await stage.run(tell, february);
    const { rows } = await stage.database.pool.query(
      `select subject, body, channel from notification where kind = 'report-ready'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].subject).toMatch(/^Rapport ETL, février 2026/);
    expect(rows[0].body).toContain('/v1/reports/2026-02/en/pdf');
  });

  it('the ledger names the workflow that built it', async () => {
    const files = await build(january);
    const environment = new MockActivityEnvironment({
      workflowExecution: { workflowId: 'report/2026-01/fr', runId: 'r' },
    });
    await environment.run(createKeepReport(stage.dependencies) as never, { plan: january, files } as never);
    const kept = await findReport(stage.database.pool, '2026-01', 'fr');
    expect(kept).toMatchObject({
      pdfSha256: files.pdfSha256,
      timeZone: 'Europe/Paris',
      headline: files.headline,
    });
    expect(await findReport(stage.database.pool, '2026-01', 'en')).toBeNull();
  });
});
