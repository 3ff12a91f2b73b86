import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const WHO = { who: 'ann', why: 'mine' };
const about = { name: 'load_orders', isJob: true };
const OPEN = {
  state: 'open',
  severity: 'major',
  about,
  waitMs: null,
  told: false,
  ended: false,
  text: 'open',
};
const ENDED = { ...OPEN, state: 'resolved', about: null, ended: true };

/** Plays activities, and notes the calls; `steps` are the answers of advanceIncident, the last one for ever. */
function played(steps: object[], answers: Record<string, (input: never) => unknown> = {}) {
  const calls: unknown[] = [];
  let step = 0;
  const all: Record<string, (input: never) => unknown> = {
    advanceIncident: () => steps[Math.min(step++, steps.length - 1)],
    listPendingNotifications: () => ({ ids: ['n1'] }),
    deliverNotification: () => ({ outcome: 'sent' }),
    actOnIncident: () => ({ changed: true, said: 'done' }),
    planRerun: () => ({ victims: 0, order: '', cycles: [] }),
    ...answers,
  };
  const fakes = Object.fromEntries(
    Object.entries(all).map(([name, answer]) => [
      name,
      async (input: never) => {
        calls.push(name === 'actOnIncident' || name === 'planRerun' ? input : name);
        return answer(input);
      },
    ]),
  );
  return { fakes: fakes as FakeActivities, calls };
}

let number = 100;
const start = (): Promise<WorkflowHandle> => {
  const id = number++;
  return stage.client.workflow.start('incident', {
    workflowId: `incident/${id}`,
    taskQueue: TASK_QUEUES.control,
    args: [{ id }],
  });
};
const until = async (reached: () => boolean) => {
  while (!reached()) await new Promise((resolve) => setImmediate(resolve));
};

describe('incident', () => {
  it('looks again when it is told of a change, and ends with its end', async () => {
    const { fakes, calls } = played([OPEN, { ...OPEN, state: 'notified' }, ENDED]);
    await stage.withActivities(fakes, async () => {
      const handle = await start();
      for (const count of [1, 2]) {
        await until(() => calls.length === count);
        await handle.signal('changed');
      }
      expect(await handle.result()).toEqual({ state: 'resolved' });
      const { typedSearchAttributes } = await handle.describe();
      const attributes = Object.fromEntries(
        typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
      );
      expect(attributes).toMatchObject({ Severity: 'major', Outcome: 'resolved', JobName: 'load_orders' });
    });
    expect(calls).toEqual(['advanceIncident', 'advanceIncident', 'advanceIncident']);
  });

  it('looks again when a step is due, and delivers what it told', async () => {
    const { fakes, calls } = played([{ ...OPEN, waitMs: 20 }, { ...OPEN, told: true, waitMs: 20 }, ENDED]);
    await stage.withActivities(fakes, async () => (await start()).result());
    expect(calls).toEqual([
      'advanceIncident',
      'advanceIncident',
      'listPendingNotifications',
      'deliverNotification',
      // What follows it may go now.
      'listPendingNotifications',
      'advanceIncident',
    ]);
  });

  it('hands on what people decide, and looks again after it', async () => {
    const { fakes, calls } = played([OPEN, OPEN, OPEN, OPEN, ENDED]);
    await stage.withActivities(fakes, async () => {
      const handle = await start();
      const before = Date.now();
      expect(await handle.executeUpdate('acknowledge', { args: [WHO] })).toBe('done');
      await handle.executeUpdate('silence', { args: [{ ...WHO, hours: 8 }] });
      await handle.executeUpdate('waive', { args: [{ ...WHO, findings: ['crash/job 1'] }] });
      await handle.signal('changed');
      await handle.signal('changed');
      await handle.result();
      const words = calls.filter((call) => typeof call === 'object') as { action: string; until?: string }[];
      const { workflowId } = handle;
      const id = Number(workflowId.split('/')[1]);
      expect(words).toMatchObject([
        { ...WHO, id, workflowId, action: 'acknowledge' },
        { ...WHO, id, workflowId, action: 'silence' },
        { ...WHO, id, workflowId, action: 'waive', findings: ['crash/job 1'] },
      ]);
      expect(Date.parse(words[1]!.until!) - before).toBeGreaterThan(8 * 3_600_000 - 60_000);
    });
  });

  it.each([
    ['acknowledge', { who: 'ann' }, 'why must be given'],
    ['acknowledge', { who: '  ', why: 'x' }, 'who must be given'],
    ['acknowledge', { who: 'a'.repeat(501), why: 'x' }, 'who may have 500 characters'],
    ['rerun', undefined, 'who must be given'],
    ['silence', WHO, 'either until or hours'],
    ['silence', { ...WHO, hours: 0 }, 'a silence ends within 720 hours'],
    ['silence', { ...WHO, hours: 721 }, 'a silence ends within 720 hours'],
    ['silence', { ...WHO, until: 'tomorrow' }, 'a silence ends within 720 hours'],
    ['waive', { ...WHO, findings: 'all' }, 'findings are at most 200 keys'],
  ])('refuses %s with %j', async (name, word, said) => {
    const { fakes, calls } = played([OPEN]);
    await stage.withActivities(fakes, async () => {
      const handle = await start();
      const refused = handle.executeUpdate(name, { args: (word === undefined ? [] : [word]) as never });
      await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringContaining(said) } });
      await handle.terminate();
    });
    expect(calls.filter((call) => typeof call === 'object')).toEqual([]);
  });

  it('runs its victims again, once at a time, and lives on beside that', async () => {
    const { promise: asked, resolve: plan } = Promise.withResolvers<object>();
    const { fakes, calls } = played([OPEN, ENDED], { planRerun: () => asked });
    await stage.withActivities(fakes, async () => {
      const handle = await start();
      const id = Number(handle.workflowId.split('/')[1]);
      const child = `rerun/incident/${id}`;
      expect(await handle.executeUpdate('rerun', { args: [WHO] })).toBe(
        `the victims of incident ${id} run again: see workflow ${child}`,
      );
      expect(await handle.executeUpdate('rerun', { args: [WHO] })).toContain('run again already');
      await handle.signal('changed');
      await handle.result();
      plan({ victims: 0, order: '', cycles: [] });
      expect(await stage.client.workflow.getHandle(child).result()).toMatchObject({ victims: 0 });
      expect(calls).toContainEqual(expect.objectContaining({ ...WHO, incident: id, dryRun: false }));
    });
  });

  it('goes on as a new run when its history has become long', async () => {
    const { fakes, calls } = played([]);
    let steps = 0;
    fakes.advanceIncident = async () => (steps++ < 4 ? { ...OPEN, waitMs: 1, told: true } : ENDED);
    fakes.listPendingNotifications = async () => ({ ids: Array.from({ length: 50 }, (_, n) => `n${n}`) });
    await stage.withActivities(fakes, async () => {
      const handle = await start();
      expect(await handle.result()).toEqual({ state: 'resolved' });
      const { firstExecutionRunId } = handle as WorkflowHandle & { firstExecutionRunId: string };
      expect((await handle.describe()).runId).not.toBe(firstExecutionRunId);
    });
    expect(calls).toHaveLength(200);
    expect(steps).toBe(5);
  });

  it('fails with a sentence for an incident that is not there, and for none', async () => {
    const { fakes } = played([], {
      advanceIncident: () => {
        throw ApplicationFailure.nonRetryable('there is no incident 99', 'UnknownIncident');
      },
    });
    await stage.withActivities(fakes, async () => {
      await expect((await start()).result()).rejects.toThrow(WorkflowFailedError);
      const wrong = stage.client.workflow.execute('incident', {
        workflowId: `incident/${randomUUID()}`,
        taskQueue: TASK_QUEUES.control,
        args: [{ id: 'x' }],
      });
      await expect(wrong).rejects.toThrow(WorkflowFailedError);
    });
  });
});
