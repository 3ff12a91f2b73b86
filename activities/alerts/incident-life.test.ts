import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWaivers } from '../../db/detect/incident-life.ts';
import { readIncidentStories } from '../../db/pages/read-incident-stories.ts';
import { withTransaction } from '../../db/pool.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { UnknownIncident } from '../detect/plan-rerun.ts';
import { type ActInput, createActOnIncident } from './act-on-incident.ts';
import { createAdvanceIncident } from './advance-incident.ts';
import { tellNews } from './tell-news.ts';

const MINUTE = 60_000;
let stage: ActivityStage;
let id: number;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  stage = await openActivityStage({ time: 'wall', now: () => nowMs });
  const { rows } = await stage.database.pool.query(
    `insert into incident (opened_at, severity, causes)
     values ('2026-03-01T07:00:00Z', 'critical', '[{"kind": "itself", "name": "load_orders", "weight": 1}]') returning id`,
  );
  id = rows[0].id;
  await stage.database.pool.query(
    `insert into finding (incident_id, key, kind, role, course, source, since, found_at, evidence)
     values ($1, 'freshness/source runs', 'freshness', 'cause', 'new', 'runs', '2026-03-01T05:00:00Z', '2026-03-01T07:00:00Z',
       '{"observed": null, "expected": null, "limit": null, "unit": null, "text": "EACCES"}')`,
    [id],
  );
});
afterEach(() => stage.close());

const advance = () => stage.run(createAdvanceIncident(stage.dependencies), { id });
const act = (input: Partial<ActInput>) =>
  stage.run(createActOnIncident(stage.dependencies), {
    id,
    action: 'acknowledge',
    who: 'ann',
    why: 'mine',
    workflowId: 'incident/1',
    ...input,
  } as ActInput);
const row = async () =>
  (await stage.database.pool.query('select * from incident where id = $1', [id])).rows[0];
const audited = async () =>
  (await stage.database.pool.query('select who, action, before, after from audit_log order by id')).rows;
const told = async () =>
  (await stage.database.pool.query('select event, subject from notification order by created_at, id')).rows;

/** People are told that it began, and the message arrives. */
async function notify(): Promise<void> {
  const { pool } = stage.database;
  await withTransaction(pool, async (client) => {
    const [story] = await readIncidentStories(client, [id]);
    await tellNews(client, stage.dependencies, [{ story: story!, event: 'opened' }], new Date(nowMs));
  });
  await arrive();
}

async function arrive(): Promise<void> {
  await stage.database.pool.query(
    `update notification set state = 'sent', attempts = 1, sent_at = to_timestamp($1 / 1000.0) where state = 'pending'`,
    [nowMs],
  );
}

describe('advanceIncident', () => {
  it('waits for nothing but a change while nobody was told', async () => {
    expect(await advance()).toMatchObject({ state: 'open', waitMs: null, told: false, ended: false });
    expect((await row()).workflow_started_at).not.toBe(null);
  });

  it('notices that people were told, escalates when nobody takes it on, then reminds, each once', async () => {
    await notify();
    expect(await advance()).toMatchObject({ state: 'notified', told: false });
    nowMs += 16 * MINUTE;
    expect(await advance()).toMatchObject({ state: 'escalated', told: true });
    await arrive();
    expect(await advance()).toMatchObject({ state: 'escalated', told: false, waitMs: 30 * MINUTE });
    for (const _ of ['first', 'second']) {
      nowMs += 30 * MINUTE;
      expect(await advance()).toMatchObject({ told: true });
      await arrive();
      expect(await advance()).toMatchObject({ told: false, waitMs: 30 * MINUTE });
    }
    expect(await told()).toMatchObject([
      { event: 'opened' },
      { event: 'escalated' },
      { event: 'reminder' },
      { event: 'reminder' },
    ]);
  });

  it('says nothing more once somebody has taken it on', async () => {
    await notify();
    await advance();
    expect(await act({})).toEqual({ changed: true, said: `ann has taken on incident ${id}` });
    nowMs += 600 * MINUTE;
    expect(await advance()).toMatchObject({ state: 'acknowledged', told: false, waitMs: null });
  });

  it('ends with the incident, whoever was silent or not, and notes that it did', async () => {
    await notify();
    await act({ action: 'silence', until: new Date(nowMs + 60 * MINUTE).toISOString() });
    await stage.database.pool.query(
      `update incident set state = 'resolved', resolved_at = now() where id = $1`,
      [id],
    );
    expect(await advance()).toMatchObject({ state: 'resolved', ended: true });
    expect((await row()).life_ended_at).not.toBe(null);
    expect(await act({})).toEqual({ changed: false, said: `incident ${id} is over` });
  });

  it('knows no incident that is not there', async () => {
    await expect(stage.run(createAdvanceIncident(stage.dependencies), { id: 999 })).rejects.toThrow(
      UnknownIncident,
    );
  });

  it('tells its workflow of changes and of messages that left', async () => {
    const client = await stage.database.pool.connect();
    const heard: string[] = [];
    client.on('notification', ({ payload }) => heard.push(payload!));
    try {
      await client.query('listen incident');
      await notify();
      await client.query(`update incident set severity = 'minor' where id = $1`, [id]);
      await client.query(`update incident set told_at = now() where id = $1`, [id]);
      await client.query('select 1');
      expect(heard).toEqual([String(id), String(id)]);
    } finally {
      client.release(true);
    }
  });
});

describe('actOnIncident', () => {
  it('takes on once, with who, why, before and after', async () => {
    await act({});
    expect(await act({ who: 'bob' })).toEqual({
      changed: false,
      said: `ann has taken on incident ${id} already`,
    });
    expect(await row()).toMatchObject({ state: 'acknowledged', acknowledged_by: 'ann' });
    expect(await audited()).toEqual([
      {
        who: 'ann',
        action: 'incident-acknowledge',
        before: { state: 'open', acknowledgedBy: null },
        after: { state: 'acknowledged', acknowledgedBy: 'ann' },
      },
    ]);
  });

  it('silences until an instant: nobody is reminded before, and everybody after', async () => {
    await notify();
    const until = new Date(nowMs + 120 * MINUTE).toISOString();
    const minute = `${until.slice(0, 16).replace('T', ' ')} UTC`;
    expect((await act({ action: 'silence', until })).said).toBe(`incident ${id} is silenced until ${minute}`);
    expect(await act({ action: 'silence', until, language: 'fr' })).toEqual({
      changed: false,
      said: `l’incident ${id} est déjà en sourdine jusqu’au ${minute}`,
    });
    nowMs += 119 * MINUTE;
    expect(await advance()).toMatchObject({ told: false, waitMs: MINUTE });
    nowMs += MINUTE;
    expect(await advance()).toMatchObject({ state: 'escalated', told: true });
    expect(await audited()).toMatchObject([
      { action: 'incident-silence', before: { silencedUntil: null }, after: { silencedUntil: until } },
    ]);
  });

  it('waives what lasts, once', async () => {
    expect(await act({ action: 'waive', findings: ['of another incident'] })).toMatchObject({
      changed: false,
    });
    expect((await act({ action: 'waive' })).said).toContain('1 finding of incident');
    expect(await act({ action: 'waive' })).toMatchObject({ changed: false });
    const waivers = await readWaivers(stage.database.pool, ['freshness/source runs', 'x']);
    expect(waivers).toEqual([{ findingKey: 'freshness/source runs', asOfMs: nowMs }]);
    expect(await audited()).toMatchObject([
      { action: 'incident-waive', after: { waived: ['freshness/source runs'] } },
    ]);
  });

  it('waives the slot with the finding that it was missed', async () => {
    const { pool } = stage.database;
    const due = '2026-03-01T05:00:00Z';
    await pool.query(`insert into job (id, namespace, name) values (7, 'default', 'load_orders')`);
    await pool.query(
      `insert into expectation (job_id, due, earliest, deadline, closes, outcome, ended_at)
       values (7, $1, $1, $1, $1, 'missing', $1)`,
      [due],
    );
    await pool.query(
      `insert into finding (incident_id, key, kind, role, course, job_id, due, since, found_at, evidence)
       values ($1, 'missing/job 7/1', 'missing', 'cause', 'new', 7, $2, $2, $2, '{}')`,
      [id, due],
    );
    await act({ action: 'waive', findings: ['missing/job 7/1'] });
    const { rows } = await pool.query('select outcome, waived_by, waived_why from expectation');
    expect(rows).toEqual([{ outcome: 'waived', waived_by: 'ann', waived_why: 'mine' }]);
  });
});
