import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveCheck } from '../../db/forecast/model-checks.ts';
import { withTransaction } from '../../db/pool.ts';
import type { ModelJudgement, Sign } from '../../models/monitoring/judge-model.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { AS_OF, registerVersions } from '../../tests/registered-models.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { createActOnIncident } from '../alerts/act-on-incident.ts';
import { createFollowModel } from './follow-model.ts';

const DAY_MS = 86_400_000;

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
  await registerVersions(stage, 7001);
}, 120_000);
afterAll(() => stage.close());

const dayAt = (day: number) => new Date(Date.parse(AS_OF) + day * DAY_MS);

/** A look of a day that found a state; what it finds comes from elsewhere. `kept`: share of what was promised. */
async function look(day: number, state: ModelJudgement['state'], kept?: number) {
  const cutoff = dayAt(day);
  const check = {
    model: FAILURE_MODEL,
    cutoff,
    asOf: cutoff,
    version: 1,
    state,
    referenceCutoff: dayAt(-30),
  };
  const signs = kept === undefined ? [] : [promiseSign(kept)];
  const told = { ...check, features: 0, drifted: 0, signs, psiLimit: 0.25, workflowId: `monitor/${day}` };
  await withTransaction(stage.database.pool, (client) => saveCheck(client, told, []));
  const asked = { model: FAILURE_MODEL, cutoff: cutoff.toISOString(), retrainWorkflowId: `retrain/${day}` };
  return stage.run(createFollowModel(stage.dependencies), asked);
}

const promiseSign = (kept: number): Sign => ({
  ...{ kind: 'promise', found: kept <= 0.5, isGrave: true, value: kept, limit: 0.5, rows: 160 },
  words: { en: `${kept} is left`, fr: `il reste ${kept}` },
});

const waive = (id: number) =>
  stage.run(createActOnIncident({ ...stage.dependencies, now: () => dayAt(1).getTime() + 1 }), {
    ...{ id, action: 'waive', who: 'ann', why: 'the new depot is slow until May', workflowId: 'incident/1' },
  });

it('ends what somebody decided to live with at the next look, and begins anew when the model was well between', async () => {
  expect(await look(0, 'degraded')).toMatchObject({ episode: 'opened', retrainWorkflowId: 'retrain/0' });
  const { incidentId } = await look(1, 'degraded');
  expect(await waive(incidentId!)).toMatchObject({ changed: true });
  expect(await look(2, 'degraded')).toEqual({ episode: 'ended', incidentId, retrainWorkflowId: null });
  const { rows } = await stage.database.pool.query('select state from incident');
  expect(rows).toEqual([{ state: 'resolved' }]);
  const none = { episode: 'none', incidentId: null, retrainWorkflowId: null };
  expect(await look(3, 'degraded')).toEqual(none);
  expect(await look(4, 'not-enough-data')).toEqual(none);
  expect(await look(5, 'degraded')).toEqual(none);
  expect(await look(6, 'steady')).toEqual(none);
  expect(await look(7, 'degraded')).toMatchObject({ episode: 'opened', retrainWorkflowId: 'retrain/7' });
});

it('goes on while a broken promise is kept by half, and ends when it is kept again', async () => {
  for (const day of [8, 9]) await look(day, 'steady');
  const { incidentId } = await look(20, 'degraded', 0.07);
  expect(incidentId).not.toBeNull();
  const lasts = { episode: 'lasts', incidentId, retrainWorkflowId: null };
  for (const [day, kept] of [...[21, 22, 23].map((day) => [day, 0.55] as const), [24, 0.79] as const]) {
    expect(await look(day, 'steady', kept)).toEqual(lasts);
  }
  expect(await look(25, 'steady', 0.81)).toMatchObject({ episode: 'ended' });
  // Of an episode of another kind a promise that is kept by chance a little less tells nothing.
  const other = await look(30, 'degraded', 0.7);
  expect(await look(31, 'steady', 0.7)).toMatchObject({ episode: 'lasts', incidentId: other.incidentId });
  expect(await look(32, 'steady', 0.7)).toMatchObject({ episode: 'ended' });
});
