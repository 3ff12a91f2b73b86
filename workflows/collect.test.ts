import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnknownSource } from '../activities/load/collect-files.ts';
import { InvalidInput } from '../activities/resolve-as-of.ts';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import type { CollectInput, CollectOutcome } from './collect.ts';
import { batchOf, TASK_QUEUES, workflowIds } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const FILES = ['a'.repeat(64), 'b'.repeat(64)];
const page = { stored: 1, unreadable: 0, files: [] as string[], next: null as string | null };
const loaded = ({ files }: { files: string[] }) => ({
  loaded: files.length,
  refused: 0,
  held: 0,
  rowsIn: 10 * files.length,
  rowsLoaded: 7 * files.length,
  rowsDuplicate: 2 * files.length,
  rowsQuarantined: files.length,
  done: files.length,
});

/** Records the calls and plays: two pending files until they were listed, nothing to send. */
function actors(calls: string[], overrides: FakeActivities = {}): FakeActivities {
  const pending = [FILES];
  return {
    storeFiles: async () => page,
    listPendingFiles: async () => ({ files: pending.shift() ?? [] }),
    loadFiles: async (input: { files: string[] }) => {
      calls.push(`load ${input.files.map((sha256) => sha256[0]).join(' ')}`);
      return loaded(input);
    },
    refreshQuality: async () => ({ days: 1 }),
    resolveAsOf: async () => ({ asOf: '2026-03-01T06:00:00.000Z' }),
    detect: async ({ asOf }: { asOf: string }) => {
      calls.push(`detect ${asOf}`);
      return { opened: 1, resolved: 0 };
    },
    listPendingNotifications: async () => ({ ids: ['n1'] }),
    deliverNotification: async ({ id }: { id: string }) => {
      calls.push(`deliver ${id}`);
      return { outcome: 'sent' };
    },
    ...overrides,
  } as FakeActivities;
}

const collect = (input: CollectInput): Promise<CollectOutcome> =>
  stage.client.workflow.execute('collect', {
    workflowId: `collect/${randomUUID()}`,
    taskQueue: TASK_QUEUES.control,
    args: [input],
  });

describe('collect and ingestFiles', () => {
  it('keep what is new, load what waits, detect as of now, and tell', async () => {
    const calls: string[] = [];
    const outcome = await stage.withActivities(actors(calls), () => collect({ source: 'runs' }));
    expect(outcome).toEqual({
      stored: 1,
      ingestWorkflowId: workflowIds.ingestFiles('runs', batchOf(FILES)),
      ingest: {
        loaded: 2,
        refused: 0,
        held: 0,
        rowsIn: 20,
        rowsLoaded: 14,
        rowsDuplicate: 4,
        rowsQuarantined: 2,
        opened: 1,
        resolved: 0,
      },
    });
    expect(calls).toEqual(['load a b', 'detect 2026-03-01T06:00:00.000Z', 'deliver n1']);
  });

  it('say what they did in the search attributes', async () => {
    const id = `collect/${randomUUID()}`;
    await stage.withActivities(actors([]), (client) =>
      client.workflow.execute('collect', {
        workflowId: id,
        taskQueue: TASK_QUEUES.control,
        args: [{ source: 'runs' }],
      }),
    );
    const { typedSearchAttributes } = await stage.client.workflow.getHandle(id).describe();
    expect(
      Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])),
    ).toMatchObject({
      Source: 'runs',
      Outcome: 'loaded',
    });
  });

  it('sweep the outbox also when nothing is new', async () => {
    const calls: string[] = [];
    const idle = actors(calls, {
      storeFiles: async () => ({ ...page, stored: 0 }),
      listPendingFiles: async () => ({ files: [] }),
    });
    expect(await stage.withActivities(idle, () => collect({ source: 'runs' }))).toEqual({
      stored: 0,
      ingestWorkflowId: null,
      ingest: null,
    });
    expect(calls).toEqual(['deliver n1']);
  });

  it('leave files alone that are being loaded already', async () => {
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const slow = actors([], {
      listPendingFiles: async () => ({ files: FILES }),
      loadFiles: async (input: { files: string[] }) => {
        started.resolve();
        await release.promise;
        return loaded(input);
      },
    } as FakeActivities);
    await stage.withActivities(slow, async () => {
      const first = collect({ source: 'runs' });
      await started.promise;
      expect((await collect({ source: 'runs' })).ingest).toBeNull();
      release.resolve();
      await first;
    });
  });

  it('store page by page, and load what is stored while more is being stored', async () => {
    const pages = ['a.csv', 'b.csv', null];
    const batches = [['a'.repeat(64)], ['b'.repeat(64)], ['c'.repeat(64)]];
    const waiting: string[][] = [];
    const seen: (string | undefined)[] = [];
    const loadedFirst = Promise.withResolvers<void>();
    const calls: string[] = [];
    const outcome = await stage.withActivities(
      actors(calls, {
        storeFiles: async ({ after }: { after?: string }) => {
          seen.push(after);
          // The second page is not stored before the first batch was loaded: both go on at once.
          if (seen.length === 2) await loadedFirst.promise;
          waiting.push(batches[seen.length - 1]!);
          return { ...page, stored: 2, next: pages[seen.length - 1]! };
        },
        listPendingFiles: async () => ({ files: waiting.shift() ?? [] }),
        loadFiles: async (input: { files: string[] }) => {
          calls.push(`load ${input.files[0]![0]}`);
          loadedFirst.resolve();
          return loaded(input);
        },
      } as FakeActivities),
      () => collect({ source: 'runs' }),
    );
    expect(seen).toEqual([undefined, 'a.csv', 'b.csv']);
    expect(outcome).toMatchObject({ stored: 6, ingest: { loaded: 3, rowsIn: 30 } });
    expect(calls.filter((call) => call.startsWith('load'))).toEqual(['load a', 'load b', 'load c']);
  });

  it('take at once what a watcher tells, also what it tells meanwhile', async () => {
    const asked: [string[] | undefined, string[] | undefined][] = [];
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const workflowId = `collect/${randomUUID()}`;
    const start = (client: WorkflowStage['client'], paths: string[]) =>
      client.workflow.signalWithStart('collect', {
        workflowId,
        taskQueue: TASK_QUEUES.control,
        args: [{ source: 'runs', paths: [] }],
        signal: 'arrived',
        signalArgs: [paths, paths.slice(1)],
      });
    const outcome = await stage.withActivities(
      actors([], {
        storeFiles: async ({ paths, moved }: { paths?: string[]; moved?: string[] }) => {
          asked.push([paths, moved]);
          started.resolve();
          await release.promise;
          return { ...page, files: [FILES[asked.length - 1]!] };
        },
        listPendingFiles: async () => {
          throw new InvalidInput('the backlog is not asked for');
        },
      } as FakeActivities),
      async (client) => {
        const handle = await start(client, ['a.csv']);
        await started.promise;
        await start(client, ['b.csv', 'c.csv']);
        release.resolve();
        return (await handle.result()) as CollectOutcome;
      },
    );
    expect(asked).toEqual([
      [['a.csv'], []],
      [['b.csv', 'c.csv'], ['c.csv']],
    ]);
    expect(outcome).toMatchObject({ stored: 2, ingest: { loaded: 2 } });
  });

  it('go on with the other files when one is refused, and detect nothing when no row is new', async () => {
    const calls: string[] = [];
    const refusing = actors(calls, {
      loadFiles: async () => ({ ...loaded({ files: FILES.slice(1) }), refused: 1, rowsLoaded: 0, done: 2 }),
    } as FakeActivities);
    const { ingest } = await stage.withActivities(refusing, () => collect({ source: 'runs' }));
    expect(ingest).toMatchObject({ loaded: 1, refused: 1, rowsLoaded: 0, opened: 0 });
    expect(calls).toEqual(['deliver n1']);
  });

  it('call again for the files that a call did not come to', async () => {
    const calls: string[] = [];
    const oneByOne = actors(calls, {
      loadFiles: async ({ files }: { files: string[] }) => {
        calls.push(`load ${files[0]![0]} of ${files.length}`);
        return loaded({ files: files.slice(0, 1) });
      },
    } as FakeActivities);
    const { ingest } = await stage.withActivities(oneByOne, () => collect({ source: 'runs' }));
    expect(ingest).toMatchObject({ loaded: 2, rowsIn: 20 });
    expect(calls.slice(0, 2)).toEqual(['load a of 2', 'load b of 1']);
  });

  it('do not fail because a message cannot be sent', async () => {
    const mute = actors([], {
      deliverNotification: async () => {
        throw new InvalidInput('refused for good');
      },
    });
    expect((await stage.withActivities(mute, () => collect({ source: 'runs' }))).ingest?.loaded).toBe(2);
  });

  it('try a step again until it works', async () => {
    let tries = 0;
    const flaky = actors([], {
      loadFiles: async (input: { files: string[] }) => {
        tries++;
        if (tries < 3) throw new Error('connection refused');
        return loaded(input);
      },
    } as FakeActivities);
    expect((await stage.withActivities(flaky, () => collect({ source: 'runs' }))).ingest?.loaded).toBe(2);
    expect(tries).toBe(3);
  });

  it.each([
    [{}, 'collect expects "source" (text), found nothing'],
    [{ source: 7 }, 'collect expects "source" (text), found 7'],
  ])('fail at once and clearly when started with %j', async (input, message) => {
    const failed = await stage.withActivities(actors([]), () =>
      collect(input as CollectInput).catch((error: WorkflowFailedError) => error),
    );
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect((failed as WorkflowFailedError).cause?.message).toBe(message);
  });

  it('fail at once when the source is not configured', async () => {
    const lost = actors([], {
      storeFiles: async () => {
        throw new UnknownSource('no source named "x" is configured');
      },
    });
    await expect(stage.withActivities(lost, () => collect({ source: 'x' }))).rejects.toThrow();
  });
});
