import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import type { CollectEventsOutcome } from './collect-events.ts';
import { EVENT_ARRIVED, TASK_QUEUES } from './names.ts';

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
    detect: async () => ({ opened: 0, resolved: 0 }),
    refreshQuality: async () => ({ days: 1 }),
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

  it('computes the quality of the days of what it loaded', async () => {
    const refreshed: string[][] = [];
    const refreshQuality = async ({ files }: { files: string[] }) => {
      refreshed.push(files);
      return { days: 1 };
    };
    await stage.withActivities(actors(12, 5, { refreshQuality } as FakeActivities), collectEvents);
    expect(refreshed).toEqual([[sha(1)], [sha(2)], [sha(3)]]);
  });

  it('goes on as a new run when there is no end of it', async () => {
    const id = `collect/events/${randomUUID()}`;
    const outcome = await stage.withActivities(actors(150), (client) =>
      client.workflow.execute('collectEvents', { workflowId: id, taskQueue: TASK_QUEUES.control, args: [] }),
    );
    // 20 rounds of 5 messages were the first run's.
    expect(outcome).toEqual({ packed: 50, loaded: 40 });
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

  it('loads what arrives while a message cannot be sent, and ends when that is given up', async () => {
    const stuck = Promise.withResolvers<void>();
    const sent = Promise.withResolvers<void>();
    const loaded: string[] = [];
    const seen = Promise.withResolvers<void>();
    let files = [sha(1)];
    const played = actors(0, 5, {
      listPendingFiles: async () => ({ files }),
      loadFiles: async (input: { files: string[] }) => {
        loaded.push(...input.files);
        files = [];
        if (loaded.length === 2) seen.resolve();
        const none = { refused: 0, rowsDuplicate: 0, rowsQuarantined: 0 };
        return { ...none, loaded: 1, rowsIn: 1, rowsLoaded: 1, done: 1 };
      },
      detect: async () => ({ opened: loaded.length === 1 ? 1 : 0, resolved: 0 }),
      listPendingNotifications: async () => ({ ids: ['n1'] }),
      deliverNotification: async () => {
        stuck.resolve();
        await sent.promise;
        return { outcome: 'sent' };
      },
    } as FakeActivities);
    await stage.withActivities(played, async (client) => {
      const workflowId = `collect/events/${randomUUID()}`;
      const start = { workflowId, taskQueue: TASK_QUEUES.control, args: [] };
      const running = await client.workflow.start('collectEvents', start);
      await stuck.promise;
      files = [sha(2)];
      await running.signal(EVENT_ARRIVED);
      await seen.promise;
      expect(loaded).toEqual([sha(1), sha(2)]);
      expect((await running.describe()).status.name).toBe('RUNNING');
      sent.resolve();
      expect(await running.result()).toEqual({ packed: 0, loaded: 2 });
    });
  });

  it('tells nobody when nothing failed', async () => {
    const told: string[] = [];
    const quiet = actors(3, 5, {
      listPendingNotifications: async () => {
        told.push('asked');
        return { ids: [] };
      },
    } as FakeActivities);
    await stage.withActivities(quiet, collectEvents);
    expect(told).toEqual([]);
  });
});
