import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBuildReport, createKeepReport } from '../activities/report/report.ts';
import { fillYear } from '../scripts/benchmarks/report-year.ts';
import { type ActivityStage, openActivityStage } from '../tests/activity-stage.ts';
import { smartEtlOn } from '../tests/command-line.ts';
import { psqlScript } from './report.ts';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
}, 120_000);
afterAll(() => stage?.close());

const smartEtl = (...args: string[]) => smartEtlOn(stage, ['report', ...args]);

describe('smart-etl report', () => {
  it('says what to do where there is no report', async () => {
    expect(await smartEtl('list')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('report build'),
    });
    expect(JSON.parse((await smartEtl('list', '--json')).stdout)).toEqual({ reports: [] });
    expect((await smartEtl('recommendations', '2026-01')).status).toBe(1);
  });

  it('lists what was built and recommended within 80 columns, and keeps what was decided', async () => {
    await fillYear(stage.database.pool, { jobs: 8, hosts: 2, days: 40, seed: 5, startDate: '2026-01-01' });
    const plan = { period: '2026-01', language: 'fr', asOf: '2026-02-03T00:00:00.000Z' } as const;
    const files = await stage.run(createBuildReport(stage.dependencies), plan);
    await stage.run(createKeepReport(stage.dependencies), { plan, files });
    for (const args of [['list'], ['recommendations', '2026-01']]) {
      const { status, stdout } = await smartEtl(...args);
      expect(status).toBe(0);
      expect(stdout).toMatch(args[0] === 'list' ? /2026-01 +fr/ : /^ +1 open/);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
    const decided = await smartEtl(
      'decide',
      '2026-01',
      '1',
      'accepted',
      '--who',
      'Ada',
      '--why',
      'planned',
      '--json',
    );
    expect(JSON.parse(decided.stdout)).toMatchObject({ before: 'open', after: 'accepted', who: 'Ada' });
    const { recommendations } = JSON.parse((await smartEtl('recommendations', '2026-01', '--json')).stdout);
    expect(recommendations[0]).toMatchObject({ rank: 1, state: 'accepted', why: 'planned' });
  });

  it.each([
    [['decide', '2026-01', '1', 'maybe', '--why', 'x'], 'expected accepted, rejected, done, open'],
    [['decide', '2026-01', '999', 'done', '--why', 'x'], 'has no recommendation 999'],
    [['build', '--lang', 'de'], 'Allowed choices are en, fr'],
    [['build', '--as-of', 'yesterday'], '--as-of'],
  ])('%j is a wrong use', async (args, message) => {
    const { status, stderr } = await smartEtl(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('the script for psql', () => {
  it('sets its variables, runs every statement in one snapshot and leaves nothing behind', () => {
    const statement = { id: 'one', title: { en: 'One', fr: 'Un' }, sql: `select :'from'` };
    expect(psqlScript([statement], { from: `it's` })).toBe(
      `\\set from 'it''s'\nbegin isolation level repeatable read;\n\n-- one: One\nselect :'from';\n\nrollback;\n`,
    );
  });
});
