import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestMayBeKnown } from '../models/forecast/test-imported.ts';
import { OnnxNotUnderstood } from '../models/onnx/onnx-not-understood.ts';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import type { ChallengeInput, ChallengeOutcome } from './challenge-imported.ts';
import { TASK_QUEUES } from './names.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const AS_OF = '2026-03-01T06:00:00.000Z';
const INPUT: ChallengeInput = { week: 'aa', day: 'bb', name: 'ours', who: 'ann' };
const trained = {
  outcome: 'trained',
  artifact: 'a',
  predictions: 'p',
  report: 'r',
  fitMs: 1,
  peakMemoryBytes: 1,
};

function actors(calls: string[], overrides: object = {}): FakeActivities {
  return {
    resolveAsOf: async ({ asOf }: { asOf?: string }) => ({ asOf: asOf ?? AS_OF }),
    freezeSnapshot: async ({ asOf }: { asOf: string }) => {
      calls.push(`freeze ${asOf}`);
      return { snapshot: 's', jobs: 3, runs: 99, kinds: ['base-run-rate', 'base-persistence', 'boosting'] };
    },
    trainContestant: async ({ kind, seed }: { kind: string; seed: number }) => {
      calls.push(`train ${kind} ${seed}`);
      return { kind, ...trained };
    },
    testImported: async ({ imported, seed }: { imported: ChallengeInput; seed: number }) => {
      calls.push(`test ${JSON.stringify(imported)} ${seed}`);
      return { kind: 'forest', ...trained, imported };
    },
    registerChallenger: async ({ contestants }: { contestants: { kind: string }[] }) => {
      calls.push(`register of ${contestants.map(({ kind }) => kind).join(', ')}`);
      return { version: 4, kind: 'forest' };
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
    switchChampion: async (input: { version: number; fromVersion: number }) => {
      calls.push(`switch ${input.fromVersion}→${input.version}`);
      return { changed: true };
    },
    readPromotionPolicy: async () => ({ policy: 'gate' }),
    prepareRelease: async () => ({ moves: [] }),
    askApproval: async () => ({ remindAfterMs: null }),
    endApproval: async () => ({ told: false }),
    listPendingNotifications: async () => ({ ids: [] }),
    ...overrides,
  } as FakeActivities;
}

const run = (fakes: FakeActivities, input: unknown = INPUT): Promise<ChallengeOutcome> =>
  stage.withActivities(fakes, (client) =>
    client.workflow.execute('challengeImported', {
      workflowId: `challenge/${randomUUID()}`,
      taskQueue: TASK_QUEUES.control,
      args: [input],
    }),
  );

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (caught: Error) => caught,
  );
  expect(error).toBeInstanceOf(WorkflowFailedError);
  let cause = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.message;
}

describe('challengeImported', () => {
  it('tests it beside the base rates alone, and promotes it when it passed the gate', async () => {
    const calls: string[] = [];
    const outcome = await run(actors(calls), { ...INPUT, trainedAt: AS_OF, asOf: AS_OF, seed: 5 });
    expect(outcome).toEqual({ version: 4, kind: 'forest', verdict: 'promote', promotedVersion: 4 });
    expect(calls[0]).toBe(`freeze ${AS_OF}`);
    expect(calls.slice(1, 4).sort()).toEqual([
      `test ${JSON.stringify({ ...INPUT, trainedAt: AS_OF })} 5`,
      'train base-persistence 5',
      'train base-run-rate 5',
    ]);
    expect(calls.slice(4)).toEqual([
      'register of forest, base-run-rate, base-persistence',
      'check gate',
      'switch 1→4',
    ]);
  });

  it.each(['keep', 'undecided'] as const)('leaves the champion when the verdict is %s', async (verdict) => {
    const calls: string[] = [];
    const judge = { judgeChallenger: async () => ({ verdict, promoteVersion: null, summary: '' }) };
    expect(await run(actors(calls, judge))).toMatchObject({ version: 4, verdict, promotedVersion: null });
    expect(calls.some((call) => call.startsWith('switch'))).toBe(false);
  });

  it('registers nothing when there is too little to test it with', async () => {
    const calls: string[] = [];
    const reason = 'training requires at least 3 weeks of runs, got 2 days';
    const young = { testImported: async () => ({ kind: 'imported', outcome: 'too-few-runs', reason }) };
    expect(await run(actors(calls, young))).toEqual({
      version: null,
      kind: null,
      verdict: 'undecided',
      promotedVersion: null,
      reason,
    });
    expect(calls.some((call) => call.startsWith('register'))).toBe(false);
  });

  it.each([
    new OnnxNotUnderstood('graph', 'one model', 'none'),
    new TestMayBeKnown('trained_at: expected an earlier one'),
  ])('fails for good: $name', async (error) => {
    let attempts = 0;
    const wrong = {
      testImported: async () => {
        attempts++;
        throw error;
      },
    };
    expect(await failureOf(run(actors([], wrong)))).toBe(error.message);
    expect(attempts).toBe(1);
  });

  it('says what it misses when started with too little', async () => {
    expect(await failureOf(run(actors([]), { week: 'aa', day: 'bb', name: 'ours' }))).toBe(
      'challengeImported expects "who" (text), found nothing',
    );
  });
});
