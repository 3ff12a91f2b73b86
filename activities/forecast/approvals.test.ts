import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOpenApprovals } from '../../db/forecast/model-approvals.ts';
import type { Vote } from '../../models/promotion/approvals.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { aSettings } from '../../tests/stories.ts';
import type { Dependencies } from '../dependencies.ts';
import { createAskApproval, createEndApproval } from './approvals.ts';

const MODEL = 'job-failure';
const NIGHT = Date.parse('2026-03-04T02:00:00Z');
const channels = [
  { name: 'mail', kind: 'mail', language: 'en' },
  { name: 'team', kind: 'teams', language: 'fr' },
] as const;
const routes = [{ match: {}, tell: ['mail', 'team'], escalateTo: [] }];

let stage: ActivityStage;
let dependencies: Dependencies;
beforeAll(async () => {
  stage = await openActivityStage({ time: 'wall', now: () => NIGHT });
  dependencies = { ...stage.dependencies, alerts: aSettings({ channels, routes }) };
  for (const version of [1, 2, 3]) {
    await stage.database.pool.query(
      `insert into model_version (model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256, cutoff, seed,
         code_version, parameters, fit_ms, peak_memory_bytes)
       values ($1, $2::int, 'boosting', repeat('a', 64), md5($2::text) || repeat('b', 32), repeat('c', 64), now(), 1, 'test', '{}', 1, 1)`,
      [MODEL, version],
    );
  }
  await stage.database.pool.query(
    `insert into model_alias (model, alias, version, changed_at) values ($1, 'champion', 1, now())`,
    [MODEL],
  );
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.database.pool.query('delete from notification');
  await stage.database.pool.query('delete from model_approval');
});

const ann: Vote = { approve: true, who: ' Ann ', why: 'fewer surprises' };
const wait = { model: MODEL, version: 2, fromVersion: 1, workflowId: 'promote/2', twoPeople: true };
const ask = (round: number, votes: Vote[] = [], isReminder = false, more: object = {}) =>
  stage.run(createAskApproval(dependencies), {
    ...{ ...wait, runId: 'run-1', round, isReminder, votes },
    ...{ decideBy: new Date(Date.now() + 86_400_000).toISOString(), ...more },
  });
const end = (outcome: 'promoted' | 'rejected' | 'expired' | 'failed', more: object = {}) =>
  stage.run(createEndApproval(dependencies), {
    ...{ ...wait, runId: 'run-1', outcome, votes: [ann], who: 'bob', why: 'not now', ...more },
  });
const rows = async <Row>(sql: string): Promise<Row[]> => (await stage.database.pool.query(sql)).rows as Row[];
const told = () =>
  rows<{ kind: string; channel: string; state: string; subject: string; body: string }>(
    `select kind, channel, state, subject, body from notification order by created_at, channel`,
  );
const sendAll = () =>
  stage.database.pool.query(
    `update notification set state = 'sent', sent_at = now() where state = 'pending' and not_before is null`,
  );

describe('a version that waits', () => {
  it('is told once a round, in the language of the channel, with who may decide', async () => {
    await stage.database.pool.query(
      `insert into app_user (name, role, password, created_by)
       values ('ann', 'ml-engineer', 'x', 'test'), ('bob', 'admin', 'x', 'test'), ('eve', 'operator', 'x', 'test')`,
    );
    expect(await ask(1)).toEqual({ remindAfterMs: 2 * 86_400_000 });
    await Promise.all([ask(1), ask(1)]);
    const first = await told();
    expect(first.map(({ kind, channel }) => [kind, channel])).toEqual([
      ['approval-asked', 'mail'],
      ['approval-asked', 'team'],
    ]);
    expect(first[0]!.body).toContain('- ann\n- bob\nand whoever else');
    expect(first[0]!.body).toContain('http://127.0.0.1:8080/models?v=2');
    expect(first[1]!.body).toContain('Deux personnes différentes doivent approuver');

    await ask(2, [ann]);
    await ask(3, [ann], true);
    const all = await told();
    expect(all.filter(({ channel }) => channel === 'mail').map(({ subject }) => subject)).toEqual([
      'Forecasting model: version 2 needs approval',
      'Forecasting model: version 2 needs a second person',
      'Still waiting: version 2 needs a second person',
    ]);
    expect(all.at(-1)!.body).not.toContain('- ann\n');
    expect(await readOpenApprovals(dependencies.pool, MODEL)).toMatchObject([
      { version: 2, against: 1, rounds: 3, approvals: [{ who: 'Ann', why: 'fewer surprises' }] },
    ]);
  });

  it('reminds nobody of what another champion has overtaken', async () => {
    await ask(1, [], false, { fromVersion: 3 });
    expect(await ask(2, [], true, { fromVersion: 3 })).toEqual({ remindAfterMs: null });
    expect(await told()).toHaveLength(2);
  });

  it('takes the place of one that was stopped from outside', async () => {
    await ask(1);
    await ask(1, [], false, { runId: 'run-2' });
    const open = await readOpenApprovals(dependencies.pool, MODEL);
    expect(open.map(({ runId }) => runId)).toEqual(['run-2']);
    expect(await told()).toHaveLength(4);
  });
});

describe('its end', () => {
  const rejections = () =>
    rows(`select who, why, subject, before, after from audit_log where action = 'model.reject' order by id`);

  it('is told to those who heard of it, once, with an audit line for a no', async () => {
    await ask(1, [ann]);
    await sendAll();
    expect(await end('rejected')).toEqual({ told: true });
    expect(await end('rejected')).toEqual({ told: false });
    const over = (await told()).filter(({ kind }) => kind === 'approval-over');
    expect(over.map(({ channel }) => channel)).toEqual(['mail', 'team']);
    expect(over[0]!.body).toContain('bob rejected version 2.\nWhy: not now');
    expect(await rejections()).toEqual([
      {
        ...{ who: 'bob', why: 'not now', subject: 'job-failure/2', after: { state: 'rejected' } },
        before: { state: 'waits', approvals: [{ who: 'Ann', why: 'fewer surprises' }] },
      },
    ]);
    expect(await readOpenApprovals(dependencies.pool, MODEL)).toEqual([]);
  });

  it('is told to nobody who was not sent anything, and what waits for the morning is withdrawn', async () => {
    const quietHours = [{ fromMinute: 22 * 60, toMinute: 7 * 60, days: [1, 2, 3, 4, 5, 6, 7] }];
    dependencies = { ...dependencies, alerts: aSettings({ channels, routes, quietHours }) };
    await ask(1);
    expect(await end('expired', { who: null, why: null })).toEqual({ told: false });
    expect((await told()).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
    dependencies = { ...dependencies, alerts: aSettings({ channels, routes }) };
  });

  it('of a promotion is told by the release note alone', async () => {
    await ask(1);
    await sendAll();
    expect(await end('promoted')).toEqual({ told: false });
    expect(await told()).toHaveLength(2);
  });

  it('is kept and audited also where somebody said no before people were asked', async () => {
    const before = (await rejections()).length;
    expect(await end('rejected', { runId: 'run-9', votes: [] })).toEqual({ told: false });
    await end('rejected', { runId: 'run-9', votes: [] });
    expect(await rejections()).toHaveLength(before + 1);
    expect(await end('expired', { runId: 'run-8' })).toEqual({ told: false });
  });
});
