import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKETS, MissingObject } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createActivities } from '../index.ts';

let stage: ActivityStage;
let activities: ReturnType<typeof createActivities>;
let old: string;
let mixed: string;
let samples: string;
beforeAll(async () => {
  stage = await openActivityStage();
  activities = createActivities(stage.dependencies);
  old = await stage.storeFile(
    [HEADER, line('1', '2025-01-05'), line('2', '2025-02-05'), line('x', 'no date')].join('\n'),
  );
  mixed = await stage.storeFile(
    [HEADER, line('2', '2025-02-05'), line('3', '2025-02-06'), line('4', '2025-12-01')].join('\n'),
  );
  samples = await stage.storeFile(
    'host,metric,ts,value\nsrv1,cpu,2025-01-05T05:00:00Z,3\nsrv1,cpu,2009-01-05T05:00:00Z,3',
    'metrics',
  );
  await stage.run(activities.loadFiles, { files: [old, mixed] });
  await stage.run(activities.loadFiles, { files: [samples] });
  await addSlot('2025-11-30T23:59:59Z', 'met');
  await addSlot('2025-11-30T23:59:59.5Z', null);
  await addSlot('2025-12-01T00:00:00Z', 'late');
});
afterAll(() => stage.close());

const HEADER = 'job_id,run_id,started_at,duration_s,status';
const line = (run: string, day: string) => `orders,${run},${day}T05:00:00Z,60,success`;
const rows = async (sql: string, values: unknown[] = []) =>
  (await stage.database.pool.query(sql, values)).rows;
const addSlot = (due: string, outcome: 'met' | 'late' | null) =>
  rows(
    `insert into expectation (job_id, due, earliest, deadline, closes, outcome, run_key, ended_at)
     select id, $1, $1, $1, $1, $2, $3, $4 from job`,
    [due, outcome, outcome && 'run', outcome && due],
  );
const ledger = (sha256: string) =>
  rows(
    `select rows_in, rows_loaded, rows_duplicate, rows_quarantined, rows_expired,
       original_deleted_at is not null as deleted from file where sha256 = $1`,
    [sha256],
  );
const ASKED = { kind: 'runs' as const, months: 3, asOf: '2026-03-15T12:00:00Z' };
const drop = () => stage.run(activities.dropExpired, { ...ASKED, workflowId: 'retention' });
const GONE = {
  keepFrom: '2025-12-01T00:00:00.000Z',
  months: [
    { month: 'run_2025_01', rows: 1 },
    { month: 'run_2025_02', rows: 2 },
  ],
  files: 1,
};

describe('retention', () => {
  it('tells beforehand what would go, and drops nothing', async () => {
    expect(await stage.run(activities.findExpired, ASKED)).toEqual(GONE);
    expect(await rows('select count(*) from run')).toEqual([{ count: 4 }]);
  });

  it('drops the months, keeps the account of every file, deletes originals with nothing left in them', async () => {
    expect(await drop()).toEqual(GONE);
    expect(await rows('select run_key from run')).toEqual([{ run_key: '4' }]);
    const none = { rows_loaded: 0, rows_duplicate: 0 };
    expect(await ledger(old)).toEqual([
      { rows_in: 3, ...none, rows_quarantined: 3, rows_expired: 3, deleted: true },
    ]);
    expect(await ledger(mixed)).toEqual([
      { rows_in: 3, rows_loaded: 1, rows_duplicate: 1, rows_quarantined: 1, rows_expired: 1, deleted: false },
    ]);
    expect(await rows('select from quarantine')).toEqual([]);
    await expect(stage.dependencies.objectStore.get(BUCKETS.raw, old)).rejects.toThrow(MissingObject);
    await stage.dependencies.objectStore.get(BUCKETS.raw, mixed);
    expect(await rows('select count(*) from metric_sample')).toEqual([{ count: 2 }]);
    expect(await rows('select outcome from expectation order by due')).toEqual([
      { outcome: null },
      { outcome: 'late' },
    ]);
    expect(await rows('select who, action, subject from audit_log')).toEqual([
      { who: 'retention', action: 'drop-months', subject: 'runs before 2025-12-01' },
    ]);
  });

  it('twice is once', async () => {
    expect(await drop()).toEqual({ ...GONE, months: [], files: 0 });
    expect(await rows('select count(*) from audit_log')).toEqual([{ count: 1 }]);
  });

  it('does not load again what has expired, and says so in the account', async () => {
    const late = await stage.storeFile([HEADER, line('1', '2025-01-05'), line('9', '2026-01-05')].join('\n'));
    expect(await stage.run(activities.loadFiles, { files: [late] })).toMatchObject({ rowsLoaded: 1 });
    expect(await ledger(late)).toMatchObject([
      { rows_in: 2, rows_loaded: 1, rows_quarantined: 1, rows_expired: 1 },
    ]);
    expect(await rows(`select from pg_class where relname = 'run_2025_01'`)).toEqual([]);
  });

  it('a rebuild afterwards agrees with the tables', async () => {
    await activities.beginRebuild();
    while ((await stage.run<undefined, { waiting: number }>(activities.rebuildFiles, undefined)).waiting > 0);
    expect(await stage.run<undefined, unknown>(activities.compareRebuild, undefined)).toMatchObject({
      differences: [],
    });
    await activities.dropRebuild();
  });

  it('empties the partition of broken clocks too', async () => {
    const asked = { ...ASKED, kind: 'metrics' as const };
    expect(await stage.run(activities.dropExpired, { ...asked, workflowId: 'retention' })).toMatchObject({
      months: [
        { month: 'metric_sample_2025_01', rows: 1 },
        { month: 'metric_sample_before_2010', rows: 1 },
      ],
      files: 1,
    });
    expect(await rows('select count(*) from metric_sample')).toEqual([{ count: 0 }]);
  });

  it('never drops the last three months, whatever it is asked', async () => {
    const less = { ...ASKED, months: 2, workflowId: 'w' };
    await expect(stage.run(activities.dropExpired, less)).rejects.toThrow('at least 3 whole months, found 2');
    const soon = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 1, 1));
    const writer = stage.dependencies.pool;
    await expect(writer.query(`select drop_months_before('run', $1)`, [soon])).rejects.toThrow(
      'expected the start of a month (UTC) not after',
    );
    await expect(writer.query(`select drop_months_before('job', '2020-01-01Z')`)).rejects.toThrow(
      'expected run or metric_sample, found job',
    );
    await expect(writer.query('drop table run_from_2050')).rejects.toThrow('must be owner');
  });

  it('a clock in the future makes nothing older', async () => {
    const future = { ...ASKED, asOf: '2100-01-01T00:00:00Z' };
    const { keepFrom } = await stage.run(activities.findExpired, future);
    expect(Date.parse(keepFrom)).toBeLessThan(Date.now());
  });
});
