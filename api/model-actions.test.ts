import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../activities/index.ts';
import { registerModelVersion } from '../db/model-versions.ts';
import { type ActivityStage, openActivityStage } from '../tests/activity-stage.ts';
import { startTestApi } from '../tests/api.ts';
import { openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { FAILURE_MODEL } from '../workflows/names.ts';
import type { Problem } from './contract.ts';
import type { RunningApi } from './server.ts';

let stage: ActivityStage;
let temporal: WorkflowStage;
let api: RunningApi;
beforeAll(async () => {
  [stage, temporal] = await Promise.all([openActivityStage({ time: 'wall' }), openWorkflowStage()]);
  api = await startTestApi({ databaseUrl: stage.database.readerUrl, temporalAddress: temporal.address });
  for (const digit of ['1', '2']) {
    const sha = digit.repeat(64);
    await registerModelVersion(
      stage.database.pool,
      {
        ...{ model: FAILURE_MODEL, kind: 'logistic', artifactSha256: sha, manifestSha256: sha },
        ...{ snapshotSha256: sha, cutoff: new Date(0), seed: 1, codeVersion: 'test', parameters: {} },
        ...{ fitMs: 1, peakMemoryBytes: 1 },
      },
      [],
    );
  }
});
afterAll(async () => {
  await api?.close();
  await Promise.all([stage?.close(), temporal?.close()]);
});

interface Answer {
  status: number;
  body: { said?: string; workflowId?: string } & Partial<Problem>;
}
async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(api.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const withWorker = <T>(work: () => Promise<T>): Promise<T> =>
  temporal.withActivities(createActivities(stage.dependencies), work);
const promote = (version: number | string, word: object = { who: 'Ann', why: 'better' }) =>
  post(`/v1/models/${FAILURE_MODEL}/${version}/promote`, word);
const rollback = (from: number) =>
  post(`/v1/models/${FAILURE_MODEL}/rollback`, { who: 'Bob', why: 'too many alarms', from });

describe('a person', () => {
  it('promotes and rolls back, each with an audit line, and twice is once', async () => {
    await withWorker(async () => {
      expect((await rollback(1)).status).toBe(404);
      expect(await promote(1)).toEqual({
        status: 200,
        body: { said: `${FAILURE_MODEL}/1 is the champion`, workflowId: `promote/${FAILURE_MODEL}/1` },
      });
      expect((await promote(1)).body.said).toBe(`${FAILURE_MODEL}/1 is the champion already`);
      expect(await rollback(1)).toMatchObject({
        status: 409,
        body: { detail: `${FAILURE_MODEL}/1 cannot be rolled back: none served before it` },
      });
      expect((await promote(2)).status).toBe(200);
      expect((await rollback(2)).body.said).toBe(`${FAILURE_MODEL}/2 is rolled back`);
      expect(await rollback(2)).toMatchObject({
        status: 409,
        body: { detail: 'The champion is version 1 by now, not 2: nothing was done.' },
      });
    });
    const { rows } = await stage.database.pool.query(
      `select who, why, subject, workflow_id from audit_log order by id`,
    );
    expect(rows).toEqual([
      {
        ...{ who: 'Ann', why: 'better', subject: `${FAILURE_MODEL}/1` },
        workflow_id: `promote/${FAILURE_MODEL}/1`,
      },
      {
        ...{ who: 'Ann', why: 'better', subject: `${FAILURE_MODEL}/2` },
        workflow_id: `promote/${FAILURE_MODEL}/2`,
      },
      {
        ...{ who: 'Bob', why: 'too many alarms', subject: `${FAILURE_MODEL}/1` },
        workflow_id: `rollback/${FAILURE_MODEL}/2`,
      },
    ]);
  });

  it('is refused without a name or a reason, for what there is not, and from another site', async () => {
    expect((await promote(2, { who: 'Ann', why: ' ' })).status).toBe(400);
    expect((await promote(2, { who: 'Ann', why: 'x', more: 1 })).status).toBe(400);
    for (const version of [9, 0, 'x', '1e1']) expect((await promote(version)).status).toBe(404);
    const foreign = { 'sec-fetch-site': 'cross-site' };
    const word = { who: 'Ann', why: 'x' };
    expect((await post(`/v1/models/${FAILURE_MODEL}/2/promote`, word, foreign)).status).toBe(403);
    expect((await post('/v1/sources/runs/release', word, foreign)).status).toBe(403);
  });

  it('releases a source that was stopped', async () => {
    await stage.database.pool.query(`update source set paused_at = now() where name = 'runs'`);
    const word = { who: 'Ann', why: 'looked at' };
    expect((await post('/v1/sources/unknown/release', word)).status).toBe(404);
    await withWorker(async () => {
      expect(await post('/v1/sources/runs/release', word)).toMatchObject({
        status: 200,
        body: { workflowId: 'release/runs' },
      });
      await temporal.client.workflow.getHandle('release/runs').result();
    });
    const { rows } = await stage.database.pool.query(`select paused_at from source where name = 'runs'`);
    expect(rows).toEqual([{ paused_at: null }]);
  });

  it('has refused rows read again, of a source, of a file or all', async () => {
    const word = { who: 'Ann', why: 'the rule changed' };
    const replay = (scope: object) => post('/v1/quarantine/replay', { ...word, ...scope });
    const sha256 = 'a'.repeat(64);
    expect((await replay({ source: 'runs', sha256 })).status).toBe(400);
    expect((await replay({ source: 'unknown' })).status).toBe(404);
    expect((await replay({ sha256 })).status).toBe(404);
    await withWorker(async () => {
      expect((await replay({ source: 'runs' })).body.workflowId).toBe('replay/runs');
      expect((await replay({})).body.workflowId).toBe('replay/all');
      expect(await temporal.client.workflow.getHandle('replay/all').result()).toMatchObject({ files: 0 });
      await temporal.client.workflow.getHandle('replay/runs').result();
    });
  });
});
