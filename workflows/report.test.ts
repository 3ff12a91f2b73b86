import { randomUUID } from 'node:crypto';
import type { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidPeriod } from '../models/report/period.ts';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from './names.ts';
import type { ReportInput, ReportOutcome } from './report.ts';

let stage: WorkflowStage;
beforeAll(async () => {
  stage = await openWorkflowStage();
});
afterAll(() => stage.close());

const FILES = {
  pdfSha256: 'a',
  pdfBytes: 9,
  pages: 12,
  notebookSha256: 'b',
  figuresSha256: 'c',
  headline: { jobs: 1, runs: 2, failed: 1, hours: 1, lostHours: 1, incidents: 0 },
};

function actors(calls: string[], overrides: object = {}): FakeActivities {
  return {
    planReport: async ({ period = '2026-02', language = 'fr', asOf = 'then' }: ReportInput) => {
      calls.push('plan');
      return { period, language, asOf };
    },
    buildReport: async ({ period }: { period: string }) => {
      calls.push(`build ${period}`);
      return FILES;
    },
    keepReport: async ({ files }: { files: { pdfSha256: string } }) => {
      calls.push(`keep ${files.pdfSha256}`);
    },
    tellReport: async ({ language }: { language: string }) => {
      calls.push(`tell ${language}`);
    },
    listPendingNotifications: async () => {
      calls.push('deliver');
      return { ids: [] };
    },
    ...overrides,
  } as FakeActivities;
}

const run = (fakes: FakeActivities, ...args: unknown[]): Promise<ReportOutcome> =>
  stage.withActivities(fakes, (client) =>
    client.workflow.execute('report', {
      workflowId: `report/${randomUUID()}`,
      taskQueue: TASK_QUEUES.control,
      args,
    }),
  );

describe('report', () => {
  it('builds, keeps and tells, in that order', async () => {
    const calls: string[] = [];
    const outcome = await run(actors(calls), { period: '2026-02', language: 'en', tell: true });
    expect(outcome).toEqual({ period: '2026-02', language: 'en', asOf: 'then', ...FILES });
    expect(calls).toEqual(['plan', 'build 2026-02', 'keep a', 'tell en', 'deliver']);
  });

  it('tells nobody unless it is asked to, and can be started with nothing at all', async () => {
    const calls: string[] = [];
    expect((await run(actors(calls))).period).toBe('2026-02');
    expect(calls).toEqual(['plan', 'build 2026-02', 'keep a']);
  });

  it('a period that is none fails it for good', async () => {
    let tries = 0;
    const planReport = async () => {
      tries += 1;
      throw new InvalidPeriod('period: expected a month, found "x"');
    };
    const error = (await run(actors([], { planReport }), { period: 'x' }).catch(
      (caught) => caught,
    )) as WorkflowFailedError;
    expect(String(error.cause?.cause)).toContain('expected a month');
    expect(tries).toBe(1);
  });

  it('what fails on its way is tried again, and what was done is not', async () => {
    const calls: string[] = [];
    let tries = 0;
    const keepReport = async () => {
      tries += 1;
      if (tries === 1) throw new Error('the database does not answer');
      calls.push('kept');
    };
    await run(actors(calls, { keepReport }), {});
    expect(calls).toEqual(['plan', 'build 2026-02', 'kept']);
  });
});
