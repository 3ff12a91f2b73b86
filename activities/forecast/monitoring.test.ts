import { afterAll, beforeAll, expect, it } from 'vitest';
import { readChecks, readFeatureDrift } from '../../db/forecast/model-checks.ts';
import { readQuality } from '../../db/forecast/model-quality.ts';
import { readForecastPairs } from '../../db/forecast/read-calibration.ts';
import { scoreForecasts } from '../../models/forecast/score-forecasts.ts';
import { seededRandom } from '../../models/random.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFile } from '../load/load-file.ts';
import { createFollowModel } from './follow-model.ts';
import { createFreezeSnapshot } from './freeze-snapshot.ts';
import { createMakeForecast } from './make-forecast.ts';
import { createObserveModel } from './observe-model.ts';
import { createSwitchChampion } from './promotion.ts';
import { createRegisterChallenger } from './register-challenger.ts';
import { createSettleOutcomes } from './settle-outcomes.ts';
import { createTrainContestant } from './train-contestant.ts';

const MODEL = 'job-failure';
const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-05T00:00:00Z');
const JOBS = 60;
/** Days of history before the first training. */
const TRAINED = 112;
const dayAt = (day: number) => new Date(START + day * DAY_MS).toISOString();

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
  await load(runLog(0, TRAINED, calm));
}, 120_000);
afterAll(() => stage.close());

/** How likely a daily run of a job fails, and how long it takes. */
type World = (job: number) => { failing: number; seconds: number };
const calm: World = (job) => ({ failing: job % 6 === 0 ? 0.12 : 0.01, seconds: 60 + job });
/** Those that never failed do, those that did do not, and everything takes five times as long. */
const turned: World = (job) => ({ failing: job % 6 === 0 ? 0.005 : 0.16, seconds: 5 * (60 + job) });

function runLog(fromDay: number, toDay: number, world: World): string {
  const random = seededRandom(fromDay + 1);
  const lines = ['job_id,owner,host,run_id,started_at,duration_s,status'];
  for (let day = fromDay; day < toDay; day++) {
    for (let job = 0; job < JOBS; job++) {
      const { failing, seconds } = world(job);
      const at = new Date(START + day * DAY_MS + 3_600_000 + job * 60_000).toISOString();
      const took = seconds * (0.8 + 0.4 * random.uniform());
      const status = random.uniform() < failing ? 'failed' : 'success';
      lines.push(
        `job_${job},${job % 2 ? 'ann' : 'bob'},srv-${job % 3},${day},${at},${took.toFixed(1)},${status}`,
      );
    }
  }
  return lines.join('\n');
}

const load = async (text: string) =>
  stage.run(createLoadFile(stage.dependencies), { sha256: await stage.storeFile(text) });
const forecast = (day: number) =>
  stage.run(createMakeForecast(stage.dependencies), { model: MODEL, asOf: dayAt(day) });
const settle = (day: number) => stage.run(createSettleOutcomes(stage.dependencies), { asOf: dayAt(day) });
const observe = (day: number) =>
  stage.run(createObserveModel(stage.dependencies), { model: MODEL, asOf: dayAt(day) });
const follow = (day: number, retrainWorkflowId = 'retrain/2026-W20') =>
  stage.run(createFollowModel(stage.dependencies), { model: MODEL, cutoff: dayAt(day), retrainWorkflowId });
const rows = async <Row extends object>(sql: string, values: unknown[] = []) =>
  (await stage.database.pool.query<Row>(sql, values)).rows;

async function train(day: number, fromVersion: number | null): Promise<number> {
  const { snapshot } = await stage.run(createFreezeSnapshot(stage.dependencies), { asOf: dayAt(day) });
  const kinds = ['base-window-rate', 'logistic'] as const;
  const contestants = [];
  for (const kind of kinds) {
    contestants.push(await stage.run(createTrainContestant(stage.dependencies), { snapshot, kind, seed: 1 }));
  }
  const training = { model: MODEL, snapshot, seed: 1, contestants };
  const { version } = await stage.run(createRegisterChallenger(stage.dependencies), {
    ...training,
    workflowId: 'retrain/test',
  });
  await stage.run(createSwitchChampion(stage.dependencies), {
    ...{ model: MODEL, version, fromVersion, who: 'ann', why: 'test', workflowId: 'test' },
  });
  return version;
}

it('has nothing to watch before a version serves', async () => {
  expect(await observe(TRAINED)).toMatchObject({ version: null, state: 'not-enough-data', made: false });
  expect(await follow(TRAINED)).toEqual({ episode: 'none', incidentId: null, retrainWorkflowId: null });
});

it('enters outcomes once, corrects them for logs that come late, and takes none back before its time', async () => {
  await train(TRAINED, null);
  for (const week of [0, 7, 14, 21]) {
    await forecast(TRAINED + week);
    await load(runLog(TRAINED + week, TRAINED + week + 7, calm));
  }
  const after = TRAINED + 28;
  expect(await settle(TRAINED + 6)).toEqual({ forecasts: 0, changed: 0 });
  expect(await settle(after)).toEqual({ forecasts: 4, changed: 4 * JOBS * 8 });
  expect(await settle(after)).toEqual({ forecasts: 4, changed: 0 });
  // The same as counting by hand.
  const found = await rows(
    `select cutoff, job_id, horizon from forecast_outcome where failed order by 1, 2, 3`,
  );
  const counted = await rows(
    `select distinct cutoff, run.job_id, horizon
     from forecast_cutoff join run_latest run on started_at >= cutoff and started_at < cutoff + interval '7 days'
       cross join lateral (values (0), (1 + floor(extract(epoch from started_at - cutoff) / 86400)::int)) as h (horizon)
     where status = 'failed' order by 1, 2, 3`,
  );
  expect(found.length).toBeGreaterThan(50);
  expect(found).toEqual(counted);
  // A job that nobody forecast, whose log comes a day late.
  const at = new Date(START + (TRAINED + 3) * DAY_MS).toISOString();
  await load(
    `job_id,run_id,started_at,duration_s,status\nlate_one,1,${at},60,failed\njob_1,late,${at},60,failed\n`,
  );
  const { changed } = await settle(after);
  expect(changed).toBeGreaterThanOrEqual(2);
  expect(changed).toBeLessThanOrEqual(4);
  const late = await rows<{ horizon: number }>(
    `select horizon from forecast_outcome join job on job.id = job_id where name = 'late_one' order by 1`,
  );
  expect(late.map(({ horizon }) => horizon)).toEqual([0, 4]);
  await stage.database.pool.query(`delete from run using job where job.id = job_id and name = 'late_one'`);
  expect(await settle(after)).toMatchObject({ changed: 2 });
  const scores = scoreForecasts(
    await readForecastPairs(stage.database.pool, {
      model: MODEL,
      asOf: new Date(dayAt(after)),
      forecasts: 12,
    }),
  );
  expect(scores.items).toHaveLength(4);
  expect(scores.items.every(({ jobs }) => jobs === JOBS)).toBe(true);
});

it('is steady while nothing changes: nobody is told, nothing is trained; a second look changes nothing', async () => {
  const day = TRAINED + 28;
  const look = await observe(day);
  expect(look).toMatchObject({ version: 1, made: true });
  expect(look.state).toBe('steady');
  // What the source tells of its files began with the first one: nothing else moved.
  expect(look.drifted).toBeLessThan(0.05 * look.features);
  const before = await rows('select * from feature_drift order by feature');
  expect(await observe(day)).toEqual(look);
  expect(await rows('select * from feature_drift order by feature')).toEqual(before);
  expect(await follow(day)).toEqual({ episode: 'none', incidentId: null, retrainWorkflowId: null });
  expect(await rows('select from incident')).toEqual([]);
});

it('keeps quality by week, slice and estimate, each beside the base rates and with its number', async () => {
  const { pool } = stage.database;
  const quality = await readQuality(pool, MODEL, 10);
  const all = quality.filter(({ slice, basis }) => slice === 'all' && basis === 'realised');
  expect(new Set(all.map(({ cutoff }) => cutoff.getTime())).size).toBe(4);
  for (const { metric, value, low, high, baseValue, rows: n } of all) {
    expect(n).toBe(JOBS);
    expect(value).not.toBeNull();
    expect(baseValue).not.toBeNull();
    if (metric === 'brier_score') expect([low! <= value!, value! <= high!]).toEqual([true, true]);
  }
  const slices = new Set(quality.map(({ slice }) => slice));
  expect([...slices]).toEqual(
    expect.arrayContaining(['recent', 'onset', 'owner ann', 'host srv-0', 'criticality 3']),
  );
  const estimated = quality.filter(({ basis }) => basis === 'estimated');
  const brier = (of: typeof quality) => of.find(({ metric }) => metric === 'brier_score')!;
  // What was estimated for a week like the others lies about where these were.
  const weeks = all.filter(({ metric }) => metric === 'brier_score').map(({ value }) => value!);
  expect(brier(estimated).low!).toBeLessThan(Math.max(...weeks));
  expect(brier(estimated).high!).toBeGreaterThan(Math.min(...weeks));
});

it('opens one incident that says what moved, and asks for one training, when the world has turned', async () => {
  for (const week of [28, 35, 42]) {
    await forecast(TRAINED + week);
    await load(runLog(TRAINED + week, TRAINED + week + 7, turned));
  }
  const day = TRAINED + 49;
  await settle(day);
  const look = await observe(day);
  expect(look).toMatchObject({ version: 1, state: 'degraded', made: true });
  const [check] = await readChecks(stage.database.pool, MODEL, 1);
  const sign = (kind: string) => check!.signs.find((one) => one.kind === kind)!;
  expect(sign('data').found).toBe(true);
  expect(sign('concept')).toMatchObject({ found: true, isGrave: true });
  expect(sign('data').words.en).toMatch(/features moved: .*(higher|lower)/);
  expect(sign('data').words.fr).toMatch(/variables ont changé : .*en (hausse|baisse)/);
  const drift = await readFeatureDrift(stage.database.pool, MODEL, check!.cutoff);
  const duration = drift.find(({ feature }) => feature === 'duration_mean');
  expect(duration).toMatchObject({ state: 'drifted', shift: expect.any(Number) });
  expect(duration!.shift!).toBeGreaterThan(1);
  expect(
    drift
      .filter(({ state }) => state === 'drifted')
      .every(({ psi, pAdjusted }) => psi! >= 0.25 && pAdjusted! <= 0.01),
  ).toBe(true);

  const first = await follow(day);
  expect(first).toMatchObject({ episode: 'opened', retrainWorkflowId: 'retrain/2026-W20' });
  const again = await follow(day);
  expect(again).toMatchObject({ episode: 'lasts', incidentId: first.incidentId, retrainWorkflowId: null });
  const told = await rows<{ kind: string; variant: string; model: string; text: string; severity: string }>(
    `select kind, variant, model, evidence ->> 'text' as text, severity from finding join incident on incident.id = incident_id`,
  );
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ kind: 'drift', model: MODEL, severity: 'minor' });
  expect(told[0]!.text).toContain('features moved');
  const mails = await rows<{ subject: string; body: string }>(
    `select subject, body from notification where kind = 'incidents-opened'`,
  );
  expect(mails).toHaveLength(1);
  expect(mails[0]!.body).toContain('features moved');
});

it('goes on with the same incident and no other training a day later, also in another week', async () => {
  await load(runLog(TRAINED + 49, TRAINED + 50, turned));
  await observe(TRAINED + 50);
  expect(await follow(TRAINED + 50, 'retrain/2026-W21')).toMatchObject({
    episode: 'lasts',
    retrainWorkflowId: null,
  });
  expect(await rows('select retrain_workflow_id as id from model_episode')).toEqual([
    { id: 'retrain/2026-W20' },
  ]);
  expect(await rows('select from incident')).toHaveLength(1);
});

it('ends it when a model that knows the new world serves, and those who were told hear of it', async () => {
  await load(runLog(TRAINED + 50, TRAINED + 112, turned));
  await train(TRAINED + 112, 1);
  await stage.database.pool.query(`update notification set state = 'sent', sent_at = now()`);
  const look = await observe(TRAINED + 112);
  expect(look).toMatchObject({ version: 2 });
  expect(look.state).not.toBe('degraded');
  expect(await follow(TRAINED + 112)).toMatchObject({ episode: 'ended' });
  expect(await follow(TRAINED + 112)).toMatchObject({ episode: 'none' });
  expect(await rows(`select state from incident`)).toEqual([{ state: 'resolved' }]);
  expect(await rows(`select from notification where kind = 'incidents-resolved'`)).toHaveLength(1);
}, 180_000);
