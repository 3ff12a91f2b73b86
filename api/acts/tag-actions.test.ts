import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { readTags } from '../../db/forecast/model-tags.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { startTestApi } from '../../tests/api.ts';
import { registerVersions } from '../../tests/registered-models.ts';
import { openWorkflowStage, type WorkflowStage } from '../../tests/workflow-stage.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import type { RunningApi } from '../server.ts';

let stage: ActivityStage;
let temporal: WorkflowStage;
let api: RunningApi;
beforeAll(async () => {
  [stage, temporal] = await Promise.all([openActivityStage({ time: 'wall' }), openWorkflowStage()]);
  api = await startTestApi({ databaseUrl: stage.database.readerUrl, temporalAddress: temporal.address });
  await registerVersions(stage, 53);
});
afterAll(async () => {
  await api?.close();
  await Promise.all([stage?.close(), temporal?.close()]);
});

const ask = async (method: 'PUT' | 'DELETE', version: number | string, key: string, word: object) => {
  const path = `/v1/models/${FAILURE_MODEL}/${version}/tags/${encodeURIComponent(key)}`;
  const response = await fetch(api.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(word),
  });
  return {
    status: response.status,
    body: (await response.json()) as { said?: string; detail?: string; workflowId?: string },
  };
};
const ann = { who: 'Ann', why: 'after the audit' };
const tags = () => readTags(stage.database.pool, FAILURE_MODEL, 1);
const withWorker = <T>(work: () => Promise<T>): Promise<T> =>
  temporal.withActivities(createActivities(stage.dependencies), work);

describe('tags of a version', () => {
  it('are written and taken off, twice is once, each change with one audit line that names its workflow', async () => {
    await withWorker(async () => {
      const written = await ask('PUT', 1, 'release/2026 Q1', { ...ann, value: 'OPS-1 é' });
      expect(written).toMatchObject({
        status: 200,
        body: { said: 'The tag release/2026 Q1 is on job-failure/1' },
      });
      expect(written.body.workflowId).toMatch(/^tag\/job-failure\/1\/[0-9a-f]{12}$/);
      expect(await tags()).toEqual({ 'release/2026 Q1': 'OPS-1 é' });
      const again = await ask('PUT', 1, 'release/2026 Q1', { who: 'Bob', why: 'again', value: 'OPS-1 é' });
      expect(again.status).toBe(200);
      // Two at the same moment are one.
      const both = await Promise.all([1, 2].map(() => ask('PUT', 1, 'ticket', { ...ann, value: 'T' })));
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      expect((await ask('PUT', 1, 'release/2026 Q1', { ...ann, value: 'OPS-2' })).status).toBe(200);
      expect((await ask('DELETE', 1, 'release/2026 Q1', ann)).body.said).toBe(
        'The tag release/2026 Q1 is not on job-failure/1',
      );
      expect((await ask('DELETE', 1, 'release/2026 Q1', ann)).status).toBe(200);
      expect(await tags()).toEqual({ ticket: 'T' });
    });
    const { rows } = await stage.database.pool.query(
      `select who, why, subject, before, after, workflow_id like 'tag/job-failure/1/%' as by_workflow
       from audit_log where action = 'model.tag' order by id`,
    );
    const line = { who: 'Ann', why: 'after the audit', subject: 'job-failure/1', by_workflow: true };
    const release = (value: string | null) => ({ 'release/2026 Q1': value });
    expect(rows).toEqual([
      { ...line, before: release(null), after: release('OPS-1 é') },
      { ...line, before: { ticket: null }, after: { ticket: 'T' } },
      { ...line, before: release('OPS-1 é'), after: release('OPS-2') },
      { ...line, before: release('OPS-2'), after: release(null) },
    ]);
  });

  it('are refused with what is expected, and nothing is written', async () => {
    const value = { ...ann, value: 'x' };
    for (const key of ['a;b', ' a', 'é', 'k'.repeat(101)]) {
      expect(await ask('PUT', 1, key, value), key).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('expected 1 to 100 letters') },
      });
    }
    expect((await ask('PUT', 1, 'k', { ...ann, value: 'x'.repeat(1_001) })).status).toBe(400);
    expect((await ask('PUT', 1, 'k', ann)).status).toBe(400);
    expect((await ask('PUT', 1, 'k', { value: 'x', why: 'nobody says who' })).status).toBe(400);
    expect((await ask('PUT', 99, 'k', value)).status).toBe(404);
    expect((await ask('PUT', 'best', 'k', value)).status).toBe(404);
    expect((await ask('DELETE', 99, 'k', ann)).status).toBe(404);
  });

  it('are at most fifty', async () => {
    await stage.database.pool.query(
      `insert into model_tag (model, version, key, value, who)
       select $1, 2, 'k' || n, 'x', 'ann' from generate_series(1, 50) n`,
      [FAILURE_MODEL],
    );
    await withWorker(async () => {
      expect(await ask('PUT', 2, 'one more', { ...ann, value: 'x' })).toMatchObject({
        status: 409,
        body: { detail: 'job-failure/2 has 50 tags already: take one off first' },
      });
      expect((await ask('PUT', 2, 'k7', { ...ann, value: 'y' })).status).toBe(200);
    });
  });
});
