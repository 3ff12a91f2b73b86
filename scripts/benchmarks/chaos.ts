/** Files load through the real workflows while everything they need is killed, again and again. */

import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { DATABASE } from '../../stack/postgres-roles.ts';
import { type ChaosFile, type ChaosTruth, chaosFiles } from './chaos-files.ts';
import { type ChaosVerdict, judge } from './chaos-verdict.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import { type PlannedKill, type Point, planKills, type Victim } from './kill-plan.ts';
import { anySession, reachPoint } from './kill-points.ts';
import { ask, collect, drop, until, withTemporal } from './pipeline.ts';
import { say } from './progress.ts';
import { type Servers, WHOLE_PIPELINE, withServers } from './servers.ts';
import { quantile, rounded } from './statistics.ts';

export interface ChaosOptions {
  files: number;
  kills: number;
  /** No more kills after so many minutes; what was dropped by then is loaded and compared. */
  minutes: number;
  seed: number;
}

/** Several, so that the others go on while one waits for the heartbeat of an activity that is no more. */
const SOURCES = 6;
const REACH_LIMIT_MS = 10_000;
const HEAD_START_MS = 100;
/** Until a source is collected again, when nothing was there and otherwise. */
const IDLE_MS = 700;
const BUSY_MS = 100;
const RECOVERY_LIMIT_MS = 90_000;
const DRAIN_LIMIT_MS = 600_000;
const FINISHED_MS_AGO = 60_000;

/** Something was killed. */
interface Kill {
  victim: Victim;
  point: Point;
  /** False: the point did not come, it was killed at some moment. */
  reached: boolean;
  /** Until everything served again and the next file was loaded; null when that took too long. */
  recoverySeconds: number | null;
}

const sourceName = (index: number): string => `runs-${index + 1}`;
const sources = Array.from({ length: SOURCES }, (_, index) => ({
  name: sourceName(index),
  kind: 'runs',
  folder: `drop/${sourceName(index)}`,
}));

export const chaos = (options: ChaosOptions): Promise<BenchResult> =>
  withServers('chaos', WHOLE_PIPELINE, { time: 'data', sources }, (servers) =>
    withTemporal(servers, (temporal) => storm(servers, temporal, options)),
  );

async function storm(servers: Servers, temporal: Client, options: ChaosOptions): Promise<BenchResult> {
  const { files, truth } = chaosFiles({ files: options.files, sources: SOURCES, seed: options.seed });
  say(`${files.length} files with ${truth.rows} rows, ${truth.runs.size} different runs`);
  const url = servers.stack.connections.databaseUrl!;
  const estate: Estate = { servers, url, lockUrl: lockUrlOf(servers), dropped: 0 };
  const collecting = startCollecting(temporal);
  const endAt = performance.now() + options.minutes * 60_000;
  const kills: Kill[] = [];
  const plan = planKills(options.kills, options.seed);
  for (const [index, planned] of plan.entries()) {
    if (performance.now() > endAt) break;
    const share = Math.floor(((index + 1) * files.length) / plan.length);
    const kill = await carryOut(estate, planned, () => dropUpTo(estate, files, share));
    kills.push(kill);
    const took = kill.recoverySeconds === null ? 'not recovered in time' : `${kill.recoverySeconds} s`;
    const where = kill.reached ? kill.point : `not ${kill.point}`;
    say(`kill ${index + 1} of ${plan.length}: ${kill.victim}, ${where}: ${took}`);
  }
  await dropUpTo(estate, files, files.length);
  const drained = await until(() => isDone(estate), { limitMs: DRAIN_LIMIT_MS, everyMs: 500 });
  await collecting.stop();
  say(drained ? 'everything loaded, comparing' : 'not everything loaded in time, comparing');
  const rowsOf = new Map(files.map(({ name, rows }) => [name, rows]));
  const verdict = await judge(estate.url, path.join(servers.home, 'mailbox'), temporal, truth, rowsOf);
  return resultOf(kills, verdict, truth, drained);
}

interface Estate {
  servers: Servers;
  url: string;
  /** As superuser in the same database: may lock everything and sees what everybody does. */
  lockUrl: string;
  /** Files put into the folders so far. */
  dropped: number;
}

function lockUrlOf({ adminUrl }: Servers): string {
  const url = new URL(adminUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

async function dropUpTo(estate: Estate, files: readonly ChaosFile[], count: number): Promise<void> {
  for (const file of files.slice(estate.dropped, count)) {
    const folder = path.join(estate.servers.home, 'drop', sourceName(file.source));
    await drop(folder, file.name, file.content, FINISHED_MS_AGO);
  }
  estate.dropped = Math.max(estate.dropped, count);
}

/** Collects every source over and over; what fails because something was killed is begun anew. */
function startCollecting(temporal: Client): { stop(): Promise<void> } {
  let stopped = false;
  const loops = sources.map(async ({ name }) => {
    while (!stopped) {
      const outcome = await collect(temporal, name).catch(() => null);
      const isIdle = outcome !== null && outcome.stored === 0 && outcome.ingestWorkflowId === null;
      await pause(isIdle ? IDLE_MS : BUSY_MS);
    }
  });
  return {
    async stop() {
      stopped = true;
      await Promise.all(loops);
    },
  };
}

async function carryOut(
  estate: Estate,
  { victim, point, delayMs }: PlannedKill,
  dropFiles: () => Promise<void>,
): Promise<Kill> {
  const reaching = point === 'any-moment' ? null : reachPoint(estate.lockUrl, point, REACH_LIMIT_MS);
  // The point is watched before there is work that could pass it.
  await pause(HEAD_START_MS);
  await dropFiles();
  const atPoint = await reaching;
  if (!atPoint) await pause(delayMs);
  const killedPid = await killVictim(estate, victim, atPoint?.sessionPid ?? null, delayMs);
  const startedMs = performance.now();
  await atPoint?.release();
  const recovered = await recover(estate, killedPid);
  const seconds = rounded((performance.now() - startedMs) / 1000);
  const reached = Boolean(atPoint) || point === 'any-moment';
  return { victim, point, reached, recoverySeconds: recovered ? seconds : null };
}

/** @returns the process that was killed; null when there was none */
async function killVictim(
  estate: Estate,
  victim: Victim,
  sessionPid: number | null,
  chance: number,
): Promise<number | null> {
  const { stack } = estate.servers;
  const runningPart = () => stack.status().find(({ name }) => name === victim)?.process?.pid ?? null;
  if (victim === 'session') {
    const pid = sessionPid ?? (await anySession(estate.lockUrl));
    if (pid !== null) send(pid, 'SIGKILL');
    return pid;
  }
  await until(async () => runningPart() !== null, { limitMs: RECOVERY_LIMIT_MS, everyMs: 20 });
  const pid = runningPart();
  // An immediate stop and a crash: the one leaves sessions a moment for a last word, the other does not.
  if (pid !== null) send(pid, victim === 'postgres' && chance % 2 === 0 ? 'SIGQUIT' : 'SIGKILL');
  return pid;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ended by itself meanwhile
  }
}

/** Everything serves, and the next file is loaded if one waits. */
async function recover(estate: Estate, killedPid: number | null): Promise<boolean> {
  const limit = { limitMs: RECOVERY_LIMIT_MS, everyMs: 50 };
  let loadedAtKill: number | null = null;
  const answers = await until(async () => {
    loadedAtKill = await loadedFiles(estate);
    return true;
  }, limit);
  if (!answers) return false;
  return until(async () => {
    const everyPartServes = estate.servers.stack
      .status()
      .every(
        (part) =>
          ['up', 'done'].includes(part.state) && (part.process === null || part.process.pid !== killedPid),
      );
    if (!everyPartServes) return false;
    const loaded = await loadedFiles(estate);
    return loaded > loadedAtKill! || loaded === estate.dropped;
  }, limit);
}

const loadedFiles = async ({ url }: Estate): Promise<number> => {
  const [row] = await ask<{ count: number }>(
    url,
    `select count(*)::int as count from file where state = 'loaded'`,
  );
  return row!.count;
};

/** Every file is loaded and nobody is still to be told anything. */
async function isDone(estate: Estate): Promise<boolean> {
  const [row] = await ask<{ waiting: number }>(
    estate.url,
    `select count(*)::int as waiting from notification where state = 'pending'`,
  );
  return (await loadedFiles(estate)) === estate.dropped && row!.waiting === 0;
}

function resultOf(kills: Kill[], verdict: ChaosVerdict, truth: ChaosTruth, drained: boolean): BenchResult {
  const { runs, refused } = verdict;
  const recoveries = kills.map(({ recoverySeconds }) => recoverySeconds).filter((value) => value !== null);
  const recovery = (share: number) => (recoveries.length === 0 ? null : quantile(recoveries, share));
  const none = (name: string, count: number, unit = 'rows'): Figure => figure(name, count, unit, 'lower');
  return {
    figures: [
      figure('kills', kills.length, 'kills', 'higher'),
      figure('kills_at_named_points', kills.filter(atNamedPoint).length, 'kills', 'higher'),
      none('rows_lost', runs.lost + refused.lost),
      none('rows_doubled', runs.doubled + refused.doubled),
      none('rows_invented', runs.invented + refused.invented),
      none('accounts_wrong', verdict.wrongAccounts + Math.abs(verdict.ledgerMinusTable), 'files'),
      none('alerts_lost', verdict.alertsLost, 'alerts'),
      none('alerts_doubled', verdict.alertsDoubled, 'alerts'),
      none('mails_repeated', verdict.mailsRepeated, 'mails'),
      none('workflows_failed', verdict.workflowsFailed, 'workflows'),
      none('not_recovered', kills.length - recoveries.length + (drained ? 0 : 1), 'times'),
      figure('recovery_p50_s', recovery(0.5), 's', 'lower'),
      figure('recovery_p95_s', recovery(0.95), 's', 'lower'),
    ],
    details: {
      rows: truth.rows,
      killsByVictim: counted(kills.map(({ victim }) => victim)),
      killsByPoint: counted(kills.map(({ point, reached }) => (reached ? point : `not reached: ${point}`))),
      drained,
      verdict,
      kills,
    },
  };
}

const atNamedPoint = ({ reached, point }: Kill): boolean => reached && point !== 'any-moment';

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
