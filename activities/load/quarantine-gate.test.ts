import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFiles, pendingFiles } from '../../db/load/files.ts';
import { findIntake, saveQuarantineLimit } from '../../db/load/intake.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles } from './load-files.ts';
import { createReleaseSource } from './release-source.ts';

let stage: ActivityStage;
let loadFiles: ReturnType<typeof createLoadFiles>;
let releaseSource: ReturnType<typeof createReleaseSource>;
beforeAll(async () => {
  stage = await openActivityStage();
  loadFiles = createLoadFiles(stage.dependencies);
  releaseSource = createReleaseSource(stage.dependencies);
  await saveQuarantineLimit(stage.database.pool, 'runs', { rowsPerFile: 3, rowsPerDay: 5 });
});
afterAll(() => stage.close());

const HEADER = 'job_id,run_id,started_at,duration_s,status';
const good = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${name},${at},2026-03-01T05:00:00Z,60,success`);
const bad = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${name},bad${at},no time,60,success`);
const fileOf = (name: string, goodRows: number, badRows: number) =>
  stage.storeFile([HEADER, ...good(name, goodRows), ...bad(name, badRows)].join('\n'), 'runs', `${name}.csv`);
const load = (files: string[]) => stage.run(loadFiles, { files });
const rows = async (sql: string) => (await stage.database.pool.query(sql)).rows;
const statesOf = async (files: string[]) =>
  (await findFiles(stage.database.pool, files)).map(({ name, state }) => `${name} ${state}`);

/** All that is in the outbox is received. */
const arrive = () => rows(`update notification set state = 'sent', attempts = 1, sent_at = now()`);

describe('the limit of refused rows', () => {
  let held: string;
  let later: string;

  it('holds the file beyond it, stops the source, and tells once', async () => {
    const fine = await fileOf('fine', 5, 3);
    held = await fileOf('held', 5, 4);
    later = await fileOf('later', 2, 0);
    expect(await load([fine, held, later])).toMatchObject({ loaded: 1, held: 2, refused: 0 });
    expect(await statesOf([fine, held, later])).toEqual([
      'fine.csv loaded',
      'held.csv held',
      'later.csv stored',
    ]);
    expect((await findIntake(stage.database.pool, 'runs')).pausedAt).not.toBeNull();
    expect(await pendingFiles(stage.database.pool, 'runs', 10)).toEqual([]);
    expect(
      await rows(`select variant as kind, source, ended_at, evidence->>'text' as error from finding`),
    ).toEqual([
      {
        kind: 'quarantine-limit',
        source: 'runs',
        ended_at: null,
        error: 'held.csv: 4 of 9 rows of the file cannot be read, the limit is 3 rows',
      },
    ]);
    expect(await rows(`select kind from notification`)).toEqual([{ kind: 'incidents-opened' }]);
    await arrive();
    expect(await rows(`select distinct name from job`)).toEqual([{ name: 'fine' }]);
  });

  it('keeps what arrives meanwhile, unloaded, and says so to whoever asks for it', async () => {
    const meanwhile = await fileOf('meanwhile', 2, 0);
    expect(await load([meanwhile])).toMatchObject({ loaded: 0, held: 1 });
    expect(await statesOf([meanwhile])).toEqual(['meanwhile.csv stored']);
  });

  it('lets it through and goes on when a person says so; twice is once', async () => {
    const release = () =>
      stage.run(releaseSource, { source: 'runs', who: 'ann', why: 'known bad export', workflowId: 'w' });
    expect(await release()).toEqual({ source: 'runs', released: [held], resumed: true });
    expect(await release()).toEqual({ source: 'runs', released: [], resumed: false });
    expect(await rows(`select who, action, subject, why from audit_log`)).toEqual([
      { who: 'ann', action: 'release-source', subject: 'source runs', why: 'known bad export' },
    ]);
    const waiting = await pendingFiles(stage.database.pool, 'runs', 10);
    expect(await statesOf(waiting)).toEqual(['held.csv stored', 'later.csv stored', 'meanwhile.csv stored']);
    expect(await load(waiting)).toMatchObject({ loaded: 3, held: 0, rowsIn: 13, rowsQuarantined: 4 });
    expect(
      await rows(
        `select variant as kind, state = 'resolved' as over from finding join incident on incident.id = incident_id`,
      ),
    ).toEqual([{ kind: 'quarantine-limit', over: true }]);
    expect(await rows(`select kind from notification order by kind`)).toEqual([
      { kind: 'incidents-opened' },
      { kind: 'incidents-resolved' },
    ]);
  });

  it('counts the day together', async () => {
    // 3 rows of today are refused already; those of the file let through do not count.
    const drop = await fileOf('drop', 50, 3);
    expect(await load([drop])).toMatchObject({ held: 1 });
    expect((await findFiles(stage.database.pool, [drop]))[0]!.refusalDetail).toBe(
      'drop.csv: 6 of 65 rows of this day cannot be read, the limit is 5 rows',
    );
  });
});
