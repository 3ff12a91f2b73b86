import { randomUUID } from 'node:crypto';
import type { Client, WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoChampion } from '../activities/forecast/make-forecast.ts';
import { PromotionConflict, PromotionRefused } from '../activities/forecast/promotion.ts';
import { NothingLoaded } from '../db/estate-clock.ts';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import type { ForecastOutcome } from './forecast-week.ts';
import { FAILURE_MODEL, TASK_QUEUES } from './names.ts';
import type { PromoteInput, PromoteOutcome } from './promote-model.ts';
import type { RetrainInput, RetrainOutcome } from './retrain.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const AS_OF = '2026-03-01T06:00:00.000Z';

function actors(calls: string[], overrides: object = {}): FakeActivities {
  return {
    resolveAsOf: async ({ asOf }: { asOf?: string }) => ({ asOf: asOf ?? AS_OF }),
    freezeSnapshot: async ({ asOf }: { asOf: string }) => {
      calls.push(`freeze ${asOf}`);
      return { snapshot: 's', jobs: 3, runs: 99, kinds: ['base-run-rate', 'boosting'] };
    },
    trainContestant: async ({ kind, seed }: { kind: string; seed: number }) => {
      calls.push(`train ${kind} ${seed}`);
      return {
        kind,
        outcome: 'trained',
        artifact: 'a',
        predictions: 'p',
        report: 'r',
        fitMs: 1,
        peakMemoryBytes: 1,
      };
    },
    registerChallenger: async ({ contestants }: { contestants: unknown[] }) => {
      calls.push(`register of ${contestants.length}`);
      return { version: 2, kind: 'boosting' };
    },
    judgeChallenger: async ({ version }: { version: number }) => ({
      verdict: 'promote',
      promoteVersion: version,
      summary: 'better',
    }),
    checkPromotion: async ({ policy }: { policy: string }) => {
      calls.push(`check ${policy}`);
      return { isChampion: false, championVersion: 1, summary: 'the gate said "promote"' };
    },
    readPromotionPolicy: async () => ({ policy: 'gate' }),
    prepareRelease: async () => ({ moves: [] }),
    askApproval: async () => ({ remindAfterMs: null }),
    endApproval: async () => ({ told: false }),
    scoreBeside: async () => ({ workflowIds: [] }),
    switchChampion: async (input: { version: number; fromVersion: number; who: string; why: string }) => {
      calls.push(`switch ${input.fromVersion}→${input.version} by ${input.who}: ${input.why}`);
      return { changed: true };
    },
    makeForecast: async ({ asOf }: { asOf: string }) => ({
      cutoff: asOf,
      candidates: 3,
      modelVersion: 2,
      made: true,
    }),
    tellScoreCard: async ({ asOf }: { asOf: string }) => {
      calls.push(`score card as of ${asOf}`);
      return { cutoff: null };
    },
    listPendingNotifications: async () => ({ ids: [] }),
    ...overrides,
  } as FakeActivities;
}

const start = (client: Client, type: string, input: unknown) =>
  client.workflow.start(type, {
    workflowId: `${type}/${randomUUID()}`,
    taskQueue: TASK_QUEUES.control,
    args: [input],
  });
const run = async <T>(fakes: FakeActivities, type: string, input: unknown): Promise<T> =>
  stage.withActivities(fakes, async (client) => (await start(client, type, input)).result() as Promise<T>);
const failureOf = async (work: Promise<unknown>): Promise<string> => {
  const error = (await work.catch((caught) => caught)) as WorkflowFailedError;
  let cause: Error | undefined = error.cause;
  while (cause?.cause instanceof Error) cause = cause.cause;
  return cause?.message ?? String(error);
};

describe('retrain', () => {
  it('trains all contestants on one snapshot and promotes what passed the gate', async () => {
    const calls: string[] = [];
    const outcome = await run<RetrainOutcome>(actors(calls), 'retrain', { seed: 7 } satisfies RetrainInput);
    expect(outcome).toEqual({ version: 2, kind: 'boosting', verdict: 'promote', promotedVersion: 2 });
    expect(calls.filter((call) => call.startsWith('train')).sort()).toEqual([
      'train base-run-rate 7',
      'train boosting 7',
    ]);
    expect(calls.at(0)).toBe(`freeze ${AS_OF}`);
    expect(calls.slice(-3)).toEqual([
      'register of 2',
      'check gate',
      'switch 1→2 by gate: the gate said "promote"',
    ]);
  });

  it('can be started with nothing at all, as from the Temporal UI', async () => {
    const outcome = await stage.withActivities(actors([]), async (client) =>
      client.workflow.execute('retrain', {
        workflowId: `retrain/${randomUUID()}`,
        taskQueue: TASK_QUEUES.control,
      }),
    );
    expect(outcome).toMatchObject({ version: 2 });
  });

  it.each(['keep', 'undecided'] as const)('leaves the champion when the verdict is %s', async (verdict) => {
    const calls: string[] = [];
    const judge = { judgeChallenger: async () => ({ verdict, promoteVersion: null, summary: '' }) };
    const outcome = await run<RetrainOutcome>(actors(calls, judge), 'retrain', {});
    expect(outcome).toMatchObject({ verdict, promotedVersion: null });
    expect(calls.some((call) => call.startsWith('switch'))).toBe(false);
  });

  it('fails for good when nothing is loaded', async () => {
    const empty = {
      resolveAsOf: async () => {
        throw new NothingLoaded('no run log has been loaded yet');
      },
    };
    expect(await failureOf(run(actors([], empty), 'retrain', {}))).toBe('no run log has been loaded yet');
  });
});

describe('promoteModel', () => {
  const version = { model: FAILURE_MODEL, version: 2 };
  const gate: PromoteInput = { ...version, policy: 'gate' };
  const approval: PromoteInput = { ...version, policy: 'approval' };

  it('does nothing for the champion', async () => {
    const calls: string[] = [];
    const champion = { checkPromotion: async () => ({ isChampion: true, championVersion: 2, summary: '' }) };
    expect(await run<PromoteOutcome>(actors(calls, champion), 'promoteModel', gate)).toEqual({
      outcome: 'champion-already',
    });
    expect(calls).toEqual([]);
  });

  it('fails for good when the gate has not passed it, or somebody else was faster', async () => {
    const fail = (error: Error) => async () => {
      throw error;
    };
    const refused = actors([], { checkPromotion: fail(new PromotionRefused('not passed')) });
    expect(await failureOf(run(refused, 'promoteModel', gate))).toBe('not passed');
    const raced = actors([], { switchChampion: fail(new PromotionConflict('too late')) });
    expect(await failureOf(run(raced, 'promoteModel', gate))).toBe('too late');
  });

  it('waits for a person, who approves with name and reason', async () => {
    const calls: string[] = [];
    const outcome = await stage.withActivities(actors(calls), async (client) => {
      const handle = await start(client, 'promoteModel', approval);
      const decide = (decision: unknown) => handle.executeUpdate('decide', { args: [decision] });
      expect(await failureOf(decide({ approve: true, who: ' ', why: 'x' }))).toBe(
        'who and why must be given',
      );
      expect(await failureOf(decide({ approve: 'yes', who: 'ann', why: 'x' }))).toBe(
        'approve must be true or false',
      );
      expect(await decide({ approve: true, who: 'ann', why: 'looks right' })).toBe(
        `${FAILURE_MODEL}/2 approved by ann`,
      );
      return handle.result();
    });
    expect(outcome).toEqual({ outcome: 'promoted' });
    expect(calls).toEqual(['check approval', 'switch 1→2 by ann: looks right']);
  });

  it('changes nothing when the person rejects', async () => {
    const calls: string[] = [];
    const outcome = await stage.withActivities(actors(calls), async (client) => {
      const handle = await start(client, 'promoteModel', approval);
      await handle.executeUpdate('decide', { args: [{ approve: false, who: 'ann', why: 'too new' }] });
      return handle.result();
    });
    expect(outcome).toEqual({ outcome: 'rejected' });
    expect(calls).toEqual(['check approval']);
  });

  it('expires when nobody decides', async () => {
    const outcome = await run<PromoteOutcome>(actors([]), 'promoteModel', {
      ...approval,
      decideWithin: '1 second',
    });
    expect(outcome).toEqual({ outcome: 'expired' });
  });

  it('takes no decision of a person where the gate decides', async () => {
    const checking = Promise.withResolvers<void>();
    const held = actors([], {
      checkPromotion: async () => {
        await checking.promise;
        return { isChampion: true, championVersion: 2, summary: '' };
      },
    });
    await stage.withActivities(held, async (client) => {
      const handle = await start(client, 'promoteModel', gate);
      const refused = await failureOf(
        handle.executeUpdate('decide', { args: [{ approve: true, who: 'ann', why: 'x' }] }),
      );
      expect(refused).toBe(`${FAILURE_MODEL}/2 is promoted by the gate, not by a person`);
      checking.resolve();
      await handle.result();
    });
  });

  it('says what it misses when started with too little', async () => {
    expect(await failureOf(run(actors([]), 'promoteModel', { model: 'x' }))).toBe(
      'promoteModel expects "version" (number), found nothing',
    );
  });
});

describe('rollbackModel', () => {
  const input = { model: FAILURE_MODEL, fromVersion: 3, who: 'ann', why: 'too many alarms' };
  const before = { checkRollback: async () => ({ version: 2 }) };

  it('gives the place back to the version before, in the name of who asked', async () => {
    const calls: string[] = [];
    expect(await run(actors(calls, before), 'rollbackModel', input)).toEqual({ version: 2 });
    expect(calls).toEqual(['switch 3→2 by ann: too many alarms']);
  });

  it('fails for good when another champion serves by now, and when none served before', async () => {
    for (const error of [new PromotionConflict('the champion is 4'), new PromotionRefused('none before')]) {
      const refused = {
        checkRollback: async () => {
          throw error;
        },
      };
      expect(await failureOf(run(actors([], refused), 'rollbackModel', input))).toBe(error.message);
    }
  });

  it('says what it misses when started with too little', async () => {
    expect(await failureOf(run(actors([]), 'rollbackModel', { ...input, why: '' }))).toBe(
      'rollbackModel expects "why" (text), found ""',
    );
  });
});

describe('forecastWeek', () => {
  it('forecasts as of the given instant', async () => {
    const asOf = '2026-02-01T00:00:00.000Z';
    const calls: string[] = [];
    expect(await run<ForecastOutcome>(actors(calls), 'forecastWeek', { asOf })).toEqual({
      cutoff: asOf,
      candidates: 3,
      modelVersion: 2,
      made: true,
    });
    expect(calls).toEqual([`score card as of ${asOf}`]);
  });

  it('fails for good without a champion', async () => {
    const none = {
      makeForecast: async () => {
        throw new NoChampion('run retrain first');
      },
    };
    expect(await failureOf(run(actors([], none), 'forecastWeek', {}))).toBe('run retrain first');
  });
});
