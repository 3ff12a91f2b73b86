import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readVictims } from '../../db/detect/reruns.ts';
import type { Start } from '../../models/detect/rerun-executor.ts';
import { RerunRefused, SchedulerUnavailable } from '../../services/scheduler.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import type { Dependencies } from '../dependencies.ts';
import { createLoadFile } from '../load/load-file.ts';
import { createPlanRerun, UnknownIncident, UnknownJob } from './plan-rerun.ts';
import {
  createAskRerun,
  createCheckRerun,
  createFinishRerun,
  createGiveUpRerun,
  createMarkRerunDone,
  rerunKey,
} from './rerun.ts';

const MINUTE = 60_000;
let stage: ActivityStage;
let asked: Start[];
let answer: (start: Start) => Promise<string>;
let nowMs: number;
beforeEach(async () => {
  asked = [];
  answer = async () => '200 ok';
  nowMs = Date.parse('2026-03-01T08:00:00Z');
  stage = await openActivityStage({
    time: 'wall',
    now: () => nowMs,
    rerunRules: [{ jobs: 'load_*', command: ['start', '{job}', '{run}', '{due}', '{key}'] }],
    startJob: (start) => {
      asked.push(start);
      return answer(start);
    },
  });
  await logged(
    'load_orders,1,2026-03-01T05:00:00Z,60,failed,disk full',
    'load_stock,1,2026-03-01T05:30:00Z,60,success,',
    'report,1,2026-03-01T06:00:00Z,60,failed,no orders',
  );
});
afterEach(() => stage.close());

async function logged(...lines: string[]): Promise<void> {
  const sha256 = await stage.storeFile(
    ['job_id,run_id,started_at,duration_s,status,error', ...lines].join('\n'),
  );
  await stage.run(createLoadFile(stage.dependencies), { sha256 });
}
const jobId = async (name: string): Promise<number> => {
  const { rows } = await stage.database.pool.query('select id from job where name = $1', [name]);
  return rows[0].id;
};
const ID = '00000000-0000-4000-8000-000000000001';
const WHO = { who: 'ann', why: 'disk was full', rerunId: ID, workflowId: 'rerun/1', dryRun: false };
const made = <Input, Output>(create: (d: Dependencies) => (input: Input) => Promise<Output>, input: Input) =>
  stage.run(create(stage.dependencies), input);
const plan = (input: object) => made(createPlanRerun, { ...WHO, ...input });
const ask = async (job: string) => made(createAskRerun, { rerunId: ID, jobId: await jobId(job) });
const check = () => made(createCheckRerun, { rerunId: ID });
const victims = () => readVictims(stage.database.pool, ID);
const audited = async () =>
  (
    await stage.database.pool.query(
      'select who, action, subject, why, before, after from audit_log order by id',
    )
  ).rows;

async function openIncident(...jobs: string[]): Promise<number> {
  const { pool } = stage.database;
  const { rows } = await pool.query(
    `insert into incident (opened_at, severity, causes) values ('2026-03-01T07:00:00Z', 'major', $1) returning id`,
    [JSON.stringify([{ kind: 'upstream', name: 'load_orders', weight: 1 }])],
  );
  for (const job of jobs) {
    await pool.query(
      `insert into finding (incident_id, key, kind, role, course, job_id, run_key, since, found_at, evidence)
       values ($1, 'crash/job ' || $2::bigint, 'crash', $3, 'new', $2, '1', '2026-03-01T05:00:00Z', '2026-03-01T07:00:00Z', '{}')`,
      [rows[0].id, await jobId(job), job === 'report' ? 'consequence' : 'cause'],
    );
  }
  return rows[0].id;
}

describe('planRerun', () => {
  it('keeps all victims of an incident, upstream first, with one audit line, once', async () => {
    const incident = await openIncident('report', 'load_orders');
    const planned = await plan({ incident });
    expect(planned).toEqual({ victims: 2, order: '1. load_orders\n2. report after load_orders', cycles: [] });
    expect((await plan({ incident })).victims).toBe(2);
    expect((await victims()).map(({ job, runKey, state }) => [job, runKey, state])).toEqual([
      ['load_orders', '1', 'waiting'],
      ['report', '1', 'waiting'],
    ]);
    expect(await audited()).toMatchObject([
      { who: 'ann', action: 'rerun', subject: `incident ${incident}`, why: 'disk was full', before: null },
    ]);
  });

  it('keeps nothing when it is only asked what it would do, or when there is nothing to do', async () => {
    expect((await plan({ jobs: ['report'], dryRun: true })).victims).toBe(1);
    expect((await plan({ incident: await openIncident() })).victims).toBe(0);
    expect([await victims(), await audited()]).toEqual([[], []]);
  });

  it('leaves out what has ended and what no new run cures', async () => {
    const incident = await openIncident('report', 'load_orders', 'load_stock');
    await stage.database.pool.query(`update finding set ended_at = found_at where job_id = $1`, [
      await jobId('report'),
    ]);
    await stage.database.pool.query(`update finding set kind = 'slow' where job_id = $1`, [
      await jobId('load_stock'),
    ]);
    expect((await plan({ incident })).order).toBe('1. load_orders');
  });

  it('names what it does not know', async () => {
    await expect(plan({ incident: 99 })).rejects.toThrow(UnknownIncident);
    await expect(plan({ jobs: ['nothing'] })).rejects.toThrow(UnknownJob);
    await stage.database.pool.query(`insert into job (id, namespace, name) values (1, 'other', 'report')`);
    await expect(plan({ jobs: ['report'] })).rejects.toThrow('say which: ');
    expect((await plan({ jobs: ['default/report'] })).victims).toBe(1);
  });
});

describe('askRerun', () => {
  beforeEach(() => plan({ jobs: ['load_orders', 'report'] }));

  it('tells the scheduler job, run and a key, and asks once', async () => {
    expect(await ask('load_orders')).toEqual({ state: 'asked' });
    expect(await ask('load_orders')).toEqual({ state: 'asked' });
    const key = rerunKey(ID, await jobId('load_orders'));
    expect(asked).toEqual([{ way: 'command', argv: ['start', 'load_orders', '1', '', key], key }]);
  });

  it('asks again with the same key after an outage, and keeps when it asked first', async () => {
    answer = async () => {
      throw new SchedulerUnavailable('503');
    };
    await expect(ask('load_orders')).rejects.toThrow(SchedulerUnavailable);
    nowMs += MINUTE;
    answer = async () => 'ok';
    expect(await ask('load_orders')).toEqual({ state: 'asked' });
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
    expect((await victims())[0]).toMatchObject({ askedAt: new Date('2026-03-01T08:00:00Z'), answer: 'ok' });
  });

  it('gives up at once when the scheduler says no', async () => {
    answer = async () => {
      throw new RerunRefused('the scheduler answered 404');
    };
    expect(await ask('load_orders')).toEqual({ state: 'done' });
    expect((await victims())[0]).toMatchObject({
      outcome: 'not-started',
      detail: 'the scheduler answered 404',
    });
  });

  it('leaves to a person what no scheduler is configured for, for a day', async () => {
    expect(await ask('report')).toEqual({ state: 'by-hand' });
    expect(asked).toEqual([]);
    expect(await check()).toMatchObject({ open: 2, waitMs: 24 * 60 * MINUTE });
    nowMs += 24 * 60 * MINUTE;
    await check();
    expect((await victims()).find(({ job }) => job === 'report')).toMatchObject({ outcome: 'no-way' });
  });
});

describe('checkRerun', () => {
  beforeEach(async () => {
    await plan({ incident: await openIncident('report', 'load_orders') });
  });

  it('takes a new run that started after the request for the proof, and lets the next go', async () => {
    expect(await check()).toMatchObject({ ready: [await jobId('load_orders')], open: 2, waitMs: null });
    await ask('load_orders');
    // Older than the request, however late it becomes known.
    await logged('load_orders,2,2026-03-01T07:30:00Z,60,success,');
    expect(await check()).toMatchObject({ ready: [], open: 2, waitMs: 30 * MINUTE });
    await logged('load_orders,3,2026-03-01T08:00:05Z,60,success,');
    expect(await check()).toMatchObject({
      ready: [await jobId('report')],
      open: 1,
      outcomes: { succeeded: 1 },
    });
    expect((await victims())[0]).toMatchObject({ newRunKey: '3', outcome: 'succeeded', detail: 'run 3' });
  });

  it('waits longer for a run that has begun', async () => {
    await ask('load_orders');
    await logged('load_orders,3,2026-03-01T08:00:05Z,,running,');
    expect(await check()).toMatchObject({ waitMs: 360 * MINUTE });
    nowMs += 31 * MINUTE;
    expect(await check()).toMatchObject({ open: 2 });
    await logged('load_orders,3,2026-03-01T08:00:05Z,1800,success,');
    expect(await check()).toMatchObject({ outcomes: { succeeded: 1 } });
  });

  it('skips what comes after a run that failed again', async () => {
    await ask('load_orders');
    await logged('load_orders,3,2026-03-01T08:00:05Z,60,failed,disk still full');
    expect(await check()).toMatchObject({ ready: [], open: 0, outcomes: { failed: 1, skipped: 1 } });
    expect((await victims()).map(({ detail }) => detail)).toEqual([
      'run 3: disk still full',
      'load_orders did not succeed',
    ]);
  });

  it('says that none started when none is known in time', async () => {
    await ask('load_orders');
    nowMs += 30 * MINUTE;
    expect(await check()).toMatchObject({ open: 0, outcomes: { 'not-started': 1, skipped: 1 } });
    // Known too late: what was said stays said.
    await logged('load_orders,3,2026-03-01T08:00:05Z,60,success,');
    expect(await check()).toMatchObject({ outcomes: { 'not-started': 1, skipped: 1 } });
  });

  it('prefers a run that carries the key to one that happened to start', async () => {
    await ask('load_orders');
    const key = rerunKey(ID, await jobId('load_orders'));
    await logged(
      'load_orders,7,2026-03-01T08:00:01Z,60,failed,x',
      `load_orders,${key},2026-03-01T08:00:05Z,60,success,`,
    );
    await check();
    expect((await victims())[0]).toMatchObject({ newRunKey: key, outcome: 'succeeded' });
  });

  it('takes the word of a person, once, with an audit line', async () => {
    const done = {
      rerunId: ID,
      job: 'load_orders',
      who: 'bob',
      why: 'ran it on the server',
      workflowId: 'rerun/1',
    };
    expect(await made(createMarkRerunDone, done)).toEqual({ said: 'load_orders is done, says bob' });
    expect(await made(createMarkRerunDone, done)).toEqual({ said: 'load_orders is succeeded already' });
    expect(await made(createMarkRerunDone, { ...done, job: 'nothing' })).toEqual({
      said: '"nothing" is none of its jobs',
    });
    expect((await victims())[0]).toMatchObject({ outcome: 'succeeded', doneBy: 'bob' });
    expect((await audited()).slice(1)).toMatchObject([{ who: 'bob', action: 'rerun-done-by-hand' }]);
  });

  it('gives every victim an outcome when it is given up, and keeps those that had one', async () => {
    const id = await jobId('load_orders');
    await made(createGiveUpRerun, { rerunId: ID, jobId: id, detail: 'its scheduler could not be asked' });
    await made(createFinishRerun, { rerunId: ID, why: 'the re-run was cancelled' });
    await made(createFinishRerun, { rerunId: ID, why: 'again' });
    expect((await victims()).map(({ outcome, detail }) => `${outcome}: ${detail}`)).toEqual([
      'not-started: its scheduler could not be asked',
      'not-started: the re-run was cancelled',
    ]);
  });
});
