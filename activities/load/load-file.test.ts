import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFile } from './load-file.ts';

let stage: ActivityStage;
let loadFile: ReturnType<typeof createLoadFile>;
beforeAll(async () => {
  stage = await openActivityStage();
  loadFile = createLoadFile(stage.dependencies);
});
afterAll(() => stage.close());

const HEADER = 'job_id,owner,run_id,started_at,duration_s,status,branch';
const load = (sha256: string) => stage.run(loadFile, { sha256 });
const rows = async (sql: string, values: unknown[] = []) =>
  (await stage.database.pool.query(sql, values)).rows;

describe('loadFile', () => {
  it('accounts for every row: loaded, duplicate or quarantined', async () => {
    const sha256 = await stage.storeFile(
      [
        HEADER,
        'orders,ann,1,2026-03-01T05:00:00Z,60,success,main',
        'orders,ann,1,2026-03-01T05:00:00Z,60,success,main',
        'orders,ann,2,not a time,60,success,main',
        'orders,bob,3,2026-03-02T05:00:00Z,-5,failed,main',
      ].join('\n'),
    );
    expect(await load(sha256)).toEqual({
      state: 'loaded',
      sha256,
      name: 'runs.csv',
      rowsIn: 4,
      rowsLoaded: 2,
      rowsDuplicate: 1,
      rowsQuarantined: 1,
    });
    expect(
      await rows(
        `select run_key, status, duration_ms, anomalies, extra, row_number from run where file_id = (select id from file where sha256 = $1) order by run_key`,
        [sha256],
      ),
    ).toEqual([
      {
        run_key: '1',
        status: 'succeeded',
        duration_ms: 60_000,
        anomalies: null,
        extra: { branch: 'main' },
        row_number: 1,
      },
      {
        run_key: '3',
        status: 'failed',
        duration_ms: null,
        anomalies: ['negative-duration'],
        extra: { branch: 'main' },
        row_number: 4,
      },
    ]);
    const [refused] = await rows(`select * from quarantine where file_sha256 = $1`, [sha256]);
    expect(refused).toMatchObject({ code: 'unreadable-start', row_number: 3 });
    expect(refused.original.toString()).toBe('orders,ann,2,not a time,60,success,main');
    expect(await rows(`select owner from job where name = 'orders'`)).toEqual([{ owner: 'bob' }]);
  });

  it('a run that tells no owner takes none away from its job, whatever the order', async () => {
    const named = await stage.storeFile(`${HEADER}\nowned,ann,1,2026-03-01T05:00:00Z,60,success,\n`);
    const silent = await stage.storeFile(`${HEADER}\nowned,,2,2026-03-02T05:00:00Z,60,success,\n`);
    const older = await stage.storeFile(`${HEADER}\nowned,bob,3,2026-02-01T05:00:00Z,60,success,\n`);
    for (const sha256 of [silent, named, older]) await load(sha256);
    expect(await rows(`select owner, owner_told_at, host from job where name = 'owned'`)).toEqual([
      { owner: 'ann', owner_told_at: new Date('2026-03-01T05:00:00Z'), host: null },
    ]);
  });

  it('done twice is done once, also by two at the same time', async () => {
    const sha256 = await stage.storeFile(`${HEADER}\ntwice,ann,1,2026-03-01T05:00:00Z,60,success,\n`);
    const outcomes = await Promise.all([load(sha256), load(sha256)]);
    outcomes.push(await load(sha256));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(
      await rows(`select count(*) from run where file_id = (select id from file where sha256 = $1)`, [
        sha256,
      ]),
    ).toEqual([{ count: 1 }]);
  });

  it('keeps a run told again with another status as one more state of it', async () => {
    const first = await stage.storeFile(`${HEADER}\nlate,ann,1,2026-03-01T05:00:00Z,,running,\n`);
    const second = await stage.storeFile(`${HEADER}\nlate,ann,1,2026-03-01T05:00:00Z,90,failed,\n`);
    // The order of arrival does not matter.
    await load(second);
    await load(first);
    expect(
      await rows(`select status from run_latest join job on job.id = job_id where job.name = 'late'`),
    ).toEqual([{ status: 'failed' }]);
  });

  it('reads gzip, and the same rows in another file are duplicates', async () => {
    const text = `${HEADER}\nzipped,ann,1,2026-03-01T05:00:00Z,60,success,\n`;
    expect(await load(await stage.storeFile(gzipSync(text)))).toMatchObject({
      rowsLoaded: 1,
      rowsDuplicate: 0,
    });
    expect(await load(await stage.storeFile(text))).toMatchObject({ rowsLoaded: 0, rowsDuplicate: 1 });
  });

  it.each([
    ['empty-file', ''],
    ['not-csv', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3])],
    ['missing-columns', 'job_id,colour\na,red\n'],
    [
      'damaged-archive',
      gzipSync(`${HEADER}\n${'x,y,1,2026-03-01T05:00:00Z,60,ok,\n'.repeat(9)}`).subarray(0, 60),
    ],
  ])('refuses a file as a whole: %s', async (code, content) => {
    const sha256 = await stage.storeFile(content);
    const outcome = await load(sha256);
    expect(outcome).toMatchObject({ state: 'refused', code });
    expect(await load(sha256)).toEqual(outcome);
    expect(
      await rows(`select count(*) from run where file_id = (select id from file where sha256 = $1)`, [
        sha256,
      ]),
    ).toEqual([{ count: 0 }]);
    expect(await rows(`select state from file where sha256 = $1`, [sha256])).toEqual([{ state: 'refused' }]);
  });

  it('loads nothing of a file that turns out to be damaged after thousands of rows', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `cut,ann,${i},2026-03-01T05:00:00Z,${i % 977},ok,b${i * 7919}`,
    );
    const packed = gzipSync([HEADER, ...lines].join('\n'));
    const sha256 = await stage.storeFile(packed.subarray(0, packed.length - 2_000));
    expect(await load(sha256)).toMatchObject({ state: 'refused', code: 'damaged-archive' });
    expect(await rows(`select count(*) from job where name = 'cut'`)).toEqual([{ count: 0 }]);
  });

  it('loads server metrics; of two values for one instant the larger stays, whatever the order', async () => {
    const first = await stage.storeFile(
      'host,metric,ts,value\nsrv,cpu,2026-03-01T05:00:00Z,40\nsrv,cpu,2026-03-01T05:05:00Z,x\n',
      'metrics',
    );
    const second = await stage.storeFile(
      'host,metric,ts,value\nsrv,cpu,2026-03-01T05:00:00Z,30\n',
      'metrics',
    );
    expect(await load(first)).toMatchObject({ rowsIn: 2, rowsLoaded: 1, rowsQuarantined: 1 });
    expect(await load(second)).toMatchObject({ rowsIn: 1, rowsLoaded: 0, rowsDuplicate: 1 });
    expect(await rows(`select value from metric_sample where host = 'srv'`)).toEqual([{ value: 40 }]);
  });

  it('says which file is unknown', async () => {
    await expect(load('0'.repeat(64))).rejects.toThrow(`no file ${'0'.repeat(64)} in the ledger`);
  });
});
