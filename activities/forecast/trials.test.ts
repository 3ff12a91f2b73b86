import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWatchList } from '../../db/forecast/forecast-watch.ts';
import { readAliasChanges, versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { readTrials } from '../../db/forecast/model-trials.ts';
import { forecastOutcomes } from '../../db/forecast/read-score-card.ts';
import { PROMOTION_DEFAULTS } from '../../models/promotion/policy.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { copyVersion } from '../../tests/copy-version.ts';
import { createLoadFile } from '../load/load-file.ts';
import { createFreezeSnapshot } from './freeze-snapshot.ts';
import { createMakeForecast } from './make-forecast.ts';
import { createOverrideForecast } from './override-forecast.ts';
import { createPrepareRelease } from './prepare-release.ts';
import { createSwitchChampion } from './promotion.ts';
import { registerModel } from './register-model.ts';
import { createSettleOutcomes } from './settle-outcomes.ts';
import { createTrainContestant, type TrainedReference } from './train-contestant.ts';
import { createBeginTrial, createLookAtTrial, createScoreBeside } from './trials.ts';

const MODEL = 'test-model';
const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-25T06:00:00Z');
const WEEKS = [0, 1, 2, 3, 4].map((week) => new Date(START + week * 7 * DAY_MS).toISOString());

let stage: ActivityStage;
/** Now, for the estate. */
let now = START;
let champion: number;
let challenger: number;

beforeAll(async () => {
  const promotion = { ...PROMOTION_DEFAULTS, minBlocks: 4 };
  stage = await openActivityStage({ time: 'wall', now: () => now, promotion });
  const { dependencies, run } = stage;
  await run(createLoadFile(dependencies), { sha256: await stage.storeFile(runLog()) });
  await stage.database.pool.query(`update job set host = 'server-' || id % 5`);
  const { snapshot } = await run(createFreezeSnapshot(dependencies), { asOf: WEEKS[0]! });
  const versionFor = async (kind: TrainedReference['kind']) => {
    const trained = await run(createTrainContestant(dependencies), { snapshot, kind, seed: 1 });
    return registerModel(dependencies, { model: MODEL, snapshot, seed: 1 }, trained as TrainedReference);
  };
  champion = await versionFor('base-persistence');
  challenger = await versionFor('base-run-rate');
  await promote(champion, null, 'promote/1');
});
afterAll(() => stage.close());

/** Twelve jobs of which job k fails on days that k + 2 divides, for 70 days, before and after the beginning. */
function runLog(): string {
  const lines = ['job_id,owner,run_id,started_at,duration_s,status'];
  for (let day = -35; day < 37; day++) {
    const at = new Date(START + day * DAY_MS + 3_600_000).toISOString();
    for (let job = 0; job < 12; job++) {
      const status = (day + 70) % (job + 2) === 0 ? 'failed' : 'success';
      lines.push(`job_${job},ann,${day},${at},60,${status}`);
    }
  }
  return lines.join('\n');
}

const promote = (version: number, fromVersion: number | null, workflowId: string) =>
  stage.run(createSwitchChampion(stage.dependencies), {
    ...{ model: MODEL, version, fromVersion, workflowId, who: 'ann', why: 'test' },
  });
const begin = (version: number, workflowId: string, role: 'challenger' | 'predecessor' = 'challenger') =>
  stage.run(createBeginTrial(stage.dependencies), {
    ...{ model: MODEL, version, role, days: 28, who: 'ann', why: 'to see', workflowId },
  });
const look = (workflowId: string) => stage.run(createLookAtTrial(stage.dependencies), { workflowId });
const beside = (cutoff: string) => stage.run(createScoreBeside(stage.dependencies), { model: MODEL, cutoff });
const count = async (sql: string) => (await stage.database.pool.query(sql)).rowCount;
const toldOf = (what: string) =>
  count(
    `select from notification where kind = 'trial-over' and subject like '%${what}%' and body like '%ann%'`,
  );
const shadow = () => versionOfAlias(stage.database.pool, MODEL, 'shadow');

describe('a trial', () => {
  it('begins once, with the alias shadow, and one at a time', async () => {
    expect(await begin(challenger, 'trial/1')).toEqual({ state: 'begun', against: champion });
    expect(await begin(challenger, 'trial/1')).toEqual({ state: 'begun', against: champion });
    expect(await begin(challenger, 'trial/2')).toEqual({ state: 'taken', against: champion });
    expect(await begin(champion, 'trial/3')).toEqual({ state: 'pointless', against: champion });
    await expect(begin(99, 'trial/4')).rejects.toMatchObject({ name: 'UnknownModelVersion' });
    expect(await shadow()).toBe(challenger);
    expect(await count(`select from audit_log where action = 'model.shadow'`)).toBe(1);
  });

  it('forecasts beside the champion, apart from it, and tells nobody', async () => {
    for (const asOf of WEEKS) {
      now = Date.parse(asOf);
      await stage.run(createMakeForecast(stage.dependencies), { model: MODEL, asOf });
      const told = await count('select from notification');
      expect(await beside(asOf)).toEqual({ workflowIds: ['trial/1'] });
      expect(await beside(asOf)).toEqual({ workflowIds: ['trial/1'] });
      expect(await count('select from notification')).toBe(told);
    }
    expect(await count('select from forecast_week')).toBe(12 * WEEKS.length);
    expect(await count('select from shadow_forecast')).toBe(12 * WEEKS.length);
    const same = `select from shadow_forecast s join forecast_week w using (cutoff, job_id) where s.probability = w.probability`;
    expect(await count(same)).toBeLessThan(12);
  });

  it('looks only at weeks that are over, and ends undecided when its time is up', async () => {
    now = START + 13 * DAY_MS;
    expect(await look('trial/1')).toMatchObject({ outcome: 'lasts', against: champion });
    expect((await readTrials(stage.database.pool, MODEL, 5))[0]).toMatchObject({ blocks: 5, outcome: null });
    // What both say is so alike here that four weeks tell nothing.
    await stage.database.pool.query(
      `update forecast_week w set probability = s.probability, probability_low = null, probability_high = null
       from shadow_forecast s where s.cutoff = w.cutoff and s.job_id = w.job_id`,
    );
    now = START + 28 * DAY_MS;
    expect(await look('trial/1')).toMatchObject({ outcome: 'undecided' });
    expect(await look('trial/1')).toMatchObject({ outcome: 'undecided' });
    expect(await shadow()).toBeNull();
    expect(await versionOfAlias(stage.database.pool, MODEL, 'champion')).toBe(champion);
    const [removed] = await readAliasChanges(stage.database.pool, MODEL, 1);
    expect(removed).toMatchObject({
      alias: 'shadow',
      fromVersion: challenger,
      toVersion: null,
      who: 'trial',
    });
    expect(removed!.why).toMatch(/^Its trial ended undecided: the champion stays\. After \d+ blocks/);
    expect(await count(`select from audit_log where action = 'model.shadow'`)).toBe(2);
    expect(await toldOf('not told apart')).toBe(1);
  });

  it.each([
    ['better', 'case when failed then 0.98 else 0.02 end'],
    ['worse', 'case when failed then 0.02 else 0.98 end'],
  ])('ends %s by what came true', async (outcome, probability) => {
    const { pool } = stage.database;
    now = START;
    const workflowId = `trial/${outcome}`;
    await begin(challenger, workflowId);
    await pool.query(`delete from shadow_forecast`);
    await pool.query(
      `insert into shadow_forecast (cutoff, model, version, job_id, probability)
       select cutoff, $1, $2, job_id, ${probability} from (
         select cutoff, job_id, exists (select from run where run.job_id = w.job_id and status = 'failed'
           and started_at >= cutoff and started_at < cutoff + interval '7 days') as failed
         from forecast_week w) told`,
      [MODEL, challenger],
    );
    await pool.query(
      'update forecast_week set probability = 0.5, probability_low = null, probability_high = null',
    );
    now = START + 35 * DAY_MS;
    expect(await look(workflowId)).toMatchObject({ outcome });
    const [trial] = await readTrials(pool, MODEL, 5).then((all) =>
      all.filter((one) => one.workflowId === workflowId),
    );
    expect(trial!.eValue).toBeGreaterThanOrEqual(20);
    expect(trial!.said!.fr).toContain('score de Brier');
    // Of one that is better its promotion tells.
    expect(await toldOf('worse than the champion')).toBe(outcome === 'worse' ? 1 : 0);
    expect(await count(`select from notification where kind = 'trial-over'`)).toBe(
      outcome === 'worse' ? 2 : 1,
    );
  });

  it('against a champion that serves no more is overtaken, and stands in nobody’s way', async () => {
    now = START + 30 * DAY_MS;
    await begin(challenger, 'trial/overtaken');
    await promote(challenger, champion, 'promote/2');
    expect(await begin(champion, 'trial/back', 'predecessor')).toEqual({
      state: 'begun',
      against: challenger,
    });
    expect(await look('trial/overtaken')).toMatchObject({ outcome: 'overtaken' });
    expect(await shadow()).toBeNull();
  });
});

describe('prepareRelease', () => {
  const prepare = (version: number, fromVersion: number | null) =>
    stage.run(createPrepareRelease(stage.dependencies), { model: MODEL, version, fromVersion });

  it('tells the jobs whose forecast moves most', async () => {
    const { moves } = await prepare(challenger, champion);
    expect(moves.length).toBeGreaterThan(0);
    expect(moves.length).toBeLessThanOrEqual(5);
    for (const { job, before, after } of moves) {
      expect(job).toMatch(/^job_\d+$/);
      expect(Math.abs(after - before)).toBeGreaterThanOrEqual(0.02);
    }
  });

  it('refuses a version whose bytes are gone, and does without one that is to go', async () => {
    const { pool } = stage.database;
    await copyVersion(pool, { of: champion, as: 77, digit: 'f', artifactToo: true });
    await expect(prepare(77, champion)).rejects.toMatchObject({ name: 'MissingObject' });
    expect(await prepare(challenger, 77)).toEqual({ moves: [] });
  });
});

describe('alias changes', () => {
  it('carry exact instants in their order, also where transactions began in another', async () => {
    const changes = await readAliasChanges(stage.database.pool, MODEL, 50);
    const champions = changes.filter(({ alias }) => alias === 'champion').reverse();
    expect(champions.map(({ toVersion }) => toVersion)).toEqual([champion, challenger]);
    const instants = await stage.database.pool.query(
      `select from model_alias_change a join model_alias_change b using (model, alias) where a.id < b.id and a.at >= b.at`,
    );
    expect(instants.rowCount).toBe(0);
    expect(champions[1]!.note!.en).toContain(`replaces version ${champion}`);
    const audit = await count(`select from audit_log where action = 'model.champion' and after ? 'note'`);
    expect(audit).toBe(2);
  });
});

describe('the forecast', () => {
  it('keeps where to look first', async () => {
    const list = await readWatchList(stage.database.pool, new Date(WEEKS[0]!));
    expect(list.length).toBeGreaterThan(0);
    expect(list.length).toBeLessThanOrEqual(12);
    expect(list.map(({ probability }) => probability)).toEqual(
      list.map(({ probability }) => probability).toSorted((a, b) => b - a),
    );
    const { rows } = await stage.database.pool.query<{ body: string }>(
      `select body from notification where kind = 'forecast-ready' limit 1`,
    );
    expect(rows[0]!.body).toMatch(/To watch: these \d+ job-days hold \d+ % of the expected failures/);
  });

  it('takes what a person says beside it, for a while, and scores the model’s own', async () => {
    const { pool } = stage.database;
    const cutoff = new Date(WEEKS[1]!);
    const asOf = new Date(START + 30 * DAY_MS);
    now = asOf.getTime();
    await stage.run(createSettleOutcomes(stage.dependencies), { asOf: asOf.toISOString() });
    const before = await forecastOutcomes(pool, cutoff);
    expect(before).not.toEqual([]);
    const { rows } = await pool.query<{ id: number }>(`select id from job where name = 'job_0'`);
    const say = (override: { probability: number | null; until: string } | null, who = 'ann') =>
      stage.run(createOverrideForecast(stage.dependencies), {
        ...{ jobId: rows[0]!.id, override, who, why: 'a new disk', workflowId: 'forecast-override/1' },
      });
    const until = new Date(now + 7 * DAY_MS).toISOString();
    expect(await say({ probability: 0.05, until })).toEqual({ job: 'default/job_0', changed: true });
    expect(await say({ probability: 0.05, until })).toMatchObject({ changed: false });
    expect(await forecastOutcomes(pool, cutoff)).toEqual(before);
    await expect(say({ probability: 0.05, until: new Date(now).toISOString() })).rejects.toMatchObject({
      name: 'InvalidInput',
    });

    const next = new Date(now).toISOString();
    await stage.run(createMakeForecast(stage.dependencies), { model: MODEL, asOf: next });
    const told = await pool.query<{ body: string }>(
      `select body from notification where body like '%says: 5 \\% — a new disk%'`,
    );
    expect(told.rowCount).toBe(1);

    now += 8 * DAY_MS;
    expect(await say(null), 'it has ended by itself').toMatchObject({ changed: false });
    now -= 7 * DAY_MS;
    expect(await say({ probability: null, until }, 'bob')).toMatchObject({ changed: true });
    expect(await say(null, 'bob')).toMatchObject({ changed: true });
    const audit = await pool.query(
      `select action, who from audit_log where action like 'forecast.%' order by id`,
    );
    expect(audit.rows).toEqual([
      { action: 'forecast.override', who: 'ann' },
      { action: 'forecast.override', who: 'bob' },
      { action: 'forecast.override.withdraw', who: 'bob' },
    ]);
  });
});
