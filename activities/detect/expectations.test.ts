import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSlots, waiveSlot } from '../../db/detect/expectations.ts';
import { readProfiles, saveDeclared } from '../../db/detect/job-profiles.ts';
import { loadHistories } from '../../db/forecast/history.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles } from '../load/load-files.ts';
import { createKeepSlots } from './keep-slots.ts';
import { createLearnProfiles } from './learn-profiles.ts';
import { createSettleExpectations } from './settle-expectations.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Sunday in winter: 02:30 in Paris is 01:30 UTC. */
const START = Date.parse('2026-03-01T00:00Z');
const iso = (instant: number) => new Date(instant).toISOString();

let stage: ActivityStage;
let jobs: Map<string, number>;
beforeAll(async () => {
  stage = await openActivityStage();
  const nightly = Array.from({ length: 60 }, (_, d) =>
    row('orders', `o${d}`, START - (60 - d) * DAY + 90 * MINUTE),
  );
  const chance = Array.from({ length: 60 }, (_, i) =>
    row('chance', `c${i}`, START - 60 * DAY + (i * i * 1.4 + 3.3 * i) * HOUR),
  );
  await load('past.csv', [...nightly, ...chance].join(''));
  const { rows } = await stage.database.pool.query<{ id: number; name: string }>('select id, name from job');
  jobs = new Map(rows.map(({ id, name }) => [name, id]));
});
afterAll(() => stage.close());

const row = (job: string, id: string, at: number, knownAt = at + 6 * MINUTE) =>
  `${job},${id},${iso(at)},300,success,${iso(knownAt)}\n`;

async function load(name: string, lines: string) {
  const sha256 = await stage.storeFile(
    `job_id,run_id,started_at,duration_s,status,known_at\n${lines}`,
    'runs',
    name,
  );
  await stage.run(createLoadFiles(stage.dependencies), { files: [sha256] });
}
const learn = (at: number) => stage.run(createLearnProfiles(stage.dependencies), { asOf: iso(at) });
const keep = (at: number) => stage.run(createKeepSlots(stage.dependencies), { asOf: iso(at) });
const settle = (at: number, since?: number) =>
  stage.run(createSettleExpectations(stage.dependencies), {
    asOf: iso(at),
    ...(since !== undefined && { since: iso(since) }),
  });
const slots = async () =>
  (
    await readSlots(stage.database.pool, {
      jobIds: [jobs.get('orders')!],
      fromMs: 0,
      toMs: START + 100 * DAY,
    })
  ).map(({ dueMs, outcome, runKey }) => [iso(dueMs).slice(5, 16), outcome, runKey]);
const due = (day: number) => START + day * DAY + 90 * MINUTE;

describe('expectations', () => {
  it('are learned from the runs, twice like once', async () => {
    expect(await learn(START)).toEqual({ jobs: 2, withSchedule: 1, changes: [], changed: 0 });
    const [orders] = await readProfiles(stage.database.pool, [jobs.get('orders')!]);
    expect(orders).toMatchObject({
      learnedAtMs: START,
      schedule: { rhythm: { kind: 'times', lines: [{ atMinutes: [150] }] }, runs: 60 },
      declared: null,
      tellsStarts: false,
      baselines: expect.anything(),
    });
    expect(await learn(START)).toMatchObject({ withSchedule: 1, changed: 0 });
    expect((await readProfiles(stage.database.pool)).length).toBe(2);
  });

  it('have slots for eight days, twice like once', async () => {
    expect(await keep(START)).toEqual({ changed: 8 });
    expect(await keep(START)).toEqual({ changed: 0 });
    expect(await slots()).toHaveLength(8);
    expect((await slots())[0]).toEqual(['03-01T01:30', null, null]);
  });

  it('end as they ended, once', async () => {
    await load('first.csv', row('orders', 'n0', due(0)) + row('orders', 'n0b', due(0) + 2 * HOUR));
    expect(await settle(due(0) + 3 * HOUR)).toEqual({ ended: { met: 1, extra: 1 }, corrected: 0 });
    expect(await settle(due(0) + 3 * HOUR)).toEqual({ ended: {}, corrected: 0 });
    expect((await slots()).slice(0, 3)).toEqual([
      ['03-01T01:30', 'met', 'n0'],
      ['03-01T03:30', 'extra', 'n0b'],
      ['03-02T01:30', null, null],
    ]);
  });

  it('know what somebody had run again, and then it is no longer unexpected', async () => {
    const { pool } = stage.database;
    await pool.query(
      `insert into rerun (id, workflow_id, who, why, cycles) values ('again', 'rerun/jobs/again', 'ann', 'test', '[]')`,
    );
    await pool.query(
      `insert into rerun_victim (rerun_id, job_id, position, after, state, new_run_key)
       values ('again', $1, 1, '{}', 'started', 'n0b')`,
      [jobs.get('orders')],
    );
    await settle(due(0) + 4 * HOUR);
    expect((await slots()).slice(0, 2)).toEqual([
      ['03-01T01:30', 'met', 'n0'],
      ['03-02T01:30', null, null],
    ]);
  });

  it('are missing when they closed, and a late log corrects that', async () => {
    expect(await settle(due(1) + 11 * HOUR, due(1))).toEqual({ ended: {}, corrected: 0 });
    expect(await settle(due(1) + 12 * HOUR, due(1) + 11 * HOUR)).toEqual({
      ended: { missing: 1 },
      corrected: 0,
    });
    await load('late.csv', row('orders', 'n1', due(1), due(1) + 20 * HOUR));
    expect(await settle(due(1) + 21 * HOUR, due(1) + 12 * HOUR)).toEqual({ ended: {}, corrected: 1 });
    const { rows } = await stage.database.pool.query(
      `select outcome, run_key, corrected_from from expectation where due = $1`,
      [iso(due(1))],
    );
    expect(rows).toEqual([{ outcome: 'met', run_key: 'n1', corrected_from: 'missing' }]);
  });

  it('stay waived', async () => {
    const waiver = {
      jobId: jobs.get('orders')!,
      dueMs: due(2),
      at: new Date(due(1)),
      who: 'ann',
      why: 'inventory',
    };
    expect(await waiveSlot(stage.dependencies.pool, waiver)).toMatchObject({ dueMs: due(2), outcome: null });
    expect(await waiveSlot(stage.dependencies.pool, waiver)).toBeNull();
    expect(await waiveSlot(stage.dependencies.pool, { ...waiver, dueMs: due(2) + 1 })).toBeNull();
    await settle(due(2) + 20 * HOUR);
    expect(await keep(due(2) - HOUR)).toEqual({ changed: 2 });
    expect((await slots()).find(([at]) => at === '03-03T01:30')).toEqual(['03-03T01:30', 'waived', null]);
  });

  it('follow a schedule that moved, and tell of it; what ended stays', async () => {
    const moved = [3, 4, 5].map((day) => row('orders', `m${day}`, due(day) + 2 * HOUR)).join('');
    await load('moved.csv', moved);
    const at = due(5) + 6 * HOUR;
    await settle(at);
    const before = (await slots()).filter(([, outcome]) => outcome !== null);
    const { changes, changed } = await learn(at);
    expect([changed, changes]).toEqual([
      1,
      [
        {
          jobId: jobs.get('orders'),
          kind: 'changed',
          text: {
            en: 'runs every day at 04:30 (Europe/Paris), formerly every day at 02:30 (Europe/Paris)',
            fr: "s'exécute tous les jours à 04:30 (Europe/Paris), auparavant tous les jours à 02:30 (Europe/Paris)",
          },
        },
      ],
    ]);
    const { rows: told } = await stage.database.pool.query(
      `select subject, body from notification where kind = 'schedules-changed'`,
    );
    expect(told).toMatchObject([{ subject: 'Another schedule: orders' }]);
    expect(told[0].body).toContain('formerly every day at 02:30');
    await keep(at);
    const after = await slots();
    expect(after.filter(([, outcome]) => outcome !== null)).toEqual(before);
    expect(after.filter(([at, outcome]) => outcome === null && at! > '03-06T12')).toEqual(
      Array.from({ length: 8 }, (_, d) => [iso(due(6 + d) + 2 * HOUR).slice(5, 16), null, null]),
    );
  });

  it('go by what is declared, also for a job that keeps no schedule', async () => {
    const declared = { cron: '0 6 * * 1-5', timeZone: 'UTC', startWithinMs: 600_000, endWithinMs: 3_600_000 };
    await saveDeclared(stage.database.pool, jobs.get('chance')!, declared);
    const at = due(6);
    await learn(at);
    await keep(at);
    const found = await readSlots(stage.database.pool, {
      jobIds: [jobs.get('chance')!],
      fromMs: at,
      toMs: at + 9 * DAY,
    });
    expect(found.map(({ dueMs }) => iso(dueMs).slice(5, 16))).toEqual(
      ['09', '10', '11', '12', '13'].map((day) => `03-${day}T06:00`),
    );
    expect(found[0]!.deadlineMs - found[0]!.dueMs).toBe(3_600_000);
  });

  it('an older look changes nothing that a newer one found', async () => {
    const before = await readProfiles(stage.database.pool);
    expect(await learn(START)).toMatchObject({ changed: 0 });
    expect(await readProfiles(stage.database.pool)).toEqual(before);
  });
});

describe('a job that tells when it begins', () => {
  it('is expected to begin as soon as its starts are told, however late its ends are', async () => {
    const nights = Array.from({ length: 60 }, (_, d) => START - (60 - d) * DAY + 180 * MINUTE);
    const lateEnds = (at: number, d: number) => at + (d % 4 === 0 ? 50 : 6) * MINUTE;
    const begun = (at: number, d: number) => `told,t${d},${iso(at)},,running,${iso(at + MINUTE)}\n`;
    await load('begun.csv', nights.map(begun).join(''));
    await load('ended.csv', nights.map((at, d) => row('told', `t${d}`, at, lateEnds(at, d))).join(''));
    const silent = nights.map((at, d) => row('silent', `s${d}`, at, lateEnds(at, d)));
    await load('silent.csv', silent.join(''));
    const histories = await loadHistories(stage.database.pool, new Date(START), { withStarts: true });
    const startLags = (name: string) => {
      const { startedAt, startKnownAt } = histories.find(({ job }) => job === name)!;
      return startedAt.map((at, i) => startKnownAt![i]! - at);
    };
    expect([...startLags('told')]).toEqual(nights.map(() => MINUTE));
    expect([...startLags('silent')]).toEqual(nights.map(() => Number.NaN));
    const known = await loadHistories(stage.database.pool, new Date(nights[30]! + 3 * MINUTE), {
      withStarts: true,
    });
    // A run that is under way is none yet.
    expect(known.find(({ job }) => job === 'told')!.startKnownAt).toHaveLength(30);

    await learn(START);
    const { rows } = await stage.database.pool.query<{ id: number }>(
      `select id from job where name = 'told'`,
    );
    const [told] = await readProfiles(stage.database.pool, [rows[0]!.id]);
    expect(told!.tellsStarts).toBe(true);
    expect(told!.schedule!.tolerance.startWithinMs).toBeLessThan(30 * MINUTE);
    expect(told!.schedule!.tolerance.endWithinMs).toBeGreaterThan(50 * MINUTE);
  });
});
