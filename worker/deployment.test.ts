import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeBuildCurrent,
  readWorkerBuilds,
  releaseFromBuild,
  UnknownBuild,
} from '../services/worker-deployments.ts';
import { openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from '../workflows/names.ts';
import { becomeCurrent, buildIdOf } from './deployment.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage?.close());

/** Counts of workflows come a little later than the workflows. */
const PATIENT = { timeout: 30_000 };
const never = new AbortController().signal;
const start = (type: string, workflowId: string, input: object) =>
  stage.client.workflow.start(type, { workflowId, taskQueue: TASK_QUEUES.control, args: [input] });
const buildNamed = async (buildId: string) =>
  (await readWorkerBuilds(stage.client)).find((build) => build.buildId === buildId);

/** Activities that tell which build did them; retention waits until it is let go. */
function builtBy(build: string, { isBroken = false } = {}) {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const done: string[] = [];
  const fakes = {
    resolveAsOf: async () => ({ asOf: '2026-10-01T00:00:00.000Z' }),
    dropExpired: async () => {
      begun.resolve();
      if (isBroken) throw new Error('away');
      await go.promise;
      return { keepFrom: '2026-01-01T00:00:00.000Z', months: [], files: 0 };
    },
    refreshQuality: async () => {
      done.push(`refreshQuality by ${build}`);
    },
    checkPromotion: async () => {
      done.push(`checkPromotion by ${build}`);
      return { isChampion: false, championVersion: 1, summary: 'better' };
    },
    switchChampion: async () => {
      done.push(`switchChampion by ${build}`);
      return { changed: true };
    },
    readPromotionPolicy: async () => ({ policy: 'approval', twoPeople: false }),
    prepareRelease: async () => ({ moves: [] }),
    askApproval: async () => ({ remindAfterMs: null }),
    endApproval: async () => ({ told: false }),
    listPendingNotifications: async () => ({ ids: [] }),
  };
  return {
    fakes: fakes as never,
    begun: begun.promise,
    go: go.resolve,
    done,
  };
}

describe('builds of workers', () => {
  it('have a name that follows the release and the code of the workflows', () => {
    expect(buildIdOf('0.1.0', 'a')).toBe('0.1.0-ca978112ca1b');
    expect(buildIdOf('0.1.0', 'a')).not.toBe(buildIdOf('0.1.0', 'b'));
  });

  it('are none before the first worker of one, and none can be made current by any text', async () => {
    expect(await readWorkerBuilds(stage.client)).toEqual([]);
    await expect(makeBuildCurrent(stage.client, '0.1.0-nobody')).rejects.toThrow(UnknownBuild);
    await expect(releaseFromBuild(stage.client, "x' or 'a' = 'a")).rejects.toThrow(
      'expected a build such as',
    );
  });

  it('keep what is short, and hand what lasts to the newest', async () => {
    const old = builtBy('old');
    const next = builtBy('next');
    await stage.withActivities(
      old.fakes,
      async () => {
        await becomeCurrent(stage.client, 'old', never);
        const short = await start('retention', 'retention', { runsMonths: 9 });
        const lasting = await start('promoteModel', 'promote/m/2', {
          model: 'm',
          version: 2,
          policy: 'approval',
        });
        await old.begun;
        await expect.poll(() => old.done, PATIENT).toContain('checkPromotion by old');
        await stage.withActivities(
          next.fakes,
          async () => {
            await becomeCurrent(stage.client, 'next', never);
            expect((await buildNamed('next'))?.state).toBe('current');
            expect((await buildNamed('old'))?.state).toBe('draining');
            await expect.poll(async () => (await buildNamed('old'))?.pinnedWorkflows, PATIENT).toBe(1);
            await lasting.executeUpdate('decide', { args: [{ approve: true, who: 'ann', why: 'good' }] });
            old.go();
            await Promise.all([short.result(), lasting.result()]);
          },
          'next',
        );
      },
      'old',
    );
    expect(old.done).toEqual(['checkPromotion by old', 'refreshQuality by old']);
    expect(next.done).toEqual(['switchChampion by next']);
  });

  it('whose workers are gone let go what they began, to end on the current one', async () => {
    const gone = builtBy('gone', { isBroken: true });
    const started = await stage.withActivities(
      gone.fakes,
      async () => {
        await becomeCurrent(stage.client, 'gone', never);
        const handle = await start('retention', 'retention/gone', { runsMonths: 9 });
        await gone.begun;
        await expect.poll(async () => (await buildNamed('gone'))?.pinnedWorkflows, PATIENT).toBe(1);
        return handle;
      },
      'gone',
    );
    const last = builtBy('last');
    last.go();
    await stage.withActivities(
      last.fakes,
      async () => {
        await becomeCurrent(stage.client, 'last', never);
        expect(await buildNamed('gone')).toMatchObject({ state: 'draining', pinnedWorkflows: 1 });
        expect(await releaseFromBuild(stage.client, 'gone')).toBe(1);
        await started.result();
      },
      'last',
    );
    expect(last.done).toEqual(['refreshQuality by last']);
  });
});
