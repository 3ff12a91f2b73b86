import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type JobPrediction, savePredictions } from '../../db/forecast/predictions.ts';
import { startTestApi } from '../../tests/api.ts';
import { insertExampleRows } from '../../tests/browser/example-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { type FakeActivities, openWorkflowStage, type WorkflowStage } from '../../tests/workflow-stage.ts';
import { workflowIds } from '../../workflows/names.ts';
import { predictedBatchSchema, predictedSchema } from '../contract/predictions.ts';
import { problemSchema } from '../contract/system.ts';
import type { RunningApi } from '../server.ts';

const NOW_MS = Date.parse('2026-03-02T06:00:00Z');
/** The full hour before the last arrival. */
const CUTOFF = '2026-03-02T05:00:00.000Z';

let stage: WorkflowStage;
let database: TestDatabase;
let api: RunningApi;
let jobIds: number[];

beforeAll(async () => {
  [stage, database] = await Promise.all([openWorkflowStage(), createTestDatabase()]);
  await insertExampleRows(database.pool, NOW_MS);
  const { rows } = await database.pool.query<{ id: number }>('select id from job order by name limit 3');
  jobIds = rows.map(({ id }) => id);
  api = await startTestApi({
    ...{ databaseUrl: database.readerUrl, time: 'data', temporalAddress: stage.address },
  });
});
afterAll(async () => {
  await api?.close();
  await Promise.all([database?.drop(), stage?.close()]);
});
beforeEach(() => database.pool.query('truncate prediction, prediction_cutoff'));

const predictionOf = (jobId: number, rank: number): JobPrediction => ({
  ...{
    jobId,
    rank,
    probability: 0.4,
    interval: [0.2, 0.6],
    expectedFailedRuns: 0.5,
    expectedLostMinutes: null,
  },
  ...{
    basis: 'model',
    reasons: [{ feature: 'f', contribution: 1, en: 'often late', fr: 'souvent en retard' }],
  },
  days: [1, 2, 3, 4, 5, 6, 7].map((horizonDay) => ({
    ...{ horizonDay, probability: horizonDay / 100, interval: null, reasons: [] },
  })),
});

/** The worker's step: keeps predictions of all but the last job. */
function predicting(calls: object[]): FakeActivities {
  return {
    makePredictions: async (input: { model: string; version: number; cutoff: string }) => {
      calls.push(input);
      const key = { cutoff: new Date(input.cutoff), model: input.model, modelVersion: input.version };
      await savePredictions(
        database.pool,
        key,
        jobIds.slice(0, -1).map((jobId, i) => predictionOf(jobId, i + 1)),
      );
      return { candidates: 2 };
    },
  };
}

const post = async (path: string, body: unknown) => {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status, // biome-ignore lint/suspicious/noExplicitAny: whatever the server says
    answer: (await response.json()) as any,
    headers: response.headers,
  };
};

describe('a prediction', () => {
  test('is made by the worker when somebody asks, once for all', async () => {
    const calls: object[] = [];
    await stage.withActivities(predicting(calls), async () => {
      const answers = await Promise.all(
        [jobIds[0], jobIds[1]].map((jobId) => post('/v1/predict', { jobId })),
      );
      for (const { status, answer } of answers) {
        expect([status, predictedSchema.parse(answer).candidates]).toEqual([200, 2]);
      }
      const { answer } = answers[0]!;
      expect(answer).toMatchObject({ cutoff: CUTOFF, modelVersion: 2, jobId: jobIds[0], known: true });
      expect(answer.prediction.days[6]).toMatchObject({
        ...{ horizonDay: 7, from: '2026-03-08T05:00:00.000Z', to: '2026-03-09T05:00:00.000Z' },
      });
    });
    expect(calls).toEqual([{ model: 'job-failure', version: 2, cutoff: CUTOFF }]);
    const again = await post('/v1/predict/batch', { jobIds: [jobIds[1], 1, jobIds[2]] });
    const { items } = predictedBatchSchema.parse(again.answer);
    expect(items.map(({ jobId, known, prediction }) => [jobId, known, prediction?.probability])).toEqual([
      [jobIds[1], true, 0.4],
      [1, false, undefined],
      [jobIds[2], true, undefined],
    ]);
  });

  test('of no job is 404, and what cannot be asked 400', async () => {
    await savePredictions(
      database.pool,
      { cutoff: new Date(CUTOFF), model: 'job-failure', modelVersion: 2 },
      [],
    );
    expect((await post('/v1/predict', { jobId: 1 })).status).toBe(404);
    const bodies = [
      {},
      { jobId: -1 },
      { jobId: 'x' },
      { jobId: 1.5 },
      { jobId: 1, more: 1 },
      [],
      'null',
      '{',
    ];
    for (const body of bodies) {
      const { status, answer } = await post('/v1/predict', body);
      expect([status, problemSchema.parse(answer).status]).toEqual([400, 400]);
    }
    const many = { jobIds: Array.from({ length: 1_001 }, (_, i) => i) };
    expect((await post('/v1/predict/batch', many)).status).toBe(400);
    expect((await post('/v1/predict/batch', { jobIds: [] })).status).toBe(400);
  });

  test('that the worker cannot make is a problem that names the workflow', async () => {
    const failing: FakeActivities = {
      makePredictions: async () => {
        const { UnknownModelVersion } = await import('../../activities/forecast/judge-challenger.ts');
        throw new UnknownModelVersion('gone');
      },
    };
    await stage.withActivities(failing, async () => {
      const { status, answer, headers } = await post('/v1/predict', { jobId: jobIds[0] });
      expect([status, headers.get('retry-after')]).toEqual([503, '60']);
      expect(answer.detail).toContain(workflowIds.predict('job-failure', 2, CUTOFF));
    });
  });

  test('without a model that serves is "not enough data"', async () => {
    const empty = await createTestDatabase();
    const without = await startTestApi({ databaseUrl: empty.readerUrl });
    const response = await fetch(`${without.url}/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jobId":1}',
    });
    expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
      409,
      'urn:smart-etl:problem:no-champion',
    ]);
    await without.close();
    await empty.drop();
  });
});

describe('what is kept', () => {
  const key = { cutoff: new Date(CUTOFF), model: 'job-failure', modelVersion: 2 };
  test('stays as it was said first, and goes two days later', async () => {
    const { pool } = database;
    expect(await savePredictions(pool, key, [predictionOf(jobIds[0]!, 1)])).toBe(true);
    expect(await savePredictions(pool, key, [predictionOf(jobIds[1]!, 1)])).toBe(false);
    const jobs = async () =>
      (await pool.query('select job_id from prediction')).rows.map((row) => row.job_id);
    expect(await jobs()).toEqual([jobIds[0]]);
    await pool.query(`update prediction_cutoff set made_at = made_at - interval '3 days'`);
    const later = { ...key, cutoff: new Date('2026-03-05T05:00:00Z') };
    await savePredictions(pool, later, [predictionOf(jobIds[1]!, 1)]);
    expect(await jobs()).toEqual([jobIds[1]]);
  });
});
