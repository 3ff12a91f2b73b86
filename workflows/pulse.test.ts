import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const run = (workflowId: string) =>
  stage.client.workflow.execute('pulse', { workflowId, taskQueue: TASK_QUEUES.control, args: [] });

it('is felt on every queue', async () => {
  let felt = 0;
  const pulse = async () => {
    felt++;
  };
  await stage.withActivities({ pulse }, () => run('pulse/1'));
  expect(felt).toBe(3);
});

it('ends also where one is not felt', async () => {
  let felt = 0;
  const pulse = async () => {
    felt++;
    if (felt === 1) throw new Error('not felt');
  };
  await stage.withActivities({ pulse }, () => run('pulse/2'));
  expect(felt).toBe(3);
});
