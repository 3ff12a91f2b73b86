/**
 * A year of an estate in simulated time: its log is loaded week by week, and the product retrains, forecasts and watches
 * itself as its schedules have it. What makes jobs fail changes twice. Nobody touches anything.
 */
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { runWorkflow } from '../../cli/run-workflow.ts';
import { DAY_MS, WEEK_DAYS } from '../../models/features/feature.ts';
import { FAILURE_MODEL, isoWeekOf, scheduleIds, workflowIds } from '../../workflows/names.ts';
import { ask, collect, drop, pauseSchedules, withTemporal } from './pipeline.ts';
import { say } from './progress.ts';
import { type Servers, WHOLE_PIPELINE, withServers } from './servers.ts';
import {
  type ShiftingWorld,
  shiftingWorld,
  WEEK_MS,
  WORLD_HEADER,
  WORLD_START,
  worldLines,
} from './shifting-world.ts';
import { rounded } from './statistics.ts';
import { oracleShareOf, type YearWeek } from './year-verdict.ts';

/** Weeks, counted from 0, with whose Monday another cause makes jobs fail. */
export const SHIFTS = [20, 35];
const JOBS = 80;
/** Before the first training a month is known. */
const FIRST_WEEK = 4;
/** A file counts as finished when it has not been touched for a while. */
const FINISHED_MS = 60_000;

export interface Year {
  weeks: YearWeek[];
  /** Champions that a trial took back. */
  rollbacks: number;
  /** Median of a week's work of the product in real seconds, and of its parts. */
  seconds: Record<'load' | 'retrain' | 'forecast' | 'look', number>[];
}

/** @param options `weeks`: of the year; fewer to try it out */
export const simulateYear = (options: { weeks: number; seed: number }): Promise<Year> =>
  withServers('mlops-year', WHOLE_PIPELINE, { time: 'data', language: 'en' }, (servers) =>
    withTemporal(servers, (temporal) => live(servers, temporal, options)),
  );

async function live(
  servers: Servers,
  temporal: Client,
  { weeks, seed }: { weeks: number; seed: number },
): Promise<Year> {
  // The week after the last has a Monday, so that its Tuesday can tell what became of the last.
  const world = shiftingWorld({ jobs: JOBS, weeks: weeks + 1, seed, shifts: SHIFTS });
  await pauseSchedules(temporal, ['runs', 'metrics']);
  for (const schedule of ['detect', 'retrain', 'forecastWeek', 'monitorModel'] as const) {
    await temporal.schedule.getHandle(scheduleIds[schedule]).pause();
  }
  const lived = new Map<number, Omit<YearWeek, 'version' | 'kind' | 'skill' | 'oracleShare'>>();
  const seconds: Year['seconds'] = [];
  const load = (from: number, to: number) => loadDays(servers, temporal, world, from, to);
  await load(0, FIRST_WEEK * WEEK_DAYS);
  for (let week = FIRST_WEEK; week <= weeks; week++) {
    const monday = WORLD_START + week * WEEK_MS;
    const isLast = week === weeks;
    const took = { load: 0, retrain: 0, forecast: 0, look: 0 };
    const timed = async <T>(part: keyof typeof took, work: () => Promise<T>): Promise<T> => {
      const beganMs = performance.now();
      const done = await work();
      took[part] += rounded((performance.now() - beganMs) / 1000);
      return done;
    };
    const trained = isLast ? null : await timed('retrain', () => retrainAt(temporal, monday));
    if (!isLast) await timed('forecast', () => forecastAt(temporal, monday));
    // What became of a week's forecast is known when the week is over: on the Tuesday after it, with Monday's runs.
    await timed('load', () => load(week * WEEK_DAYS, week * WEEK_DAYS + 1));
    const look = await timed('look', () => lookAt(temporal, monday + DAY_MS));
    const scored = (await scoreWeeks(servers.config.databaseUrl, world, lived)).at(-1);
    if (scored !== undefined) {
      say(
        `of week ${scored.week}, by ${scored.kind} ${scored.version}: skill ${scored.skill?.toFixed(3) ?? 'not known'}, ` +
          `${scored.oracleShare} of the oracle's; found since: ${(await signsOf(servers, monday)).join(', ') || 'nothing'}`,
      );
    }
    if (isLast) break;
    await timed('load', () => load(week * WEEK_DAYS + 1, (week + 1) * WEEK_DAYS));
    const verdict = `${trained!.verdict} ${trained!.kind}`;
    lived.set(week, {
      ...{ week, verdict, promoted: trained!.promotedVersion, state: look.state, signs: [] },
      ...{ opened: look.episode === 'opened', retraining: look.retrainWorkflowId !== null },
    });
    seconds.push(took);
    say(
      `week ${week} of ${weeks}, ${world.causeOf(week)}: ${verdict}; ${look.state}, incident ${look.episode}; ` +
        Object.entries(took)
          .map(([part, s]) => `${part} ${s} s`)
          .join(', '),
    );
  }
  return {
    weeks: await scoreWeeks(servers.config.databaseUrl, world, lived),
    seconds,
    rollbacks: await rollbacksOf(servers),
  };
}

async function loadDays(
  { home }: Servers,
  temporal: Client,
  world: ShiftingWorld,
  from: number,
  to: number,
): Promise<void> {
  let text = WORLD_HEADER;
  for (let week = Math.floor(from / WEEK_DAYS); week * WEEK_DAYS < to; week++) {
    const runs = world.runsOf(week);
    const isIn = (at: number) => at >= WORLD_START + from * DAY_MS && at < WORLD_START + to * DAY_MS;
    text += worldLines(runs.filter(({ startedAt }) => isIn(startedAt)));
  }
  await drop(path.join(home, 'drop', 'runs'), `runs-${from}-${to}.csv`, text, FINISHED_MS);
  await collect(temporal, 'runs');
}

const at = (instant: number) => ({ asOf: new Date(instant).toISOString() });
const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);

const retrainAt = (temporal: Client, instant: number) =>
  runWorkflow(
    temporal,
    'retrain',
    workflowIds.retrain(isoWeekOf(instant)),
    at(instant),
    'Retrain by the week',
  );

const forecastAt = (temporal: Client, instant: number) =>
  runWorkflow(
    temporal,
    'forecastWeek',
    workflowIds.forecastWeek(dateOf(instant)),
    at(instant),
    'Forecast the week',
  );

const lookAt = (temporal: Client, instant: number) =>
  runWorkflow(
    temporal,
    'monitorModel',
    workflowIds.monitorModel(dateOf(instant)),
    at(instant),
    'Watch the model',
  );

type Lived = Omit<YearWeek, 'version' | 'kind' | 'skill' | 'oracleShare'>;

/** With what the product's own score card says of each week, and what the true chances say of its forecast. */
async function scoreWeeks(
  url: string,
  world: ShiftingWorld,
  lived: ReadonlyMap<number, Lived>,
): Promise<YearWeek[]> {
  const cards = await ask<{ cutoff: Date; version: number; kind: string; skill: number | null }>(
    url,
    `select quality.cutoff, version, kind, value - base_value as skill
     from model_quality quality join model_version using (model, version)
     where model = $1 and basis = 'realised' and slice = 'all' and metric = 'average_precision'
     order by quality.cutoff`,
    [FAILURE_MODEL],
  );
  const forecasts = await ask<{ cutoff: Date; job: string; probability: number }>(
    url,
    'select cutoff, job.name as job, probability from forecast_week join job on job.id = job_id',
  );
  const looks = await ask<{ cutoff: Date; kind: string }>(
    url,
    `select cutoff, sign ->> 'kind' as kind from model_check, jsonb_array_elements(signs) as sign
     where model = $1 and (sign ->> 'found')::boolean`,
    [FAILURE_MODEL],
  );
  const weekOf = (instant: Date) => Math.floor((instant.getTime() - WORLD_START) / WEEK_MS);
  return cards.flatMap(({ cutoff, version, kind, skill }) => {
    const week = weekOf(cutoff);
    const told = lived.get(week);
    if (told === undefined) return [];
    const said = new Map(
      forecasts.filter((one) => weekOf(one.cutoff) === week).map((one) => [one.job, one.probability]),
    );
    const chances = world.chancesOf(week);
    const rows = Array.from(world.jobs.keys()).filter((job) => said.has(world.jobs[job]!));
    const oracleShare = oracleShareOf(
      rows.map((job) => said.get(world.jobs[job]!)!),
      rows.map((job) => chances[job]!),
    );
    const signs = looks.filter((look) => weekOf(look.cutoff) === week).map((look) => look.kind);
    return [{ ...told, version, kind, skill, oracleShare: rounded(oracleShare), signs }];
  });
}

/** What the look at a cutoff's Tuesday found. */
async function signsOf({ config }: Servers, monday: number): Promise<string[]> {
  const found = await ask<{ kind: string; value: number | null }>(
    config.databaseUrl,
    `select sign ->> 'kind' as kind, (sign ->> 'value')::float8 as value
     from model_check, jsonb_array_elements(signs) as sign
     where model = $1 and (sign ->> 'found')::boolean and cutoff = $2`,
    [FAILURE_MODEL, new Date(monday + DAY_MS)],
  );
  return found.map(({ kind, value }) => `${kind} ${value?.toFixed(2)}`);
}

/** Changes of the champion that went back to a version before. */
async function rollbacksOf({ config }: Servers): Promise<number> {
  const [row] = await ask<{ rollbacks: number }>(
    config.databaseUrl,
    `select count(*)::int as rollbacks from model_alias_change
     where model = $1 and alias = 'champion' and to_version < from_version`,
    [FAILURE_MODEL],
  );
  return row!.rollbacks;
}
