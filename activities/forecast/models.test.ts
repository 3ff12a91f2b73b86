import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCalibration } from '../../db/forecast/calibration.ts';
import { findGateVerdict } from '../../db/forecast/gate-verdicts.ts';
import { readPredictions } from '../../db/forecast/predictions.ts';
import { readForecastJobs } from '../../db/forecast/read-forecast.ts';
import { listForecast } from '../../db/forecast/read-forecast-table.ts';
import { GATE_THRESHOLDS } from '../../models/evaluation/gate-thresholds.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { copyVersion } from '../../tests/copy-version.ts';
import { createLoadFile } from '../load/load-file.ts';
import { createFreezeSnapshot } from './freeze-snapshot.ts';
import { createJudgeChallenger } from './judge-challenger.ts';
import { createMakeForecast } from './make-forecast.ts';
import { createMakePredictions } from './make-predictions.ts';
import { createCheckPromotion, createSwitchChampion } from './promotion.ts';
import { createRegisterChallenger } from './register-challenger.ts';
import { createTrainContestant, type TrainedReference } from './train-contestant.ts';

const MODEL = 'test-model';
const AS_OF = '2026-03-01T06:00:00.000Z';
const DAY_MS = 86_400_000;
const workflowId = 'test';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
  await load(runLog(10, 70));
});
afterAll(() => stage.close());

/** Job k fails on every day whose number k + 2 divides. */
function runLog(jobs: number, days: number): string {
  const lines = ['job_id,owner,run_id,started_at,duration_s,status'];
  for (let day = 1; day <= days; day++) {
    const at = new Date(Date.parse(AS_OF) - day * DAY_MS + 3_600_000).toISOString();
    for (let job = 0; job < jobs; job++) {
      lines.push(`job_${job},ann,${day},${at},${60 + job},${day % (job + 2) === 0 ? 'failed' : 'success'}`);
    }
  }
  return lines.join('\n');
}

const load = async (text: string) =>
  stage.run(createLoadFile(stage.dependencies), { sha256: await stage.storeFile(text) });
const freeze = (asOf = AS_OF) => stage.run(createFreezeSnapshot(stage.dependencies), { asOf });
const train = (snapshot: string, kind: TrainedReference['kind'], seed = 1) =>
  stage.run(createTrainContestant(stage.dependencies), { snapshot, kind, seed });
const switchTo = (version: number, fromVersion: number | null, by = workflowId) =>
  stage.run(createSwitchChampion(stage.dependencies), {
    model: MODEL,
    version,
    fromVersion,
    who: 'ann',
    why: 'test',
    workflowId: by,
  });
const forecast = (asOf = AS_OF, model = MODEL) =>
  stage.run(createMakeForecast(stage.dependencies), { model, asOf });
const count = async (table: string) =>
  (await stage.database.pool.query<{ count: number }>(`select count(*) from ${table}`)).rows[0]!.count;

describe('freezeSnapshot', () => {
  it('gives the same knowledge the same name, and other knowledge another', async () => {
    const frozen = await freeze();
    expect(frozen).toMatchObject({ jobs: 10, runs: 700, gate: GATE_THRESHOLDS });
    expect(await freeze()).toEqual(frozen);
    expect((await freeze('2026-02-20T00:00:00Z')).snapshot).not.toBe(frozen.snapshot);
  });

  it('says that nothing is known yet', async () => {
    await expect(freeze('2020-01-01T00:00:00Z')).rejects.toMatchObject({ name: 'NoCandidates' });
  });
});

describe('trainContestant', () => {
  it('gives identical bytes for the same snapshot, kind and seed', async () => {
    const { snapshot } = await freeze();
    const [first, second] = (await Promise.all([
      train(snapshot, 'logistic'),
      train(snapshot, 'logistic'),
    ])) as [TrainedReference, TrainedReference];
    expect(first.outcome).toBe('trained');
    expect(second).toMatchObject({
      artifact: first.artifact,
      predictions: first.predictions,
      report: first.report,
    });
    expect(first.peakMemoryBytes).toBeGreaterThan(1_000_000);
  });

  it('answers "too few runs" where there is not enough to learn from; a base rate always trains', async () => {
    const { snapshot } = await freeze('2025-12-26T00:00:00Z');
    expect(await train(snapshot, 'boosting')).toMatchObject({
      outcome: 'too-few-runs',
      reason: expect.stringMatching(/^training requires at least /),
    });
    expect(await train(snapshot, 'base-run-rate')).toMatchObject({ outcome: 'trained' });
  });
});

describe('from contestants to forecast', () => {
  let version: number;
  it('refuses to forecast without a champion', async () => {
    await expect(forecast()).rejects.toMatchObject({ name: 'NoChampion' });
  });

  it('registers and judges the best once, however often it is told', async () => {
    const { snapshot } = await freeze();
    const kinds = ['base-run-rate', 'base-window-rate', 'base-persistence', 'logistic'] as const;
    const contestants = await Promise.all(kinds.map((kind) => train(snapshot, kind)));
    const training = { model: MODEL, snapshot, seed: 1, contestants };
    // Fixed when the data was frozen; the configuration of the stage says something else by now.
    const gate = { ...GATE_THRESHOLDS, confidence: 0.97 };
    const register = () =>
      stage.run(createRegisterChallenger(stage.dependencies), { ...training, workflowId });
    const challenger = await register();
    const versions = await count('model_version');
    expect(await register()).toEqual(challenger);
    const judge = () =>
      stage.run(createJudgeChallenger(stage.dependencies), {
        ...training,
        version: challenger.version,
        gate,
      });
    const judgement = await judge();
    expect(await judge()).toEqual(judgement);
    expect(await count('model_version')).toBeLessThanOrEqual(versions + 1);
    // Nobody serves yet, so either the challenger or a base rate may.
    version = judgement.promoteVersion!;
    expect(version).toBeGreaterThan(0);
    expect(await count(`gate_verdict where challenger_version = ${version} and verdict = 'promote'`)).toBe(1);
    const { checks } = (await findGateVerdict(stage.database.pool, MODEL, version, 0))!;
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'thresholds-fixed-before', passed: true, thresholds: gate }),
    );
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'features-known-in-time', passed: true, value: 0 }),
    );
  });

  it('keeps how often came true what it said in its test, by weeks and by days', async () => {
    const kept = await readCalibration(stage.database.pool, MODEL, version);
    for (const head of ['week', 'day'] as const) {
      const { rows } = await stage.database.pool.query<{ metric: string; value: number }>(
        `select metric, value from evaluation where version = $1 and head = $2`,
        [version, head],
      );
      const measured = new Map(rows.map(({ metric, value }) => [metric, value]));
      const sum = (of: (bin: (typeof kept)[typeof head][number]) => number) =>
        kept[head].reduce((total, bin) => total + of(bin), 0);
      expect(sum((bin) => bin.rows)).toBe(measured.get('support'));
      expect(sum((bin) => bin.rows * bin.failed)).toBeCloseTo(measured.get('positives')!, 6);
      const error = sum((bin) => bin.rows * Math.abs(bin.forecast - bin.failed)) / measured.get('support')!;
      expect(error).toBeCloseTo(measured.get('expected_calibration_error')!, 9);
    }
  });

  it('keeps bytes and manifest under their hashes', async () => {
    const { rows } = await stage.database.pool.query<{ artifact: string; manifest: string }>(
      `select artifact_sha256 as artifact, manifest_sha256 as manifest from model_version where version = $1`,
      [version],
    );
    const { artifact, manifest } = rows[0]!;
    const bytes = await stage.dependencies.objectStore.get(BUCKETS.models, artifact);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(artifact);
    const told = JSON.parse(
      (await stage.dependencies.objectStore.get(BUCKETS.models, manifest)).toString(),
    ) as object;
    expect(told).toMatchObject({
      model: MODEL,
      artifact: { sha256: artifact, bytes: bytes.length },
      data: { cutoff: AS_OF, jobs: 10, runs: 700 },
      seed: 1,
    });
  });

  it('lets exactly one of two racing promotions win, and audits it once', async () => {
    const check = await stage.run(createCheckPromotion(stage.dependencies), {
      model: MODEL,
      version,
      policy: 'gate',
    });
    expect(check).toMatchObject({ isChampion: false, championVersion: null });
    await copyVersion(stage.database.pool, { of: version, as: 99, digit: '9' });
    const outcomes = await Promise.allSettled([switchTo(version, null, 'a'), switchTo(99, null, 'b')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [lost] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost!.reason).toMatchObject({ name: 'PromotionConflict' });
    expect(await count(`audit_log where action = 'model.champion'`)).toBe(1);
    expect(await count(`notification where kind = 'champion-changed'`)).toBe(1);
    const now = (await stage.database.pool.query(`select version from model_alias where alias = 'champion'`))
      .rows[0];
    if (now.version !== version) await switchTo(version, now.version);
    expect(await switchTo(version, null)).toEqual({ changed: false });
  });

  it('refuses by the gate what the gate has not passed', async () => {
    const refused = stage.run(createCheckPromotion(stage.dependencies), {
      model: MODEL,
      version: 99,
      policy: 'gate',
    });
    await expect(refused).rejects.toMatchObject({ name: 'PromotionRefused' });
    const unknown = stage.run(createCheckPromotion(stage.dependencies), {
      model: MODEL,
      version: 7,
      policy: 'gate',
    });
    await expect(unknown).rejects.toMatchObject({ name: 'UnknownModelVersion' });
  });

  it('forecasts seven days a candidate, once for a cutoff, also by two at the same time', async () => {
    const outcomes = await Promise.all([forecast(), forecast()]);
    expect(outcomes.map(({ made }) => made).sort()).toEqual([false, true]);
    expect(await forecast('2026-03-01T06:59:59Z')).toMatchObject({
      made: false,
      cutoff: AS_OF,
      candidates: 10,
    });
    expect(await count('forecast')).toBe(70);
    expect(await count('forecast_week')).toBe(10);
    expect(await count(`notification where kind = 'forecast-ready'`)).toBe(1);
    const { rows } = await stage.database.pool.query(
      `select bool_and(week.probability >= day.most - 1e-9 and week.probability <= day.total + 1e-9) as coherent
       from forecast_week week join (select job_id, max(probability) most, sum(probability) total from forecast group by 1) day
       using (job_id)`,
    );
    expect(rows).toEqual([{ coherent: true }]);
    const told = await stage.database.pool.query<{ costs: number; bounds: number }>(
      `select count(*) filter (where expected_failed_runs >= probability - 1e-9 and expected_lost_minutes > 0) as costs,
         count(probability_low) as bounds from forecast_week`,
    );
    expect(told.rows[0]!.costs).toBe(10);
    expect([0, 10]).toContain(told.rows[0]!.bounds);
    const read = await readForecastJobs(stage.database.pool, new Date(AS_OF));
    const listed = await listForecast(stage.database.pool, new Date(AS_OF));
    expect(read.map(({ interval }) => interval)).toEqual(listed.jobs.map(({ interval }) => interval));
    for (const { probability, interval, dayIntervals } of read) {
      expect(dayIntervals).toHaveLength(7);
      if (interval === null) continue;
      expect(interval[0]).toBeLessThanOrEqual(probability);
      expect(interval[1]).toBeGreaterThanOrEqual(probability);
    }
  });

  it('says of the same cutoff in between what the forecast says, once, and tells nobody', async () => {
    const { pool } = stage.database;
    const messages = await count('notification');
    const predict = (cutoff: string) =>
      stage.run(createMakePredictions(stage.dependencies), { model: MODEL, version, cutoff });
    const [first, second] = await Promise.all([predict(AS_OF), predict(AS_OF)]);
    expect([first, second]).toEqual([{ candidates: 10 }, { candidates: 10 }]);
    const forecasts = await readForecastJobs(pool, new Date(AS_OF));
    const key = { cutoff: new Date(AS_OF), model: MODEL, modelVersion: version };
    const predictions = await readPredictions(
      pool,
      key,
      forecasts.map(({ jobId }) => jobId),
    );
    for (const { jobId, probability, interval, rank, days } of forecasts) {
      expect(predictions.get(jobId)).toMatchObject({ probability, interval, rank });
      expect(predictions.get(jobId)!.days.map((day) => day.probability)).toEqual(days);
    }
    expect(await predict('2026-06-01T00:00:00Z')).toEqual({ candidates: 0 });
    expect(await count('notification')).toBe(messages);
    await expect(
      stage.run(createMakePredictions(stage.dependencies), { model: MODEL, version: 12_345, cutoff: AS_OF }),
    ).rejects.toMatchObject({ name: 'UnknownModelVersion' });
  });

  it('has nobody to forecast when nobody ran in the week before', async () => {
    await expect(forecast('2026-06-01T00:00:00Z')).rejects.toMatchObject({ name: 'NoCandidates' });
  });

  it('refuses a champion that is not what its manifest says', async () => {
    await stage.database.pool.query(
      `update model_version set artifact_sha256 = repeat('a', 64) where version = $1`,
      [version],
    );
    await expect(forecast('2026-03-01T08:00:00Z')).rejects.toMatchObject({
      name: 'NoUsableModel',
      message: expect.stringMatching(/artifact: expected a{64}, found [0-9a-f]{64}; none is left$/),
    });
  });
});
