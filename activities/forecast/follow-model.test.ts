import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveCheck } from '../../db/forecast/model-checks.ts';
import { withTransaction } from '../../db/pool.ts';
import type { ModelJudgement } from '../../models/monitoring/judge-model.ts';
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

/** A look of a day that found a state; what it finds comes from elsewhere. */
async function look(day: number, state: ModelJudgement['state']) {
  const cutoff = dayAt(day);
  const check = {
    model: FAILURE_MODEL,
    cutoff,
    asOf: cutoff,
    version: 1,
    state,
    referenceCutoff: dayAt(-30),
  };
  const kept = { ...check, features: 0, drifted: 0, signs: [], psiLimit: 0.25, workflowId: `monitor/${day}` };
  await withTransaction(stage.database.pool, (client) => saveCheck(client, kept, []));
  const asked = { model: FAILURE_MODEL, cutoff: cutoff.toISOString(), retrainWorkflowId: `retrain/${day}` };
  return stage.run(createFollowModel(stage.dependencies), asked);
}

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
