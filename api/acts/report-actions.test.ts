import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActStage, openActStage } from '../../tests/act-stage.ts';
import { emptyAuditLog } from '../../tests/database.ts';
import { insertReport } from '../../tests/report-rows.ts';
import { type Recommendations, recommendationsSchema } from '../contract/reports.ts';

const KEY = 'steady-job default/loads';
let acts: ActStage;

beforeAll(async () => {
  acts = await openActStage();
});
afterAll(() => acts?.close());
beforeEach(async () => {
  await insertReport(acts.stage.database.pool, '2026-10');
  await emptyAuditLog(acts.stage.database.pool);
});

async function decide(word: object, headers: Record<string, string> = {}, period = '2026-10') {
  const response = await fetch(`${acts.api.url}/v1/reports/${period}/recommendations/decide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(word),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
async function recommended(period = '2026-10'): Promise<Recommendations> {
  const response = await fetch(`${acts.api.url}/v1/reports/${period}/recommendations`);
  return recommendationsSchema.parse(await response.json());
}
const audited = async () =>
  (
    await acts.stage.database.pool.query(
      `select who, why, subject, before, after, workflow_id from audit_log where action = 'decide-recommendation' order by id`,
    )
  ).rows;
const accepted = { key: KEY, state: 'accepted', who: 'Ann', why: 'an index first' };

describe('what a report recommends', () => {
  it('is told by rank, in both languages, with what was decided', async () => {
    const { items } = await recommended();
    expect(items.map(({ rank, priority, state }) => [rank, priority, state])).toEqual([
      [1, 150, 'open'],
      [2, 54, 'open'],
    ]);
    expect(items[0]!.en.effort).toMatch(/^medium/);
    expect(items[0]!.fr.effort).toMatch(/^moyen/);
    expect((await recommended('2025-01')).items).toEqual([]);
    expect((await fetch(`${acts.api.url}/v1/reports/2026-13/recommendations`)).status).toBe(404);
  });
});

describe('a decision', () => {
  it('is entered with its audit line, and the page sees it', async () => {
    await acts.withWorker(async () => {
      const { status, body } = await decide(accepted);
      expect({ status, body }).toEqual({
        status: 200,
        body: { said: 'It is accepted', workflowId: `decide/2026-10/${KEY}` },
      });
      expect((await recommended()).items[0]).toMatchObject({
        ...{ key: KEY, state: 'accepted', who: 'Ann', why: 'an index first' },
      });
      expect((await decide({ ...accepted, state: 'done', why: 'made' })).status).toBe(200);
    });
    const line = {
      who: 'Ann',
      subject: `recommendation 2026-10/${KEY}`,
      workflow_id: `decide/2026-10/${KEY}`,
    };
    expect(await audited()).toEqual([
      { ...line, why: 'an index first', before: { state: 'open' }, after: { state: 'accepted' } },
      { ...line, why: 'made', before: { state: 'accepted' }, after: { state: 'done' } },
    ]);
  });

  it('asked for again with its key, or without, is entered once', async () => {
    await acts.withWorker(async () => {
      const headers = { 'idempotency-key': 'a-decision' };
      const first = await decide(accepted, headers);
      const again = await decide(accepted, headers);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
      expect((await decide({ ...accepted, why: 'another' }, headers)).status).toBe(422);
      expect((await decide(accepted)).status).toBe(200);
    });
    expect(await audited()).toHaveLength(1);
  });

  it('is refused for what is not recommended, without a reason, in no known state, from another site', async () => {
    expect((await decide({ ...accepted, key: 'nothing' })).status).toBe(404);
    expect((await decide(accepted, {}, '2026-09')).status).toBe(404);
    expect((await decide(accepted, {}, 'soon')).status).toBe(404);
    expect((await decide({ ...accepted, why: ' ' })).status).toBe(400);
    expect((await decide({ ...accepted, state: 'maybe' })).status).toBe(400);
    expect((await decide(accepted, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await audited()).toEqual([]);
  });

  it('of two at once the second is told so', async () => {
    // Nobody works: the first stays under way.
    const start = () =>
      acts.temporal.client.workflow.start('decideRecommendation', {
        workflowId: `decide/2026-10/${KEY}`,
        taskQueue: 'control',
        args: [{ period: '2026-10', ...accepted }],
      });
    const first = await start();
    expect(await decide({ ...accepted, state: 'rejected' })).toMatchObject({ status: 409 });
    await first.terminate();
  });

  it('of what somebody typed into the Temporal UI fails for good', async () => {
    await acts.withWorker(async () => {
      for (const wrong of [{ state: 'maybe' }, { key: 'nothing' }, { why: '' }]) {
        const running = acts.temporal.client.workflow.execute('decideRecommendation', {
          workflowId: `decide/typed/${JSON.stringify(wrong)}`,
          taskQueue: 'control',
          args: [{ period: '2026-10', ...accepted, ...wrong }],
        });
        await expect(running).rejects.toThrow();
      }
    });
    expect(await audited()).toEqual([]);
  });
});
