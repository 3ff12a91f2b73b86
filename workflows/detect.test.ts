import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const AS_OF = '2026-03-01T06:00:00.000Z';
const run = (
  asked: unknown[],
  outcome: { opened: number; resolved: number; isToLearn?: boolean },
  args: object[],
) => {
  const sent: string[] = [];
  const fakes = {
    detect: async (input: unknown) => {
      asked.push(input);
      return outcome;
    },
    listPendingNotifications: async () => ({ ids: outcome.opened > 0 ? ['a'] : [] }),
    deliverNotification: async ({ id }: { id: string }) => {
      sent.push(id);
      return { outcome: 'sent' };
    },
  } as FakeActivities;
  return stage.withActivities(fakes, async (client) => {
    const workflowId = `detect/${randomUUID()}`;
    const handle = await client.workflow.start('detect', {
      ...{ workflowId, taskQueue: TASK_QUEUES.control, args },
    });
    const result = await handle.result();
    const { searchAttributes } = await handle.describe();
    return { result, sent, outcome: searchAttributes.Outcome?.[0] };
  });
};

describe('detect', () => {
  it('looks as of now, unless files are being loaded, and sends what that caused', async () => {
    const asked: unknown[] = [];
    expect(await run(asked, { opened: 1, resolved: 0 }, [{}])).toEqual({
      ...{ result: { opened: 1, resolved: 0 }, sent: ['a'], outcome: 'changed' },
    });
    expect(asked).toEqual([{ unlessLoading: true }]);
  });

  it('can be asked about an instant, and says when there is nothing new', async () => {
    const asked: unknown[] = [];
    const { sent, outcome } = await run(asked, { opened: 0, resolved: 0 }, [{ asOf: AS_OF }]);
    expect([sent, outcome]).toEqual([[], 'nothing-new']);
    expect(asked).toEqual([{ asOf: AS_OF }]);
  });

  it('has what is usual learned when it is time, once', async () => {
    const calls: string[] = [];
    const note = (name: string, answer: object) => async () => {
      calls.push(name);
      return answer;
    };
    const fakes = {
      detect: async () => ({ opened: 0, resolved: 0, isToLearn: true }),
      resolveAsOf: async () => ({ asOf: AS_OF }),
      learnProfiles: note('profiles', { jobs: 3, withSchedule: 2, changes: [], changed: 0 }),
      keepSlots: note('slots', { changed: 9 }),
      learnFollows: note('follows', { jobs: 3, following: 1 }),
      listPendingNotifications: async () => ({ ids: [] }),
    } as FakeActivities;
    const learned = await stage.withActivities(fakes, async (client) => {
      await client.workflow.execute('detect', { workflowId: 'detect', taskQueue: TASK_QUEUES.control });
      return client.workflow.getHandle('learn').result();
    });
    expect(learned).toEqual({ jobs: 3, withSchedule: 2, following: 1 });
    expect(calls).toEqual(['profiles', 'slots', 'follows']);
  });

  it('can be started with nothing at all, as from the Temporal UI', async () => {
    const asked: unknown[] = [];
    await run(asked, { opened: 0, resolved: 0 }, []);
    expect(asked).toEqual([{ unlessLoading: true }]);
  });
});
