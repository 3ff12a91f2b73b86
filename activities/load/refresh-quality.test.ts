import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readQualityOfSources } from '../../db/load/quality.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles } from './load-files.ts';
import { createRefreshQuality } from './refresh-quality.ts';

let stage: ActivityStage;
let loadFiles: ReturnType<typeof createLoadFiles>;
let refreshQuality: ReturnType<typeof createRefreshQuality>;
beforeAll(async () => {
  stage = await openActivityStage();
  loadFiles = createLoadFiles(stage.dependencies);
  refreshQuality = createRefreshQuality(stage.dependencies);
});
afterAll(() => stage.close());

const HEADER = 'job_id,run_id,started_at,duration_s,status,host,rows_written,error';
/** All days of all sources, in one list. */
const readQuality = async (days: number) =>
  (await readQualityOfSources(stage.database.pool, days)).flatMap(({ source, kind, days: all }) =>
    all.map((day) => ({ source, kind, ...day })),
  );
const receivedAt = (sha256: string, instant: string) =>
  stage.database.pool.query('update file set received_at = $2 where sha256 = $1', [sha256, instant]);

describe('refreshQuality', () => {
  let first: string;

  it('computes the five measures of a day by their formulas', async () => {
    first = await stage.storeFile(
      [
        HEADER,
        // Told: id, host, rows, end, duration: 5 of 5.
        'orders,1,2026-03-01T05:00:00Z,60,success,srv1,10,',
        // No host, no rows, no error: 3 of 6.
        'orders,2,2026-03-01T06:00:00Z,60,failed,,,',
        // Running, so without an end: id and host of 3.
        'orders,3,2026-03-01T07:00:00Z,,running,srv1,,',
        'orders,1,2026-03-01T05:00:00Z,60,success,srv1,10,',
        'orders,4,not a time,60,success,srv1,10,',
      ].join('\n'),
    );
    await receivedAt(first, '2026-03-01T07:30:00Z');
    await stage.run(loadFiles, { files: [first] });
    expect(await stage.run(refreshQuality, { files: [first] })).toEqual({ days: 1 });
    expect(await readQuality(30)).toEqual([
      {
        source: 'runs',
        kind: 'runs',
        day: '2026-03-01',
        files: 1,
        volumeRows: 5,
        // The run that is told twice tells its values twice.
        completeness: 15 / 19,
        uniqueness: 3 / 4,
        validity: 1 - 1 / 5,
        freshnessS: 1800,
      },
    ]);
  });

  it('touches only the days of the files given, and twice is once', async () => {
    const next = await stage.storeFile(`${HEADER}\norders,9,2026-03-02T05:00:00Z,60,success,srv1,10,`);
    await stage.run(loadFiles, { files: [next] });
    await stage.database.pool.query(`update quality_daily set files = 99`);
    await stage.run(refreshQuality, { files: [next] });
    await stage.run(refreshQuality, { files: [next] });
    const days = await readQuality(30);
    expect(days.map(({ day, files }) => [day, files])).toEqual([
      ['2026-03-01', 99],
      ['2026-03-02', 1],
    ]);
    expect(await stage.run(refreshQuality, { source: null })).toEqual({ days: 2 });
    expect((await readQuality(30))[0]!.files).toBe(1);
  });

  it('knows nothing where there is nothing to know: no share of no rows, no completeness of metrics', async () => {
    const samples = await stage.storeFile('host,metric,ts,value\nsrv1,cpu,2026-03-01T05:00:00Z,3', 'metrics');
    const bad = await stage.storeFile(`${HEADER}\norders,4,not a time,60,success,srv1,10,`);
    const empty = await stage.storeFile(`${HEADER}\n`);
    await receivedAt(bad, '2026-04-01T12:00:00Z');
    await receivedAt(empty, '2026-04-02T12:00:00Z');
    await stage.run(loadFiles, { files: [samples] });
    await stage.run(loadFiles, { files: [bad, empty] });
    await stage.run(refreshQuality, { source: null });
    const [metrics, ...runs] = await readQuality(2);
    expect(metrics).toMatchObject({ source: 'metrics', completeness: null, uniqueness: 1, validity: 1 });
    expect(runs).toMatchObject([
      { day: '2026-04-01', completeness: null, uniqueness: null, validity: 0, freshnessS: null },
      { day: '2026-04-02', volumeRows: 0, uniqueness: null, validity: null },
    ]);
  });

  it('a day without files goes', async () => {
    await stage.database.pool.query(`update file set received_at = '2026-04-01T12:00:00Z' where rows_in = 0`);
    await stage.run(refreshQuality, { source: 'runs' });
    expect((await readQuality(30)).map(({ day }) => day)).toEqual([
      '2026-03-01',
      '2026-03-01',
      '2026-03-02',
      '2026-04-01',
    ]);
  });
});
