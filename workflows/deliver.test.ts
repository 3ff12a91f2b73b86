import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const run = (type: string, input: object, fakes: FakeActivities): Promise<unknown> =>
  stage.withActivities(fakes, (client) =>
    client.workflow.execute(type, {
      workflowId: `${type}/${randomUUID()}`,
      taskQueue: TASK_QUEUES.control,
      args: [input],
    }),
  );

describe('deliver', () => {
  it('tries once and tells what the receiver said, yes or no', async () => {
    const sent = { outcome: 'sent', answer: '250 ok' };
    expect(await run('deliver', { id: 'm' }, { deliverNotification: async () => sent })).toEqual(sent);
    let tries = 0;
    const deliverNotification = async () => {
      tries += 1;
      throw ApplicationFailure.create({ message: 'HTTP 503', type: 'ReceiverBusy' });
    };
    expect(await run('deliver', { id: 'm' }, { deliverNotification })).toEqual({
      outcome: 'waiting',
      answer: 'HTTP 503',
    });
    expect(tries).toBe(1);
  });

  it('wants to know which message', async () => {
    await expect(run('deliver', {}, { deliverNotification: async () => ({}) })).rejects.toMatchObject({
      cause: { type: 'InvalidInput' },
    });
  });
});

describe('testChannel', () => {
  it('sends what was queued for the channel, and does not go on where there is none', async () => {
    const asked: unknown[] = [];
    const fakes = {
      queueChannelTest: async (input: unknown) => {
        asked.push(input);
        return { id: 'test-1' };
      },
      deliverNotification: async (input: unknown) => {
        asked.push(input);
        return { outcome: 'sent', answer: 'ok' };
      },
    };
    const input = { channel: 'team', who: 'ann' };
    expect(await run('testChannel', input, fakes)).toEqual({ outcome: 'sent', answer: 'ok' });
    expect(asked).toEqual([input, { id: 'test-1' }]);
    const queueChannelTest = async () => {
      throw ApplicationFailure.create({ message: 'no channel named "team"', type: 'UnknownChannel' });
    };
    await expect(run('testChannel', input, { queueChannelTest })).rejects.toThrow();
  });
});
