import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import type { MonitorOutcome } from './monitor-model.ts';
import { TASK_QUEUES } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const LOOK = {
  ...{ cutoff: '', version: 3, state: 'degraded', features: 60, drifted: 30 },
  ...{ summary: 'Data: 30 of 60 features moved', made: true },
} as const;

/** Plays the part of the activities; `calls` hears what was asked of them. */
const actors = (calls: string[], look: object, followed: object): FakeActivities =>
  ({
    resolveAsOf: async ({ asOf }: { asOf?: string }) => ({ asOf: asOf ?? '2026-03-02T05:30:00.000Z' }),
    settleForecastOutcomes: async ({ asOf }: { asOf: string }) => {
      calls.push(`outcomes as of ${asOf}`);
      return { forecasts: 1, changed: 80 };
    },
    observeModel: async () => ({ ...LOOK, ...look }),
    followModel: async ({ retrainWorkflowId }: { retrainWorkflowId: string }) => {
      calls.push(`due ${retrainWorkflowId}`);
      return { episode: 'opened', incidentId: 7, retrainWorkflowId, ...followed };
    },
    freezeSnapshot: async ({ asOf }: { asOf: string }) => {
      calls.push(`freeze ${asOf}`);
      return { snapshot: 'a', runs: 1, jobs: 1, kinds: [] };
    },
    registerChallenger: async () => ({ version: 4, kind: 'logistic' }),
    judgeChallenger: async () => ({ verdict: 'keep', promoteVersion: null, summary: '' }),
    listPendingNotifications: async () => {
      calls.push('deliver');
      return { ids: [] };
    },
  }) as FakeActivities;

const monitor = (fakes: FakeActivities, asOf: string, afterwards?: string) =>
  stage.withActivities(fakes, async (client) => {
    const handle = await client.workflow.start('monitorModel', {
      ...{ workflowId: `monitor/${randomUUID()}`, taskQueue: TASK_QUEUES.control, args: [{ asOf }] },
    });
    const result = (await handle.result()) as MonitorOutcome;
    const { searchAttributes } = await handle.describe();
    if (afterwards !== undefined) await client.workflow.getHandle(afterwards).result();
    return { result, outcome: searchAttributes.Outcome?.[0] };
  });

describe('monitorModel', () => {
  it('has a model trained anew that is no longer what it was, and does not wait for it', async () => {
    const calls: string[] = [];
    const asOf = '2026-03-03T05:30:00.000Z';
    const { result, outcome } = await monitor(actors(calls, {}, {}), asOf, 'retrain/2026-W10');
    expect(result).toMatchObject({
      ...{ version: 3, state: 'degraded', episode: 'opened', incidentId: 7 },
      retrainWorkflowId: 'retrain/2026-W10',
    });
    expect(outcome).toBe('degraded');
    expect(calls).toEqual(
      expect.arrayContaining([`outcomes as of ${asOf}`, 'due retrain/2026-W10', `freeze ${asOf}`]),
    );
  });

  it('takes the training of the week for its own where there was one', async () => {
    const calls: string[] = [];
    const { result } = await monitor(actors(calls, {}, {}), '2026-03-04T05:30:00.000Z');
    expect(result.retrainWorkflowId).toBe('retrain/2026-W10');
    expect(calls.filter((call) => call.startsWith('freeze'))).toEqual([]);
    expect(calls).toContain('deliver');
  });

  it('trains nothing where nothing is due', async () => {
    const calls: string[] = [];
    const steady = { state: 'steady', drifted: 0 };
    const nothing = { episode: 'none', incidentId: null, retrainWorkflowId: null };
    const { result, outcome } = await monitor(actors(calls, steady, nothing), '2026-03-10T05:30:00.000Z');
    expect(result).toMatchObject({ state: 'steady', ...nothing });
    expect(outcome).toBe('steady');
    expect(calls.filter((call) => call.startsWith('freeze'))).toEqual([]);
  });

  it('ends at once where no version serves', async () => {
    const calls: string[] = [];
    const { result, outcome } = await monitor(
      actors(calls, { version: null, state: 'not-enough-data' }, {}),
      '2026-03-11T05:30:00.000Z',
    );
    expect(result).toMatchObject({ version: null, episode: 'none', retrainWorkflowId: null });
    expect(outcome).toBe('no-champion');
    expect(calls.some((call) => call.startsWith('due'))).toBe(false);
  });
});
