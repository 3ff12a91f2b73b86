import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActivities } from '../activities/index.ts';
import { versionOfAlias } from '../db/forecast/model-aliases.ts';
import { registerSigned } from '../scripts/benchmarks/mlops-servers.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from '../workflows/names.ts';
import { type ActivityStage, openActivityStage } from './activity-stage.ts';
import { openWorkflowStage, type WorkflowStage } from './workflow-stage.ts';

const RIVALS = [2, 3, 4, 5, 6, 7, 8, 9];
let stage: ActivityStage;
let temporal: WorkflowStage;
beforeAll(async () => {
  [stage, temporal] = await Promise.all([openActivityStage({ time: 'wall' }), openWorkflowStage()]);
  await registerSigned(stage.dependencies, 1 + RIVALS.length);
});
afterAll(() => Promise.all([stage?.close(), temporal?.close()]));

const promotion = (client: Client, version: number) =>
  client.workflow.start('promoteModel', {
    workflowId: workflowIds.promoteModel(FAILURE_MODEL, version),
    taskQueue: TASK_QUEUES.control,
    args: [{ model: FAILURE_MODEL, version, policy: 'approval' }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
const yes = { args: [{ approve: true, who: 'ann', why: 'better' }] as [object] };
const rows = async (sql: string) => (await stage.database.pool.query(sql)).rows;

it('of eight promotions of the same version at once one is made, told and written down', async () => {
  await temporal.withActivities(createActivities(stage.dependencies), async (client) => {
    const handles = await Promise.all(RIVALS.map(() => promotion(client, 1)));
    const said = await Promise.allSettled(
      handles.map((handle) => handle.executeUpdate<string, [object]>('decide', yes)),
    );
    expect(said.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const handle of handles) expect(await handle.result()).toEqual({ outcome: 'promoted' });
  });
  expect(
    await rows(`select after ->> 'version' as version from audit_log where action = 'model.champion'`),
  ).toEqual([{ version: '1' }]);
  expect(await rows(`select from notification where kind = 'champion-changed'`)).toHaveLength(1);
});

it('of eight versions that race for the place of the same champion exactly one gets it', async () => {
  const outcomes = await temporal.withActivities(createActivities(stage.dependencies), async (client) => {
    const handles = await Promise.all(RIVALS.map((version) => promotion(client, version)));
    // Each has seen the same champion before anybody decides.
    for (const handle of handles) {
      await expect
        .poll(async () => (await handle.fetchHistory()).events!.some(scheduledNote), { timeout: 30_000 })
        .toBe(true);
    }
    await Promise.all(handles.map((handle) => handle.executeUpdate('decide', yes)));
    return Promise.allSettled(handles.map((handle) => handle.result()));
  });
  const won = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [RIVALS[i]] : []));
  expect(won).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(sentenceOf(outcome.reason)).toContain('was to replace 1, but the champion is');
  }
  expect(await versionOfAlias(stage.database.pool, FAILURE_MODEL, 'champion')).toBe(won[0]);
  expect(await rows(`select from audit_log where action = 'model.champion'`)).toHaveLength(2);
  expect(await rows(`select from model_alias_change where alias = 'champion'`)).toHaveLength(2);
  expect(await rows(`select from notification where kind = 'champion-changed'`)).toHaveLength(2);
});

/** The check of the champion is done by then. */
const scheduledNote = (event: {
  activityTaskScheduledEventAttributes?: { activityType?: { name?: string | null } | null } | null;
}) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'prepareRelease';

function sentenceOf(error: Error): string {
  let cause = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.message;
}
