import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveForecast } from '../../db/forecast/forecasts.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFile } from '../load/load-file.ts';
import { createTellScoreCard } from './tell-score-card.ts';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
});
afterAll(() => stage.close());

const CUTOFF = new Date('2026-03-02T05:00:00Z');
const HEADER = 'job_id,owner,host,run_id,started_at,duration_s,status,error';
const tell = (asOf: string) => stage.run(createTellScoreCard(stage.dependencies), { asOf });

it('tells once what became of the newest forecast whose week is over, as known then', async () => {
  expect(await tell('2026-03-09T05:00:00Z')).toEqual({ cutoff: null });
  const lines = [
    'orders,ann,srv-1,1,2026-03-02T05:00:00Z,60,failed,first instant of the week',
    'stock,ann,srv-1,1,2026-03-09T05:00:00Z,60,failed,first instant after it',
    'stock,ann,srv-1,2,2026-03-03T05:00:00Z,60,success,',
    'pallets,ann,srv-1,1,2026-03-04T05:00:00Z,60,failed,nobody forecast it',
  ];
  const sha256 = await stage.storeFile([HEADER, ...lines].join('\n'));
  await stage.run(createLoadFile(stage.dependencies), { sha256 });
  const { pool } = stage.database;
  await pool.query(
    `insert into model_version (model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256, cutoff, seed,
       code_version, parameters, fit_ms, peak_memory_bytes)
     values ('job-failure', 1, 'base-rates', repeat('a', 64), repeat('b', 64), repeat('c', 64), $1, 1, 'test', '{}', 1, 1)`,
    [CUTOFF],
  );
  const { rows: jobs } = await pool.query<{ id: number; name: string }>(`select id, name from job`);
  const week = (name: string, rank: number, probability: number) => ({
    jobId: jobs.find((job) => job.name === name)!.id,
    probability,
    interval: null,
    expectedFailedRuns: 1,
    expectedLostMinutes: null,
    basis: 'model' as const,
    rank,
    reasons: [],
  });
  const forecast = { cutoff: CUTOFF, model: 'job-failure', modelVersion: 1, candidates: 2, workflowId: 'w' };
  await saveForecast(pool, forecast, [], [week('orders', 1, 0.8), week('stock', 2, 0.1)]);
  expect(await tell('2026-03-09T04:59:59Z')).toEqual({ cutoff: null });

  const asOf = '2026-03-09T06:00:00Z';
  expect(await tell(asOf)).toEqual({ cutoff: CUTOFF.toISOString() });
  expect(await tell(asOf)).toEqual({ cutoff: CUTOFF.toISOString() });
  const { rows } = await pool.query<{ kind: string; subject: string; body: string }>(
    `select kind, subject, body from notification`,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    kind: 'score-card',
    subject: 'Score of the forecast: 1 of 2 announced failed',
  });
  expect(rows[0]!.body).toContain('0.9 of 2 jobs expected to fail, 1 did.');
  expect(rows[0]!.body).toContain('Failures beyond these:\n- pallets: not forecast');
  expect(rows[0]!.body).toContain('Nobody said whether they were useful.');
});

it('says how many found the alerts of the week useful, where people are asked', async () => {
  const { pool } = stage.database;
  await pool.query(`delete from notification`);
  await pool.query(
    `create table if not exists incident_feedback (incident_id bigint, useful boolean not null)`,
  );
  await pool.query(`grant select on incident_feedback to smart_etl_writer`);
  expect(await tell('2026-03-10T06:00:00Z')).toEqual({ cutoff: CUTOFF.toISOString() });
  const { rows } = await pool.query<{ body: string }>(`select body from notification`);
  expect(rows[0]!.body).toContain('Alerts of the week: 0 sent, 0 given up. Nobody said');
});
