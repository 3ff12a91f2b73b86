import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listForecastOverrides } from '../../db/forecast/forecast-overrides.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { PROMOTION_DEFAULTS, type PromotionPolicy } from '../../models/promotion/policy.ts';
import { type ActStage, openActStage } from '../../tests/act-stage.ts';
import { registerVersions } from '../../tests/registered-models.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import type { Problem } from '../contract/system.ts';

let acts: ActStage;
beforeAll(async () => {
  acts = await openActStage();
  await registerVersions(acts.stage, 31);
}, 120_000);
afterAll(() => acts?.close());

interface Answer {
  status: number;
  body: { said?: string; workflowId?: string } & Partial<Problem>;
}
async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(acts.api.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const withWorker = <T>(work: () => Promise<T>, policy: Partial<PromotionPolicy> = {}): Promise<T> =>
  acts.withWorker(work, { promotion: { ...PROMOTION_DEFAULTS, ...policy } });
const promote = (version: number | string, word: object = { who: 'Ann', why: 'better' }, headers = {}) =>
  post(`/v1/models/${FAILURE_MODEL}/${version}/promote`, word, headers);
const rollback = (from: number, headers = {}) =>
  post(`/v1/models/${FAILURE_MODEL}/rollback`, { who: 'Bob', why: 'too many alarms', from }, headers);
const IN_FRENCH = { 'accept-language': 'fr' };

describe('a person', () => {
  it('promotes and rolls back, each with an audit line, and twice is once', async () => {
    await withWorker(async () => {
      expect((await rollback(1)).status).toBe(404);
      expect(await promote(1)).toEqual({
        status: 200,
        body: { said: `${FAILURE_MODEL}/1 is the champion`, workflowId: `promote/${FAILURE_MODEL}/1` },
      });
      expect((await promote(1)).body.said).toBe(`${FAILURE_MODEL}/1 is the champion already`);
      expect(await rollback(1)).toMatchObject({
        status: 409,
        body: { detail: `${FAILURE_MODEL}/1 cannot be rolled back: none served before it` },
      });
      expect((await promote(2)).status).toBe(200);
      expect((await rollback(2)).body.said).toBe(`${FAILURE_MODEL}/2 is rolled back`);
      expect(await rollback(2)).toMatchObject({
        status: 409,
        body: { detail: 'The champion is version 1 by now, not 2: nothing was done.' },
      });
      expect((await promote(1, undefined, IN_FRENCH)).body.said).toBe(
        `${FAILURE_MODEL}/1 est déjà le champion`,
      );
      expect((await rollback(2, IN_FRENCH)).body.detail).toBe(
        'Le champion est désormais la version 1, non plus 2 : rien n’a été fait.',
      );
      // What a workflow refuses it says in English: that is told as its answer.
      expect((await rollback(1, IN_FRENCH)).body.detail).toBe(
        `Cela n’a pas été fait. Réponse du serveur : « ${FAILURE_MODEL}/1 cannot be rolled back: none served before it »`,
      );
    });
    const { rows } = await acts.stage.database.pool.query(
      `select who, why, subject, workflow_id from audit_log order by id`,
    );
    expect(rows).toEqual([
      {
        ...{ who: 'Ann', why: 'better', subject: `${FAILURE_MODEL}/1` },
        workflow_id: `promote/${FAILURE_MODEL}/1`,
      },
      {
        ...{ who: 'Ann', why: 'better', subject: `${FAILURE_MODEL}/2` },
        workflow_id: `promote/${FAILURE_MODEL}/2`,
      },
      {
        ...{ who: 'Bob', why: 'too many alarms', subject: `${FAILURE_MODEL}/1` },
        workflow_id: `rollback/${FAILURE_MODEL}/2`,
      },
    ]);
  });

  it('is told where a second one has to approve, and may say no', async () => {
    const reject = (version: number, who: string) =>
      post(`/v1/models/${FAILURE_MODEL}/${version}/reject`, { who, why: 'not now' });
    await withWorker(
      async () => {
        expect((await reject(3, 'Bob')).status).toBe(404);
        const half = `${FAILURE_MODEL}/3 approved by Ann: a second person has to approve`;
        expect((await promote(3)).body.said).toBe(half);
        expect(await promote(3, { who: 'ann ', why: 'again' })).toMatchObject({
          status: 409,
          body: { detail: `${FAILURE_MODEL}/3 was approved by ann already: a second person has to approve` },
        });
        expect((await reject(3, 'Bob')).body.said).toBe(`${FAILURE_MODEL}/3 rejected by Bob`);
        await acts.temporal.client.workflow.getHandle(`promote/${FAILURE_MODEL}/3`).result();
        await promote(3);
        expect((await promote(3, { who: 'Bob', why: 'looked too' })).body.said).toBe(
          `${FAILURE_MODEL}/3 is the champion`,
        );
      },
      { twoPeople: true },
    );
    const { rows } = await acts.stage.database.pool.query(
      `select who from audit_log order by id desc limit 1`,
    );
    expect(rows).toEqual([{ who: 'Ann and Bob' }]);
  });

  it('hears why a version cannot be promoted that nobody signed', async () => {
    const { pool } = acts.stage.database;
    const { rows } = await pool.query(`delete from model_signature where version = 2 returning *`);
    const { status, body } = await withWorker(async () => {
      // Its promotion goes on after the answer.
      await acts.temporal.client.workflow.getHandle(`promote/${FAILURE_MODEL}/2`).result();
      return promote(2);
    });
    expect(status).toBe(409);
    expect(body.detail).toMatch(/2.*sign/);
    for (const { model, version, key_id, signature } of rows) {
      await pool.query(
        `insert into model_signature (model, version, key_id, signature) values ($1, $2, $3, $4)`,
        [model, version, key_id, signature],
      );
    }
  });

  it('has a version forecast beside the champion, one at a time', async () => {
    const shadow = (version: number, days = 28) =>
      post(`/v1/models/${FAILURE_MODEL}/${version}/shadow`, { who: 'Ann', why: 'to see', days });
    await withWorker(async () => {
      expect((await shadow(1, 0)).status).toBe(400);
      expect((await shadow(3)).status).toBe(409);
      const { body } = await shadow(1);
      expect(body.said).toBe(`${FAILURE_MODEL}/1 forecasts beside the champion for 28 days`);
      await expect
        .poll(() => versionOfAlias(acts.stage.database.pool, FAILURE_MODEL, 'shadow'), { timeout: 20_000 })
        .toBe(1);
      expect((await shadow(1)).body.detail).toContain('Version 1 is on trial until');
      const changes = await fetch(`${acts.api.url}/v1/models/${FAILURE_MODEL}/changes`);
      expect(await changes.json()).toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({ alias: 'shadow', toVersion: 1, note: null }),
          expect.objectContaining({
            alias: 'champion',
            toVersion: 3,
            note: expect.objectContaining({ en: expect.any(String) }),
          }),
        ]),
        trials: expect.arrayContaining([
          expect.objectContaining({ version: 1, role: 'challenger', outcome: null }),
        ]),
      });
    });
  });

  it('says something of a job in the forecast, beside what the model says, and takes it back', async () => {
    const { pool } = acts.stage.database;
    const { rows } = await pool.query<{ id: number }>(
      `insert into job (id, namespace, name) values (7, 'default', 'orders') returning id`,
    );
    const path = `/v1/jobs/${rows[0]!.id}/forecast-override`;
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const word = { who: 'Ann', why: 'a new disk', probability: 0.05, until };
    expect((await post(path, { ...word, probability: 5 })).status).toBe(400);
    expect((await post(path, { ...word, until: '2020-01-01T00:00:00Z' })).body.detail).toContain(
      'later than now',
    );
    expect((await post('/v1/jobs/8/forecast-override', word)).status).toBe(404);
    const now = () => listForecastOverrides(pool, new Date());
    await withWorker(async () => {
      const { body } = await post(path, word);
      await acts.temporal.client.workflow.getHandle(body.workflowId!).result();
      expect(await now()).toMatchObject([{ job: 'orders', probability: 0.05, who: 'Ann' }]);
      const response = await fetch(acts.api.url + path, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ who: 'Bob', why: 'old again' }),
      });
      expect(response.status).toBe(200);
      const { workflowId } = (await response.json()) as { workflowId: string };
      await acts.temporal.client.workflow.getHandle(workflowId).result();
      expect(await now()).toEqual([]);
    });
  });

  it('is refused without a name or a reason, for what there is not, and from another site', async () => {
    expect((await promote(2, { who: 'Ann', why: ' ' })).status).toBe(400);
    expect((await promote(2, { who: 'Ann', why: 'x', more: 1 })).status).toBe(400);
    for (const version of [9, 0, 'x', '1e1']) expect((await promote(version)).status).toBe(404);
    const foreign = { 'sec-fetch-site': 'cross-site' };
    const word = { who: 'Ann', why: 'x' };
    expect((await post(`/v1/models/${FAILURE_MODEL}/2/promote`, word, foreign)).status).toBe(403);
    expect((await post('/v1/sources/runs/release', word, foreign)).status).toBe(403);
  });

  it('releases a source that was stopped', async () => {
    await acts.stage.database.pool.query(`update source set paused_at = now() where name = 'runs'`);
    const word = { who: 'Ann', why: 'looked at' };
    expect((await post('/v1/sources/unknown/release', word)).status).toBe(404);
    await withWorker(async () => {
      expect(await post('/v1/sources/runs/release', word)).toMatchObject({
        status: 200,
        body: { workflowId: 'release/runs' },
      });
      await acts.temporal.client.workflow.getHandle('release/runs').result();
    });
    const { rows } = await acts.stage.database.pool.query(`select paused_at from source where name = 'runs'`);
    expect(rows).toEqual([{ paused_at: null }]);
  });

  it('has refused rows read again, of a source, of a file or all', async () => {
    const word = { who: 'Ann', why: 'the rule changed' };
    const replay = (scope: object) => post('/v1/quarantine/replay', { ...word, ...scope });
    const sha256 = 'a'.repeat(64);
    expect((await replay({ source: 'runs', sha256 })).status).toBe(400);
    expect((await replay({ source: 'unknown' })).status).toBe(404);
    expect((await replay({ sha256 })).status).toBe(404);
    await withWorker(async () => {
      expect((await replay({ source: 'runs' })).body.workflowId).toBe('replay/runs');
      expect((await replay({})).body.workflowId).toBe('replay/all');
      expect(await acts.temporal.client.workflow.getHandle('replay/all').result()).toMatchObject({
        files: 0,
      });
      await acts.temporal.client.workflow.getHandle('replay/runs').result();
    });
  });
});
