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

const WHO = { who: 'ann', why: 'the disk was full' };
const OPEN = { ready: [], open: 1, waitMs: 3_600_000, outcomes: {}, text: 'open' };
const DONE = { ready: [], open: 0, waitMs: null, outcomes: { succeeded: 1 }, text: 'done' };

/** Plays activities, and notes the calls; `checks` are the answers of checkRerun, the last one for ever. */
function played(checks: object[], answers: Record<string, (input: never) => unknown> = {}) {
  const calls: string[] = [];
  let checked = 0;
  const all: Record<string, (input: never) => unknown> = {
    planRerun: () => ({ victims: 1, order: '1. load', cycles: [] }),
    checkRerun: () => checks[Math.min(checked++, checks.length - 1)],
    askRerun: () => ({ state: 'asked' }),
    giveUpRerun: () => {},
    finishRerun: () => {},
    markRerunDone: () => ({ said: 'load is done, says bob' }),
    ...answers,
  };
  const fakes = Object.fromEntries(
    Object.entries(all).map(([name, answer]) => [
      name,
      async (input: never) => {
        const { jobId, why } = input as { jobId?: number; why?: string };
        calls.push(
          [name, ...(name === 'finishRerun' ? [why] : jobId === undefined ? [] : [jobId])].join(' ').trim(),
        );
        return answer(input);
      },
    ]),
  );
  return { fakes: fakes as FakeActivities, calls };
}

const start = (input: object): Promise<WorkflowHandle> =>
  stage.client.workflow.start('rerun', {
    workflowId: `rerun/${randomUUID()}`,
    taskQueue: TASK_QUEUES.control,
    args: [input],
  });
const until = async (reached: () => boolean) => {
  while (!reached()) await new Promise((resolve) => setImmediate(resolve));
};

describe('rerun', () => {
  it('asks those whose turn it is, waits for runs to be known, and tells how it went', async () => {
    const { fakes, calls } = played([{ ...OPEN, ready: [7] }, OPEN, OPEN, DONE]);
    await stage.withActivities(fakes, async () => {
      const handle = await start({ ...WHO, incident: 17 });
      await until(() => calls.length === 4);
      await handle.signal('runsKnown');
      await until(() => calls.length === 5);
      await handle.signal('runsKnown');
      expect(await handle.result()).toMatchObject({ victims: 1, outcomes: { succeeded: 1 } });
      const { typedSearchAttributes } = await handle.describe();
      const attributes = Object.fromEntries(
        [...typedSearchAttributes.getAll()].map(({ key, value }) => [key.name, value]),
      );
      expect(attributes).toMatchObject({ ReRunOf: 'incident/17', Outcome: 'succeeded' });
    });
    expect(calls).toEqual([
      'planRerun',
      'checkRerun',
      'askRerun 7',
      'checkRerun',
      'checkRerun',
      'checkRerun',
      'finishRerun',
    ]);
  });

  it('looks again when the time of one is over', async () => {
    const { fakes, calls } = played([
      { ...OPEN, waitMs: 50 },
      { ...DONE, outcomes: { 'not-started': 1 } },
    ]);
    const result = await stage.withActivities(fakes, async () =>
      (await start({ ...WHO, jobs: ['load'] })).result(),
    );
    expect(result).toMatchObject({ outcomes: { 'not-started': 1 } });
    expect(calls).toEqual(['planRerun', 'checkRerun', 'checkRerun', 'finishRerun']);
  });

  it('gives up one whose scheduler cannot be asked, and goes on', async () => {
    const { fakes, calls } = played([{ ...OPEN, ready: [7, 8] }, DONE], {
      askRerun: ({ jobId }: { jobId: number }) => {
        if (jobId === 7) throw ApplicationFailure.nonRetryable('down for good', 'InvalidInput');
        return { state: 'asked' };
      },
    });
    await stage.withActivities(fakes, async () => (await start({ ...WHO, incident: 1 })).result());
    expect(calls.toSorted()).toEqual(
      [
        'planRerun',
        'checkRerun',
        'askRerun 7',
        'askRerun 8',
        'giveUpRerun 7',
        'checkRerun',
        'finishRerun',
      ].toSorted(),
    );
  });

  it('only tells what it would do when asked to', async () => {
    const { fakes, calls } = played([DONE]);
    await stage.withActivities(fakes, async () =>
      (await start({ ...WHO, incident: 1, dryRun: true })).result(),
    );
    expect(calls).toEqual(['planRerun']);
  });

  it('ends at once when there is nothing to run again', async () => {
    const { fakes, calls } = played([DONE], { planRerun: () => ({ victims: 0, order: '', cycles: [] }) });
    await stage.withActivities(fakes, async () => (await start({ ...WHO, incident: 1 })).result());
    expect(calls).toEqual(['planRerun']);
  });

  it('takes the word of a person, who must say who and why', async () => {
    const { fakes, calls } = played([OPEN, DONE]);
    await stage.withActivities(fakes, async () => {
      const handle = await start({ ...WHO, incident: 1 });
      const done = { job: 'load', who: 'bob', why: 'on the server' };
      await expect(handle.executeUpdate('markDone', { args: [{ ...done, who: ' ' }] })).rejects.toThrow();
      await until(() => calls.includes('checkRerun'));
      expect(await handle.executeUpdate('markDone', { args: [done] })).toBe('load is done, says bob');
      await handle.result();
    });
    expect(calls).toContain('markRerunDone');
  });

  it('goes on as a new run when its history has become long, for the same re-run', async () => {
    const asked = new Set<string>();
    const { fakes } = played([]);
    let checks = 0;
    fakes.checkRerun = async ({ rerunId }: { rerunId: string }) => {
      asked.add(rerunId);
      return checks++ < 18 ? { ...OPEN, ready: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] } : DONE;
    };
    await stage.withActivities(fakes, async () => {
      const handle = await start({ ...WHO, incident: 1 });
      expect(await handle.result()).toMatchObject({ outcomes: { succeeded: 1 } });
      expect((await handle.describe()).runId).not.toBe([...asked][0]);
    });
    expect(asked.size).toBe(1);
  });

  it('leaves no victim without an outcome when it is cancelled', async () => {
    const { fakes, calls } = played([OPEN]);
    await stage.withActivities(fakes, async () => {
      const handle = await start({ ...WHO, incident: 1 });
      await until(() => calls.includes('checkRerun'));
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    });
    expect(calls.at(-1)).toBe('finishRerun the re-run was cancelled');
  });

  it.each([
    [{ incident: 1, why: 'x' }],
    [{ ...WHO }],
    [{ ...WHO, incident: '1' }],
    [{ ...WHO, jobs: 'load' }],
  ])('refuses %j with a sentence', async (input) => {
    await stage.withActivities(played([DONE]).fakes, async () => {
      const failed = (await start(input)).result();
      await expect(failed).rejects.toThrow(WorkflowFailedError);
    });
  });
});
