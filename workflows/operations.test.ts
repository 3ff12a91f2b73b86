import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplayOutcome } from '../activities/load/replay-files.ts';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const WHO = { who: 'ann', why: 'because' };
const run = (type: string, input: object, workflowId = `${type}/${randomUUID()}`): Promise<unknown> =>
  stage.client.workflow.execute(type, { workflowId, taskQueue: TASK_QUEUES.control, args: [input] });

/** Plays activities that answer as told and notes what they were asked. */
function played(answers: Record<string, (input: never) => unknown>): {
  fakes: FakeActivities;
  calls: string[];
} {
  const calls: string[] = [];
  const all = {
    listPendingNotifications: () => ({ ids: [] }),
    resolveAsOf: () => ({ asOf: '2026-03-01T06:00:00.000Z' }),
    detect: () => ({ opened: 1, resolved: 0 }),
    refreshQuality: () => ({ days: 1 }),
    ...answers,
  };
  const fakes = Object.fromEntries(
    Object.entries(all).map(([name, answer]) => [
      name,
      async (input: never) => {
        if (name !== 'listPendingNotifications' && name !== 'resolveAsOf') calls.push(name);
        return (answer as (asked: unknown) => unknown)(input);
      },
    ]),
  );
  return { fakes: fakes as FakeActivities, calls };
}

describe('replayQuarantine', () => {
  const part: ReplayOutcome = {
    files: 2,
    rowsLoaded: 3,
    rowsDuplicate: 1,
    rowsExpired: 0,
    rowsRefused: 0,
    reopened: 0,
    unreadable: 0,
    nextAfterId: null,
  };

  it('goes on where a call stopped, adds up, and tells what the new runs tell', async () => {
    const { fakes, calls } = played({
      replayFiles: ({ afterId }: { afterId: number }) => ({ ...part, nextAfterId: afterId === 0 ? 7 : null }),
    });
    const outcome = await stage.withActivities(fakes, () => run('replayQuarantine', WHO));
    expect(outcome).toMatchObject({ files: 4, rowsLoaded: 6, rowsDuplicate: 2, opened: 1 });
    expect(calls).toEqual(['replayFiles', 'replayFiles', 'detect', 'refreshQuality']);
  });

  it('tells nothing when nothing new was loaded', async () => {
    const { fakes, calls } = played({ replayFiles: () => ({ ...part, rowsLoaded: 0 }) });
    await stage.withActivities(fakes, () => run('replayQuarantine', { ...WHO, source: 'runs' }));
    expect(calls).toEqual(['replayFiles']);
  });

  it('wants to know who asks', async () => {
    await stage.withActivities(played({}).fakes, () =>
      expect(run('replayQuarantine', { why: 'x' })).rejects.toBeInstanceOf(WorkflowFailedError),
    );
  });
});

describe('releaseSource', () => {
  it('loads what was held; where nothing was, nothing', async () => {
    const loaded = {
      loaded: 1,
      refused: 0,
      held: 0,
      rowsIn: 1,
      rowsLoaded: 1,
      rowsDuplicate: 0,
      rowsQuarantined: 0,
    };
    const { fakes, calls } = played({
      releaseSource: ({ source }: { source: string }) =>
        source === 'runs'
          ? { source, released: ['a'.repeat(64)], resumed: true }
          : { source, released: [], resumed: false },
      loadFiles: () => ({ ...loaded, done: 1 }),
    });
    await stage.withActivities(fakes, async () => {
      expect(await run('releaseSource', { ...WHO, source: 'runs' })).toMatchObject({
        released: 1,
        resumed: true,
        ingest: { rowsLoaded: 1, opened: 1 },
      });
      expect(await run('releaseSource', { ...WHO, source: 'metrics' })).toEqual({
        released: 0,
        resumed: false,
        ingest: null,
      });
    });
    expect(calls).toEqual(['releaseSource', 'loadFiles', 'detect', 'refreshQuality', 'releaseSource']);
  });
});

describe('rebuild', () => {
  const reading = (waiting: number[]) => () => ({ waiting: waiting.shift() ?? 0 });
  const begin = {
    recoverLedger: () => ({ originals: 3, recovered: 1, unknown: 0 }),
    beginRebuild: () => ({ files: 3 }),
  };

  it('reads until nothing waits, and again when files came before the exchange', async () => {
    const finished = [false, true];
    const { fakes, calls } = played({
      ...begin,
      rebuildFiles: reading([1, 0, 0]),
      finishRebuild: () => ({ finished: finished.shift() }),
    });
    expect(await stage.withActivities(fakes, () => run('rebuild', WHO))).toMatchObject({
      recovered: 1,
      files: 3,
      comparison: null,
    });
    expect(calls).toEqual([
      'recoverLedger',
      'beginRebuild',
      'rebuildFiles',
      'rebuildFiles',
      'finishRebuild',
      'rebuildFiles',
      'finishRebuild',
      'refreshQuality',
    ]);
  });

  it('as a check it compares, exchanges nothing and leaves nothing', async () => {
    const comparison = { parts: 3, rows: 9, differences: [] };
    const { fakes, calls } = played({
      ...begin,
      rebuildFiles: reading([]),
      compareRebuild: () => comparison,
      dropRebuild: () => undefined,
    });
    const outcome = await stage.withActivities(fakes, () => run('rebuild', { ...WHO, check: true }));
    expect(outcome).toMatchObject({ comparison });
    expect(calls).toEqual(['beginRebuild', 'rebuildFiles', 'compareRebuild', 'dropRebuild']);
  });
});

describe('retention', () => {
  const gone = {
    keepFrom: '2025-12-01T00:00:00.000Z',
    months: [{ month: 'run_2025_11', rows: 4 }],
    files: 1,
  };

  it('does nothing unless it is configured', async () => {
    const { fakes, calls } = played({});
    const outcome = await stage.withActivities(fakes, () => run('retention', { runsMonths: null }));
    expect(outcome).toEqual({ runs: null, metrics: null });
    expect(calls).toEqual([]);
  });

  it('drops what is configured, or only tells', async () => {
    const { fakes, calls } = played({ dropExpired: () => gone, findExpired: () => gone });
    await stage.withActivities(fakes, async () => {
      expect(await run('retention', { runsMonths: 3 })).toEqual({ runs: gone, metrics: null });
      expect(await run('retention', { samplesMonths: 3, dryRun: true })).toEqual({
        runs: null,
        metrics: gone,
      });
    });
    expect(calls).toEqual(['dropExpired', 'refreshQuality', 'findExpired']);
  });

  it('deletes objects of models where that is configured, or only tells', async () => {
    const models = {
      keepFrom: '2025-12-01T00:00:00.000Z',
      models: { objects: 1, bytes: 2 },
      training: { objects: 3, bytes: 4 },
    };
    const { fakes, calls } = played({ dropExpiredModels: () => models, findExpiredModels: () => models });
    await stage.withActivities(fakes, async () => {
      expect(await run('retention', { modelsMonths: 12, dryRun: true })).toEqual({
        runs: null,
        metrics: null,
        models,
      });
      expect(await run('retention', { modelsMonths: 12 })).toEqual({ runs: null, metrics: null, models });
    });
    expect(calls).toEqual(['findExpiredModels', 'dropExpiredModels', 'refreshQuality']);
  });
});

describe('eraseOwner', () => {
  it('redacts the originals, makes the tables anew, then cleans the rest, and its history has a number only', async () => {
    const { fakes, calls } = played({
      redactOriginals: () => ({ originals: 2, deleted: 1, unreadable: 0 }),
      recoverLedger: () => ({ originals: 3, recovered: 0, unknown: 0 }),
      beginRebuild: () => ({ files: 3 }),
      rebuildFiles: () => ({ waiting: 0 }),
      finishRebuild: () => ({ finished: true }),
      finishErasure: () => undefined,
    });
    const outcome = await stage.withActivities(fakes, () => run('eraseOwner', { erasureId: 5 }));
    expect(outcome).toEqual({ originals: 2, deleted: 1, unreadable: 0 });
    expect(calls.filter((name) => !['recoverLedger', 'rebuildFiles'].includes(name))).toEqual([
      'redactOriginals',
      'beginRebuild',
      'finishRebuild',
      'refreshQuality',
      'finishErasure',
    ]);
  });
});
