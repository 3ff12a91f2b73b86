/** Carries out what goes wrong beside kills. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SmallDisk } from './chaos-disk.ts';
import { timesFull } from './chaos-disk.ts';
import type { ChaosFile } from './chaos-files.ts';
import type { ChaosLinks } from './chaos-links.ts';
import type { PlannedFault } from './fault-plan.ts';
import { reachPoint } from './kill-points.ts';
import { drop, until } from './pipeline.ts';
import { say } from './progress.ts';

/** Longer than the 30 s after which an activity without a heartbeat is given to somebody else. */
const FROZEN_MS = 42_000;
const REACH_LIMIT_MS = 10_000;
/** How long something that needs space is waited for. */
const MEET_LIMIT_MS = 20_000;
const FINISHED_MS_AGO = 60_000;

/** What a fault needs of the storm around it. */
export interface FaultStage {
  home: string;
  lockUrl: string;
  links: ChaosLinks;
  /** Null where none could be mounted. */
  disk: SmallDisk | null;
  folders: readonly string[];
  workerPid(): number | null;
  /** The files whose turn it is. */
  takeFiles(): ChaosFile[];
}

/** A file that came under another name is known as the first. */
export const firstName = (name: string): string => name.replace(/^again-\d+-/, '');

export const faultName = (planned: PlannedFault): string =>
  planned.kind === 'link' ? `${planned.link} ${planned.fault}` : planned.kind;

/**
 * Has it happen while files come, until it is over.
 *
 * @returns what is to be done once everything works again
 */
export async function carryOutFault(
  stage: FaultStage,
  planned: PlannedFault,
): Promise<() => Promise<unknown>> {
  if (planned.kind === 'link') {
    const link = stage.links.link(planned.link);
    link.begin(planned.fault);
    try {
      await dropAll(stage, stage.takeFiles(), 0);
      await pause(planned.heldMs);
    } finally {
      link.lift();
    }
  } else if (planned.kind === 'duplicates') {
    await dropAll(stage, stage.takeFiles(), planned.copies);
  } else if (planned.kind === 'disk-full') {
    await fillDisk(stage, planned.heldMs);
  } else {
    return freeze(stage, planned.point);
  }
  return async () => {};
}

/** Each file as itself and under other names, in its own folder and the others, all at once. */
async function dropAll(stage: FaultStage, files: readonly ChaosFile[], copies: number): Promise<void> {
  const { home, folders } = stage;
  const drops = files.flatMap(({ name, content, source }) => [
    { folder: folders[source]!, name, content },
    ...Array.from({ length: copies }, (_, copy) => ({
      folder: folders[(source + copy) % folders.length]!,
      name: copy < folders.length && copy % 2 === 1 ? name : `again-${copy}-${name}`,
      content,
    })),
  ]);
  await Promise.all(
    drops.map(({ folder, name, content }) => drop(path.join(home, folder), name, content, FINISHED_MS_AGO)),
  );
}

/** Full until PostgreSQL has met it, and a while more. */
async function fillDisk(stage: FaultStage, heldMs: number): Promise<void> {
  if (stage.disk === null) throw new Error('a full disk was planned where none could be mounted');
  const met = () => timesFull(readFileSync(path.join(stage.home, 'logs', 'postgres.log'), 'utf8'));
  const before = met();
  stage.disk.fill();
  try {
    await dropAll(stage, stage.takeFiles(), 0);
    if (!(await until(async () => met() > before, { limitMs: MEET_LIMIT_MS, everyMs: 100 }))) {
      say('nobody met the full disk');
    }
    await pause(heldMs);
  } finally {
    stage.disk.empty();
  }
}

async function freeze(
  stage: FaultStage,
  point: Extract<PlannedFault, { kind: 'freeze' }>['point'],
): Promise<() => Promise<unknown>> {
  const reaching = reachPoint(stage.lockUrl, point, REACH_LIMIT_MS);
  await dropAll(stage, stage.takeFiles(), 0);
  const atPoint = await reaching;
  const pid = stage.workerPid();
  if (pid !== null) process.kill(pid, 'SIGSTOP');
  const frozenMs = performance.now();
  try {
    await atPoint?.release();
    const second = await stage.links.startSecondWorker(stage.home);
    await pause(Math.max(0, frozenMs + FROZEN_MS - performance.now()));
    return () => second.stop();
  } finally {
    if (pid !== null) process.kill(pid, 'SIGCONT');
  }
}
