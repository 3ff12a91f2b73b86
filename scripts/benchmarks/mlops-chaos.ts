/**
 * Everything is killed at each step of a retraining and of a promotion: there is one champion at all times, one audit
 * line a transition, and the workflow finishes after the repair.
 */
import { readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import pg from 'pg';
import { simulateEstate } from '../../cli/simulate/simulate.ts';
import { DATABASE } from '../../stack/postgres-roles.ts';
import { FAILURE_MODEL, TASK_QUEUES } from '../../workflows/names.ts';
import { type Figure, figure } from './document.ts';
import { beginPromotion, championsOf, registerVersions, YES } from './mlops-servers.ts';
import { ask, collect, pauseSchedules, until, withTemporal } from './pipeline.ts';
import { say } from './progress.ts';
import { type Servers, WHOLE_PIPELINE, withServers } from './servers.ts';
import { quantile, rounded } from './statistics.ts';

const VICTIMS = ['worker', 'postgres', 'object-store', 'temporal'] as const;
type Victim = (typeof VICTIMS)[number];

interface Step {
  workflow: 'retrain' | 'promoteModel';
  activity: string;
  /** Locked, the activity stays where it is until something is killed; null: it takes long enough by itself. */
  held: string | null;
}

/** In the order in which they come. */
const STEPS: readonly Step[] = [
  { workflow: 'retrain', activity: 'freezeSnapshot', held: 'job' },
  { workflow: 'retrain', activity: 'trainContestant', held: null },
  { workflow: 'retrain', activity: 'registerChallenger', held: 'evaluation' },
  { workflow: 'retrain', activity: 'judgeChallenger', held: 'gate_verdict' },
  { workflow: 'promoteModel', activity: 'checkPromotion', held: 'gate_verdict' },
  { workflow: 'promoteModel', activity: 'prepareRelease', held: 'job' },
  { workflow: 'promoteModel', activity: 'switchChampion', held: 'audit_log' },
  { workflow: 'promoteModel', activity: 'beginTrial', held: 'model_trial' },
];

export interface MlopsKill {
  workflow: Step['workflow'];
  activity: string;
  victim: Victim;
  /** Whether it was at that step; else it was killed at some moment of the workflow. */
  reached: boolean;
  finished: boolean;
  /** From the kill until the workflow had ended. */
  seconds: number;
}

export interface MlopsStorm {
  kills: MlopsKill[];
  /** How often it was looked who serves, and found not exactly one. */
  looks: number;
  championsLost: number;
  transitions: number;
  /** Transitions without an audit line, or with two; audit lines without a transition. */
  auditWrong: number;
  /** Promotions that are finished and did not make their version the champion exactly once. */
  promotionsWrong: number;
}

const ESTATE = { jobs: 24, hosts: 3, days: 70, seed: 3 };
const AS_OF = Date.parse('2026-03-01T00:00:00.000Z');
const STEP_LIMIT_MS = 180_000;
const FINISH_LIMIT_MS = 300_000;
const HOUR_MS = 3_600_000;

/**
 * So many pairs of a step and a victim, every step as often as any other and with another victim each time.
 *
 * @param kills at most as many as there are pairs
 */
export function spreadPairs(kills: number): { activity: string; victim: Victim }[] {
  const all = VICTIMS.flatMap((_, shift) =>
    STEPS.map(({ activity }, i) => ({ activity, victim: VICTIMS[(i + shift) % VICTIMS.length]! })),
  );
  return all.slice(0, kills);
}

/** Every victim at every step, or the pairs that are named. */
export function mlopsStorm(only?: readonly { activity: string; victim: Victim }[]): Promise<MlopsStorm> {
  const pairs = STEPS.flatMap((step) => VICTIMS.map((victim) => ({ ...step, victim }))).filter(
    ({ activity, victim }) => !only || only.some((one) => one.activity === activity && one.victim === victim),
  );
  return withServers('mlops-chaos', WHOLE_PIPELINE, { time: 'data', language: 'en' }, (servers) =>
    withTemporal(servers, (temporal) => storm(servers, temporal, pairs)),
  );
}

/** `champions_lost` must be 0, and so must all that is wrong. */
export function mlopsChaosFigures(found: MlopsStorm): Figure[] {
  const none = (name: string, count: number, unit: string): Figure => figure(name, count, unit, 'lower');
  const seconds = found.kills.map((kill) => kill.seconds);
  return [
    figure('mlops_kills', found.kills.length, 'kills', 'higher'),
    figure('mlops_kills_at_steps', found.kills.filter(({ reached }) => reached).length, 'kills', 'higher'),
    none('champions_lost', found.championsLost, 'looks'),
    none('transitions_audit_wrong', found.auditWrong, 'transitions'),
    none('promotions_wrong', found.promotionsWrong, 'promotions'),
    none('mlops_not_finished', found.kills.filter(({ finished }) => !finished).length, 'workflows'),
    figure(
      'mlops_recovery_p95_s',
      seconds.length === 0 ? null : rounded(quantile(seconds, 0.95)),
      's',
      'lower',
    ),
  ];
}

async function storm(
  servers: Servers,
  temporal: Client,
  pairs: readonly (Step & { victim: Victim })[],
): Promise<MlopsStorm> {
  const url = servers.config.databaseUrl;
  await pauseSchedules(temporal, ['runs', 'metrics']);
  await temporal.schedule.getHandle('detect').pause();
  say('a first champion');
  if (pairs.some(({ workflow }) => workflow === 'retrain')) {
    await loadEstate(servers, temporal);
    await (await beginRetraining(temporal, 0)).result();
  } else {
    const [first] = await registerVersions(servers, 2);
    const handle = await beginPromotion(temporal, first!);
    await handle.executeUpdate('decide', { args: YES });
    await handle.result();
  }
  const [champion] = await championsOf(url);
  if (champion === undefined) throw new Error('there is no first champion: nothing to lose');
  const watch = watchChampions(url);
  const kills: MlopsKill[] = [];
  let promotionsWrong = 0;
  for (const [index, pair] of pairs.entries()) {
    const kill = await carryOut(servers, temporal, pair, index + 1);
    kills.push(kill.kill);
    if (kill.isWrong) promotionsWrong += 1;
    const { workflow, activity, victim, reached, finished, seconds } = kill.kill;
    const where = `${victim} at ${reached ? '' : 'some moment, not '}${workflow}/${activity}`;
    say(`kill ${index + 1} of ${pairs.length}: ${where}: ${finished ? `${seconds} s` : 'not finished'}`);
  }
  const { looks, lost } = await watch.stop();
  return { kills, looks, championsLost: lost, promotionsWrong, ...(await auditOf(url)) };
}

async function loadEstate({ home }: Servers, temporal: Client): Promise<void> {
  const { runsFolder, metricsFolder } = await simulateEstate({ out: path.join(home, 'drop'), ...ESTATE });
  const finishedAt = Date.now() / 1000 - 60;
  for (const folder of [runsFolder, metricsFolder]) {
    for (const file of readdirSync(folder)) utimesSync(path.join(folder, file), finishedAt, finishedAt);
  }
  for (const source of ['runs', 'metrics']) await collect(temporal, source);
}

/** Every retraining has its own moment, so that each is new work. */
const beginRetraining = (temporal: Client, round: number): Promise<WorkflowHandle> =>
  temporal.workflow.start('retrain', {
    workflowId: `retrain/chaos-${round}`,
    taskQueue: TASK_QUEUES.control,
    args: [{ asOf: new Date(AS_OF - round * HOUR_MS).toISOString() }],
  });

async function carryOut(
  servers: Servers,
  temporal: Client,
  step: Step & { victim: Victim },
  round: number,
): Promise<{ kill: MlopsKill; isWrong: boolean }> {
  const { workflow, activity, victim, held } = step;
  const url = servers.config.databaseUrl;
  const before = (await championsOf(url))[0]!;
  // Before any lock: another version than the one that serves.
  const rival = workflow === 'retrain' ? null : await otherVersion(url, before);
  const lock = held === null ? null : await holdTable(servers, held);
  const handle =
    rival === null ? await beginRetraining(temporal, round) : await beginPromotion(temporal, rival);
  const deciding =
    rival === null
      ? null
      : handle.executeUpdate('decide', { args: YES }).catch((error: unknown) => String(error));
  const reached = await until(() => isWorking(handle, activity), { limitMs: STEP_LIMIT_MS, everyMs: 20 });
  const killedAtMs = performance.now();
  await kill(servers, victim);
  await lock?.release();
  // The person asks again where the answer was lost; what was taken is refused.
  await deciding;
  if (rival !== null) {
    await until(
      async () => {
        if ((await handle.describe()).status.name !== 'RUNNING') return true;
        await handle.executeUpdate('decide', { args: YES }).catch(() => {});
        return true;
      },
      { limitMs: FINISH_LIMIT_MS, everyMs: 200 },
    );
  }
  const isOver = async () => (await handle.describe()).status.name !== 'RUNNING';
  await until(isOver, { limitMs: FINISH_LIMIT_MS, everyMs: 50 });
  const finished = (await handle.describe()).status.name === 'COMPLETED';
  const seconds = rounded((performance.now() - killedAtMs) / 1000);
  await until(async () => servers.stack.status().every(({ state }) => ['up', 'done'].includes(state)), {
    limitMs: FINISH_LIMIT_MS,
    everyMs: 100,
  });
  const serving = await championsOf(url);
  const isWrong = rival !== null && finished && (serving.length !== 1 || serving[0] !== rival);
  return { kill: { workflow, activity, victim, reached, finished, seconds }, isWrong };
}

/** A registered version that does not serve; the first retraining has registered a base rate beside its challenger. */
async function otherVersion(url: string, serving: number): Promise<number> {
  const [row] = await ask<{ version: number }>(
    url,
    'select version from model_version where model = $1 and version <> $2 order by version limit 1',
    [FAILURE_MODEL, serving],
  );
  if (row === undefined) throw new Error('only one version is registered: nothing to promote');
  return row.version;
}

const isWorking = async (handle: WorkflowHandle, activity: string): Promise<boolean> => {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).some((one) => one.activityType?.name === activity && one.state === 2);
};

/** Nobody reads or writes the table until it is let go, or the database dies. */
async function holdTable({ adminUrl }: Servers, table: string): Promise<{ release(): Promise<void> }> {
  const url = new URL(adminUrl);
  url.pathname = `/${DATABASE}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  // What only writes is let read: the steps before it read the same tables.
  const mode = ['job'].includes(table) ? 'access exclusive' : 'exclusive';
  await client.query(`lock table ${table} in ${mode} mode`);
  return { release: () => client.end().catch(() => {}) };
}

async function kill({ stack }: Servers, victim: Victim): Promise<void> {
  const pid = stack.status().find(({ name }) => name === victim)?.process?.pid;
  if (pid === undefined) throw new Error(`${victim} does not run: nothing to kill`);
  process.kill(pid, 'SIGKILL');
  // The supervisor notices before anybody asks whether everything is up.
  await until(async () => stack.status().find(({ name }) => name === victim)?.process?.pid !== pid, {
    limitMs: STEP_LIMIT_MS,
    everyMs: 10,
  });
}

/** Looks all the time who serves; while the database is away nobody can tell. */
function watchChampions(url: string): { stop(): Promise<{ looks: number; lost: number }> } {
  let stopped = false;
  const found = { looks: 0, lost: 0 };
  const watching = (async () => {
    while (!stopped) {
      const champions = await championsOf(url).catch(() => null);
      if (champions !== null) {
        found.looks += 1;
        if (champions.length !== 1) found.lost += 1;
      }
      await pause(50);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return found;
    },
  };
}

/** Each transition has one line in the audit log, and each line its transition. */
async function auditOf(url: string): Promise<{ transitions: number; auditWrong: number }> {
  const [row] = await ask<{ transitions: number; wrong: number }>(
    url,
    `with moved as (
       select alias, from_version, to_version, workflow_id, count(*) as moves from model_alias_change group by 1, 2, 3, 4),
     told as (
       select replace(action, 'model.', '') as alias, (before ->> 'version')::int as from_version,
         (after ->> 'version')::int as to_version, workflow_id, count(*) as lines
       from audit_log where action in ('model.champion', 'model.challenger', 'model.shadow') group by 1, 2, 3, 4)
     select (select count(*) from model_alias_change)::int as transitions, count(*)::int as wrong
     from moved full join told on moved.alias = told.alias and moved.workflow_id is not distinct from told.workflow_id
       and moved.from_version is not distinct from told.from_version
       and moved.to_version is not distinct from told.to_version
     where moves is distinct from lines`,
  );
  return { transitions: row!.transitions, auditWrong: row!.wrong };
}
