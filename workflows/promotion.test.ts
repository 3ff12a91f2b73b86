import { randomUUID } from 'node:crypto';
import { type Client, WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalRound } from '../activities/forecast/approvals.ts';
import { PromotionConflict } from '../activities/forecast/promotion.ts';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { FAILURE_MODEL, LOOK_AGAIN, TASK_QUEUES, workflowIds } from './names.ts';
import type { PromoteInput } from './promote-model.ts';
import type { TrialInput } from './trial-model.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

interface Scene {
  settings?: { twoPeople?: boolean; shadowDays?: number; probationDays?: number };
  champion?: number | null;
  /** Gets what people are told of a wait. */
  told?: string[];
  remindAfterMs?: number | null;
}

/** Activities that write down what was asked of them. */
function actors(
  calls: string[],
  { settings, champion = 1, told = [], remindAfterMs = null }: Scene = {},
  overrides: object = {},
): FakeActivities {
  return {
    checkPromotion: async () => ({
      isChampion: false,
      championVersion: champion,
      summary: 'the gate said "promote"',
      settings: { twoPeople: false, shadowDays: 0, probationDays: 0, ...settings },
    }),
    prepareRelease: async ({ version, fromVersion }: { version: number; fromVersion: number | null }) => {
      calls.push(`note ${fromVersion}→${version}`);
      return { moves: [{ job: 'pallets', before: 0.1, after: 0.4 }] };
    },
    switchChampion: async (input: {
      version: number;
      fromVersion: number;
      who: string;
      why: string;
      moves?: [];
    }) => {
      const { version, fromVersion, who, why, moves } = input;
      calls.push(`switch ${fromVersion}→${version} by ${who}: ${why} (${moves?.length ?? 'no'} moves)`);
      return { changed: true };
    },
    checkRollback: async () => ({ version: 1 }),
    askApproval: async ({ round, votes, isReminder }: ApprovalRound) => {
      told.push(`${round}: ${votes.length} approved${isReminder ? ', again' : ''}`);
      return { remindAfterMs };
    },
    endApproval: async ({ outcome, who }: { outcome: string; who: string | null }) => {
      told.push(`${outcome} by ${who}`);
      return { told: true };
    },
    beginTrial: async ({ version, role, days }: TrialInput) => {
      calls.push(`trial of ${version} as ${role} for ${days} days`);
      return { state: 'begun', against: champion };
    },
    lookAtTrial: async () => ({ outcome: 'undecided', against: 1, summary: 'evidence 1.1' }),
    listPendingNotifications: async () => ({ ids: [] }),
    ...overrides,
  } as FakeActivities;
}

const begin = (client: Client, type: string, input: PromoteInput | TrialInput) =>
  client.workflow.start(type, {
    workflowId: `${type}/${randomUUID()}`,
    taskQueue: TASK_QUEUES.control,
    args: [input],
  });
const decide = (handle: WorkflowHandle, who: string, approve = true): Promise<string> =>
  handle.executeUpdate('decide', { args: [{ approve, who, why: `says ${who}` }] });
const sentenceOf = async (work: Promise<unknown>): Promise<string> => {
  let cause = (await work.catch((error) => error)) as Error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.message;
};
const APPROVAL: PromoteInput = { model: FAILURE_MODEL, version: 2, policy: 'approval' };
const GATE: PromoteInput = { ...APPROVAL, policy: 'gate' };

describe('promoteModel with two people', () => {
  it('waits for a second person, who is not the first one in capitals', async () => {
    const calls: string[] = [];
    await stage.withActivities(actors(calls, { settings: { twoPeople: true } }), async (client) => {
      const handle = await begin(client, 'promoteModel', APPROVAL);
      expect(await decide(handle, 'ann')).toBe(
        'job-failure/2 approved by ann: a second person has to approve',
      );
      expect(await sentenceOf(decide(handle, ' ANN '))).toBe(
        'job-failure/2 was approved by ANN already: a second person has to approve',
      );
      expect(await decide(handle, 'bob')).toBe('job-failure/2 approved by bob');
      expect(await handle.result()).toEqual({ outcome: 'promoted' });
    });
    expect(calls).toEqual(['note 1→2', 'switch 1→2 by ann and bob: ann: says ann; bob: says bob (1 moves)']);
  });

  it('counts whoever asked as the first, and not twice', async () => {
    const calls: string[] = [];
    await stage.withActivities(actors(calls), async (client) => {
      const asked = { who: 'ann', why: 'it ranks finance better' };
      const handle = await begin(client, 'promoteModel', { ...APPROVAL, asked, twoPeople: true });
      expect(await sentenceOf(decide(handle, 'Ann'))).toContain('a second person has to approve');
      await decide(handle, 'bob');
      await handle.result();
    });
    expect(calls.at(-1)).toContain('by ann and bob');
  });

  it('takes of two at the same moment in one name only one', async () => {
    const calls: string[] = [];
    const checking = Promise.withResolvers<void>();
    const scene = actors(calls, { settings: { twoPeople: true } });
    const check = scene.checkPromotion as () => Promise<unknown>;
    const held = {
      ...scene,
      checkPromotion: async () => {
        await checking.promise;
        return check();
      },
    };
    await stage.withActivities(held, async (client) => {
      const handle = await begin(client, 'promoteModel', APPROVAL);
      // Both are taken before it is known how many people are asked for.
      const accepted = (updateId: string) =>
        handle.startUpdate<string, [object]>('decide', {
          args: [{ approve: true, who: 'ann', why: 'x' }],
          updateId,
          waitForStage: 'ACCEPTED',
        });
      const both = await Promise.all([accepted('1'), accepted('2')]);
      checking.resolve();
      const answers = await Promise.allSettled(both.map((update) => update.result()));
      expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await decide(handle, 'bob', false);
      expect(await handle.result()).toEqual({ outcome: 'rejected' });
    });
    expect(calls).toEqual(['note 1→2']);
  });

  it('one no is enough, of the first person too', async () => {
    const calls: string[] = [];
    await stage.withActivities(actors(calls, { settings: { twoPeople: true } }), async (client) => {
      const handle = await begin(client, 'promoteModel', APPROVAL);
      await decide(handle, 'ann');
      expect(await decide(handle, 'ann', false)).toBe('job-failure/2 rejected by ann');
      expect(await handle.result()).toEqual({ outcome: 'rejected' });
    });
  });

  it('expires with one approval of two', async () => {
    await stage.withActivities(actors([], { settings: { twoPeople: true } }), async (client) => {
      const handle = await begin(client, 'promoteModel', { ...APPROVAL, decideWithin: '1 second' });
      await decide(handle, 'ann');
      expect(await handle.result()).toEqual({ outcome: 'expired' });
    });
  });
});

describe('people are told of a promotion that waits for them', () => {
  const isTold = (told: string[], what: string) =>
    expect.poll(() => told, { timeout: 20_000 }).toContainEqual(what);

  it('once, again when a second person is asked for, and of its end', async () => {
    const [calls, told]: [string[], string[]] = [[], []];
    const scene = { settings: { twoPeople: true }, told };
    await stage.withActivities(actors(calls, scene), async (client) => {
      const handle = await begin(client, 'promoteModel', APPROVAL);
      await isTold(told, '1: 0 approved');
      await decide(handle, 'ann');
      await isTold(told, '2: 1 approved');
      await decide(handle, 'bob');
      expect(await handle.result()).toEqual({ outcome: 'promoted' });
    });
    expect(told).toEqual(['1: 0 approved', '2: 1 approved', 'promoted by ann and bob']);
  });

  it('not at all where whoever starts it decides at once, and of a no all the same', async () => {
    for (const approve of [true, false]) {
      const told: string[] = [];
      await stage.withActivities(actors([], { told }), async (client) => {
        const workflowId = `promoteModel/${randomUUID()}`;
        const start = new WithStartWorkflowOperation('promoteModel', {
          ...{ workflowId, taskQueue: TASK_QUEUES.control, args: [APPROVAL] },
          workflowIdConflictPolicy: 'USE_EXISTING',
        });
        await client.workflow.executeUpdateWithStart('decide', {
          args: [{ approve, who: 'ann', why: 'x' }],
          startWorkflowOperation: start,
        });
        await client.workflow.getHandle(workflowId).result();
      });
      expect(told).toEqual(approve ? ['promoted by ann'] : ['rejected by ann']);
    }
  });

  it('as a reminder until nobody has decided in time', async () => {
    const told: string[] = [];
    await stage.withActivities(actors([], { told, remindAfterMs: 1_000 }), async (client) => {
      const handle = await begin(client, 'promoteModel', { ...APPROVAL, decideWithin: '2500 ms' });
      expect(await handle.result()).toEqual({ outcome: 'expired' });
    });
    expect(told.slice(0, 2)).toEqual(['1: 0 approved', '2: 0 approved, again']);
    expect(told.at(-1)).toBe('expired by null');
  });

  it('and why it could not be done, where somebody was faster', async () => {
    const told: string[] = [];
    const faster = {
      switchChampion: async () => {
        throw new PromotionConflict('the champion is 3');
      },
    };
    await stage.withActivities(actors([], { told }, faster), async (client) => {
      const handle = await begin(client, 'promoteModel', APPROVAL);
      await isTold(told, '1: 0 approved');
      await decide(handle, 'ann');
      expect(await sentenceOf(handle.result())).toBe('the champion is 3');
    });
    expect(told).toEqual(['1: 0 approved', 'failed by ann']);
  });

  it('while a message hangs the decision counts at once', async () => {
    const [calls, told]: [string[], string[]] = [[], []];
    const hanging = Promise.withResolvers<void>();
    const slow = {
      listPendingNotifications: async () => ({ ids: ['m'] }),
      deliverNotification: async () => {
        await hanging.promise;
        return { outcome: 'sent', answer: null };
      },
    };
    await stage.withActivities(actors(calls, { told }, slow), async (client) => {
      const handle = await begin(client, 'promoteModel', APPROVAL);
      await isTold(told, '1: 0 approved');
      await decide(handle, 'ann');
      await isTold(calls, 'switch 1→2 by ann: says ann (1 moves)');
      hanging.resolve();
      expect(await handle.result()).toEqual({ outcome: 'promoted' });
    });
  });
});

describe('promoteModel with a trial', () => {
  it('lets the challenger forecast beside the champion first, as configured or as asked', async () => {
    for (const [input, days, configured] of [
      [GATE, 28, 28],
      [{ ...GATE, shadowDays: 7 }, 7, 28],
    ] as const) {
      const calls: string[] = [];
      const fakes = actors(calls, { settings: { shadowDays: configured } });
      const outcome = await stage.withActivities(fakes, async (client) =>
        (await begin(client, 'promoteModel', input)).result(),
      );
      expect(outcome).toEqual({ outcome: 'on-trial' });
      // The trial itself begins too; one of the round before may still be at work.
      expect(calls).toContain(`trial of 2 as challenger for ${days} days`);
      expect(calls.filter((call) => call.startsWith('switch'))).toEqual([]);
    }
  });

  it('does not where nobody serves, or where it comes from a trial', async () => {
    for (const [input, champion] of [
      [GATE, null],
      [{ ...GATE, shadowDays: 0 }, 1],
    ] as const) {
      const calls: string[] = [];
      const fakes = actors(calls, { settings: { shadowDays: 28 }, champion });
      const outcome = await stage.withActivities(fakes, async (client) =>
        (await begin(client, 'promoteModel', input)).result(),
      );
      expect(outcome).toEqual({ outcome: 'promoted' });
    }
  });

  it('waits its turn while another version is on trial', async () => {
    const taken = { beginTrial: async () => ({ state: 'taken', against: 1 }) };
    const outcome = await stage.withActivities(
      actors([], { settings: { shadowDays: 28 } }, taken),
      async (client) => (await begin(client, 'promoteModel', GATE)).result(),
    );
    expect(outcome).toEqual({ outcome: 'trial-taken' });
  });

  it('has the version that goes watch the new champion', async () => {
    const calls: string[] = [];
    const fakes = actors(calls, { settings: { probationDays: 28 } });
    await stage.withActivities(fakes, async (client) => {
      const handle = await begin(client, 'promoteModel', GATE);
      expect(await handle.result()).toEqual({ outcome: 'promoted' });
      const { runId } = await handle.describe();
      const id = workflowIds.trialModel(FAILURE_MODEL, 1, 'predecessor', runId);
      expect(await client.workflow.getHandle(id).result()).toEqual({ outcome: 'undecided' });
    });
    expect(calls).toContain('trial of 1 as predecessor for 28 days');
  });
});

describe('trialModel', () => {
  const trial: TrialInput = {
    ...{ model: FAILURE_MODEL, version: 2, role: 'challenger', days: 28, policy: 'gate' },
    ...{ who: 'gate', why: 'passed' },
  };
  const looks = (...outcomes: string[]) => ({
    lookAtTrial: async () => ({ outcome: outcomes.shift() ?? 'lasts', against: 1, summary: 'evidence 31.0' }),
  });
  const hold = (fakes: FakeActivities, input: TrialInput, work?: (handle: WorkflowHandle) => Promise<void>) =>
    stage.withActivities(fakes, async (client) => {
      const handle = await begin(client, 'trialModel', input);
      await work?.(handle);
      return handle.result() as Promise<unknown>;
    });

  it('promotes a challenger that is better, without another trial', async () => {
    const calls: string[] = [];
    const fakes = actors(calls, { settings: { shadowDays: 28 } }, looks('better'));
    expect(await hold(fakes, trial)).toEqual({ outcome: 'better' });
    expect(calls.at(-1)).toContain('switch 1→2 by gate');
  });

  it('asks for approval where people decide: whoever asked for the trial is the first of two', async () => {
    const calls: string[] = [];
    const fakes = actors(calls, { settings: { twoPeople: true } }, looks('better'));
    const asked: TrialInput = { ...trial, policy: 'approval', who: 'ann', isAsked: true };
    await stage.withActivities(fakes, async (client) => {
      const handle = await begin(client, 'trialModel', asked);
      const promotion = client.workflow.getHandle(workflowIds.promoteModel(FAILURE_MODEL, 2));
      await expect
        .poll(() => decide(promotion, 'bob').catch(() => 'not yet'), { timeout: 10_000 })
        .toContain('bob');
      await handle.result();
    });
    expect(calls.at(-1)).toContain('by ann and bob');
  });

  it.each(['worse', 'undecided', 'overtaken'])('changes nothing when it ends %s', async (outcome) => {
    const calls: string[] = [];
    expect(await hold(actors(calls, {}, looks(outcome)), trial)).toEqual({ outcome });
    expect(calls).toEqual(['trial of 2 as challenger for 28 days']);
  });

  it('looks again when something was forecast', async () => {
    const looked = Promise.withResolvers<void>();
    const outcomes = looks('lasts', 'worse');
    const watched = {
      lookAtTrial: async () => {
        looked.resolve();
        return outcomes.lookAtTrial();
      },
    };
    const outcome = await hold(actors([], {}, watched), trial, async (handle) => {
      await looked.promise;
      await handle.signal(LOOK_AGAIN);
    });
    expect(outcome).toEqual({ outcome: 'worse' });
  });

  it('gives a predecessor that is better its place back, in the name of the monitor with the numbers', async () => {
    const calls: string[] = [];
    const fakes = actors(
      calls,
      { champion: 2 },
      {
        lookAtTrial: async () => ({ outcome: 'better', against: 2, summary: 'evidence 31.0, 20 needed' }),
      },
    );
    expect(await hold(fakes, { ...trial, version: 1, role: 'predecessor' })).toEqual({ outcome: 'better' });
    expect(calls.at(-1)).toBe(
      'switch 2→1 by monitor: version 1 is better on trial beside version 2: evidence 31.0, 20 needed (no moves)',
    );
  });

  it('ends where somebody was faster', async () => {
    const faster = {
      ...looks('better'),
      checkRollback: async () => {
        throw new PromotionConflict('the champion is 3');
      },
    };
    const fakes = actors([], { champion: 2 }, faster);
    expect(await hold(fakes, { ...trial, version: 1, role: 'predecessor' })).toEqual({ outcome: 'better' });
  });

  it.each(['taken', 'pointless'])('is not held where it is %s', async (state) => {
    const fakes = actors([], {}, { beginTrial: async () => ({ state, against: null }) });
    expect(await hold(fakes, trial)).toEqual({ outcome: state });
  });
});
