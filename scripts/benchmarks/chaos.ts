/** Files load through the real workflows while everything they need is killed, cut off, slowed down or frozen. */

import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { DATABASE, postgresUrls } from '../../stack/postgres-roles.ts';
import { visitApi } from './api-visitor.ts';
import { mountSmallDisk, type SmallDisk } from './chaos-disk.ts';
import { carryOutFault, faultName } from './chaos-faults.ts';
import { type ChaosFile, chaosFiles } from './chaos-files.ts';
import { ChaosLinks } from './chaos-links.ts';
import { type FaultDone, type Kill, resultOf } from './chaos-result.ts';
import { judge, untold } from './chaos-verdict.ts';
import type { BenchResult } from './document.ts';
import { eachFaultOnce, type PlannedFault, planFaults } from './fault-plan.ts';
import { type PlannedKill, planKills, type Victim } from './kill-plan.ts';
import { anySession, reachPoint } from './kill-points.ts';
import { ask, collect, drop, until, withTemporal } from './pipeline.ts';
import { say } from './progress.ts';
import { type Servers, WHOLE_PIPELINE, withServers } from './servers.ts';
import { rounded } from './statistics.ts';
import { readWriteLog, startWriteLog } from './write-log.ts';

export interface ChaosOptions {
  files: number;
  kills: number;
  /** Failing links and storms of duplicates. */
  faults: number;
  /** Times that the worker freezes and wakes up. */
  freezes: number;
  /** Each fault once and two kills instead of all these, for a test. */
  short?: boolean;
  /** No more of either after so many minutes; what was dropped by then is loaded and compared. */
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
const TELL_LIMIT_MS = 60_000;
const FINISHED_MS_AGO = 60_000;

const sourceName = (index: number): string => `runs-${index + 1}`;
const sources = Array.from({ length: SOURCES }, (_, index) => ({
  name: sourceName(index),
  kind: 'runs',
  folder: `drop/${sourceName(index)}`,
}));

export const chaos = (options: ChaosOptions): Promise<BenchResult> =>
  stormWith(
    options,
    options.short
      ? { kills: SHORT_KILLS, faults: eachFaultOnce() }
      : { kills: planKills(options.kills, options.seed), faults: planFaults(options) },
  );

interface ChaosPlan {
  kills: readonly PlannedKill[];
  faults: readonly PlannedFault[];
}

const SHORT_KILLS: readonly PlannedKill[] = [
  { victim: 'worker', point: 'before-commit', delayMs: 300 },
  { victim: 'api', point: 'any-moment', delayMs: 300 },
];

/** Starts servers, links between them and worker and API, and has everything of the plan happen in turn. */
async function stormWith(options: ChaosOptions, plan: ChaosPlan): Promise<BenchResult> {
  const links = new ChaosLinks();
  let disk: SmallDisk | null = null;
  try {
    return await withServers(
      'chaos',
      [...WHOLE_PIPELINE, 'api'],
      { time: 'data', sources },
      async (servers) => {
        disk = await mountSmallDisk(lockUrlOf(servers));
        const possible = { ...plan, faults: plan.faults.filter(({ kind }) => disk || kind !== 'disk-full') };
        return withTemporal(servers, (temporal) =>
          storm({ servers, links, disk }, temporal, options, possible),
        );
      },
      undefined,
      (ports) => links.reachedAt(ports),
    );
  } finally {
    await links.close();
    (disk as SmallDisk | null)?.remove();
  }
}

async function storm(
  place: Pick<Estate, 'servers' | 'links' | 'disk'>,
  temporal: Client,
  options: ChaosOptions,
  plan: ChaosPlan,
): Promise<BenchResult> {
  const { servers } = place;
  const { files, truth } = chaosFiles({ files: options.files, sources: SOURCES, seed: options.seed });
  say(`${files.length} files with ${truth.rows} rows, ${truth.runs.size} different runs`);
  const { stack } = servers;
  const url = postgresUrls(stack.credentials, stack.ports.postgres).writerUrl;
  const estate: Estate = { ...place, url, lockUrl: lockUrlOf(servers), dropped: 0 };
  await startWriteLog(estate.lockUrl);
  const collecting = startCollecting(temporal);
  const visiting = visitApi(`http://127.0.0.1:${stack.ports.api}`);
  const endAt = performance.now() + options.minutes * 60_000;
  const kills: Kill[] = [];
  const faults: FaultDone[] = [];
  const strikes = interleaved(plan);
  for (const [index, strike] of strikes.entries()) {
    if (performance.now() > endAt) break;
    const share = Math.floor(((index + 1) * files.length) / strikes.length);
    let name: string;
    let recoverySeconds: number | null;
    if ('victim' in strike) {
      const kill = await carryOut(estate, strike, () => dropUpTo(estate, files, share));
      kills.push(kill);
      name = `${kill.victim}, ${kill.reached ? kill.point : `not ${kill.point}`}`;
      recoverySeconds = kill.recoverySeconds;
    } else {
      recoverySeconds = await suffer(estate, strike, files, share);
      faults.push({ planned: strike, recoverySeconds });
      name = faultName(strike);
    }
    const took = recoverySeconds === null ? 'not recovered in time' : `${recoverySeconds} s`;
    say(`${index + 1} of ${strikes.length}: ${name}: ${took}`);
  }
  await dropUpTo(estate, files, files.length);
  const drained = await until(() => isDone(estate), { limitMs: DRAIN_LIMIT_MS, everyMs: 500 });
  // What the last look found may still have to be put into words.
  await until(async () => (await untold(url)) === 0, { limitMs: TELL_LIMIT_MS, everyMs: 500 });
  const visits = await visiting.stop();
  await collecting.stop();
  say(drained ? 'everything loaded, comparing' : 'not everything loaded in time, comparing');
  const rowsOf = new Map(files.map(({ name, rows }) => [name, rows]));
  const verdict = await judge(estate.url, path.join(servers.home, 'mailbox'), temporal, truth, rowsOf);
  const writes = await readWriteLog(estate.lockUrl);
  return resultOf({ kills, faults, verdict, writes, visits, truth, drained });
}

/** Kills and faults in turn, each in its order, evenly mixed. */
function interleaved({ kills, faults }: ChaosPlan): (PlannedKill | PlannedFault)[] {
  const placed = [kills, faults].flatMap((list) =>
    list.map((strike, index) => ({ strike, place: (index + 0.5) / list.length })),
  );
  return placed.toSorted((one, other) => one.place - other.place).map(({ strike }) => strike);
}

interface Estate {
  servers: Servers;
  links: ChaosLinks;
  disk: SmallDisk | null;
  url: string;
  /** As superuser in the same database: may lock everything and sees what everybody does. */
  lockUrl: string;
  /** Files put into the folders so far. */
  dropped: number;
}

/** @returns seconds until everything went on, once it was over */
async function suffer(
  estate: Estate,
  planned: PlannedFault,
  files: readonly ChaosFile[],
  share: number,
): Promise<number | null> {
  const { servers, links, disk, lockUrl } = estate;
  const after = await carryOutFault(
    {
      home: servers.home,
      lockUrl,
      links,
      disk,
      folders: sources.map(({ folder }) => folder),
      workerPid: () => servers.stack.status().find(({ name }) => name === 'worker')?.process?.pid ?? null,
      takeFiles() {
        const taken = files.slice(estate.dropped, share);
        estate.dropped = Math.max(estate.dropped, share);
        return taken;
      },
    },
    planned,
  );
  const startedMs = performance.now();
  const recovered = await recover(estate, null);
  const seconds = rounded((performance.now() - startedMs) / 1000);
  await after();
  return recovered ? seconds : null;
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
