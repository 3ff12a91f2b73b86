import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import type { CollectEventsOutcome } from './collect-events.ts';
import { batchOf, TASK_QUEUES, workflowIds } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const sha = (n: number) => n.toString(16).padStart(64, '0');

/** Plays a queue of messages, `perFile` of which are packed at a time. Loading empties what is pending. */
function actors(waiting: number, perFile = 5, overrides: FakeActivities = {}): FakeActivities {
  let left = waiting;
  let files: string[] = [];
  let made = 0;
  return {
    packEvents: async () => {
      const packed = Math.min(left, perFile);
      left -= packed;
      if (packed > 0) files.push(sha(++made));
      return { packed };
    },
    listPendingFiles: async () => ({ files }),
    loadFiles: async (input: { files: string[] }) => {
      files = files.filter((file) => !input.files.includes(file));
      return {
        loaded: input.files.length,
        refused: 0,
        rowsIn: 5,
        rowsLoaded: 4,
        rowsDuplicate: 1,
        rowsQuarantined: 0,
        done: input.files.length,
      };
    },
    resolveAsOf: async () => ({ asOf: '2026-03-01T06:00:00.000Z' }),
    detectFailures: async () => ({ opened: 0, resolved: 0 }),
    listPendingNotifications: async () => ({ ids: [] }),
    ...overrides,
  } as FakeActivities;
}
const collectEvents = (): Promise<CollectEventsOutcome> =>
  stage.client.workflow.execute('collectEvents', {
    workflowId: `collect/events/${randomUUID()}`,
    taskQueue: TASK_QUEUES.control,
    args: [],
  });

describe('collectEvents', () => {
  it('does nothing when nothing came', async () => {
    expect(await stage.withActivities(actors(0), collectEvents)).toEqual({ packed: 0, loaded: 0 });
  });

  it('packs and loads until nothing waits', async () => {
    expect(await stage.withActivities(actors(12), collectEvents)).toEqual({ packed: 12, loaded: 12 });
  });

  it('leaves what never ends to the next one', async () => {
    expect(await stage.withActivities(actors(1_000), collectEvents)).toEqual({ packed: 100, loaded: 80 });
  });

  it('loads a file that an earlier collection left behind', async () => {
    let files = [sha(99)];
    const left = actors(0, 5, {
      listPendingFiles: async () => ({ files }),
      loadFiles: async () => {
        files = [];
        const none = { loaded: 1, refused: 0, rowsIn: 2, rowsDuplicate: 0, rowsQuarantined: 0 };
        return { ...none, rowsLoaded: 2, done: 1 };
      },
    } as FakeActivities);
    expect(await stage.withActivities(left, collectEvents)).toEqual({ packed: 0, loaded: 2 });
  });

  it('ends when these files are being loaded already', async () => {
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const played = actors(3);
    const loadFiles = played.loadFiles as (input: { files: string[] }) => Promise<unknown>;
    const slow = {
      ...played,
      loadFiles: async (input: { files: string[] }) => {
        started.resolve();
        await release.promise;
        return loadFiles(input);
      },
    } as FakeActivities;
    await stage.withActivities(slow, async () => {
      const first = collectEvents();
      await started.promise;
      expect(await collectEvents()).toEqual({ packed: 0, loaded: 0 });
      const id = workflowIds.ingestFiles('events', batchOf([sha(1)]));
      expect((await stage.client.workflow.getHandle(id).describe()).status.name).toBe('RUNNING');
      release.resolve();
      expect(await first).toEqual({ packed: 3, loaded: 4 });
    });
  });
});
