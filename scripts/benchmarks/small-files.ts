/** A backlog of many small files, as after an outage, drained by the collection itself. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { requireDisk } from './bench-place.ts';
import { figure } from './document.ts';
import type { Measured } from './large-inputs.ts';
import { WrongCount } from './large-inputs.ts';
import { residentMb } from './memory.ts';
import { ask, collect, drop, pauseSchedules, withTemporal } from './pipeline.ts';
import { say } from './progress.ts';
import { runLog } from './run-log.ts';
import type { Servers } from './servers.ts';
import { WHOLE_PIPELINE, withServers } from './servers.ts';
import { median, rounded } from './statistics.ts';
import { SOURCE } from './stored-file.ts';

export const ROWS_PER_SMALL_FILE = 20;
/** The file, its folder in the object store, its rows. */
const DISK_BYTES_PER_FILE = 30_000;
const LOOK_EVERY_MS = 1_000;
const SAY_EVERY_MS = 30_000;
const WRITERS = 8;
const FINISHED_MS_AGO = 60_000;

export interface MemorySample {
  seconds: number;
  filesLoaded: number;
  workerMb: number;
}

/** @throws WrongCount when a row of the files is missing or twice in the end */
export function smallFiles(count: number, seed: number): Promise<Measured> {
  return withServers(
    'small-files',
    WHOLE_PIPELINE,
    { time: 'data' },
    (servers) => drain(servers, count),
    (home) => writeBacklog(path.join(home, SOURCE.folder), count, seed),
  );
}

/** Several writers at once: most of the time goes into waiting for the file system. */
async function writeBacklog(folder: string, count: number, seed: number): Promise<void> {
  requireDisk(count * DISK_BYTES_PER_FILE, `${count} small files`);
  say(`writing ${count} files of ${ROWS_PER_SMALL_FILE} rows`);
  let next = 0;
  const write = async () => {
    for (let index = next++; index < count; index = next++) {
      const firstRun = index * ROWS_PER_SMALL_FILE;
      const startMs = Date.UTC(2025, 0, 1) + firstRun * 1_000;
      const log = runLog({
        seed: seed + index,
        rows: ROWS_PER_SMALL_FILE,
        firstRun,
        startMs,
        spacingMs: 1_000,
      });
      const name = `runs-${String(index).padStart(6, '0')}.csv`;
      await drop(folder, name, Buffer.concat([...log]), FINISHED_MS_AGO);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

async function drain(servers: Servers, count: number): Promise<Measured> {
  const url = servers.stack.connections.databaseUrl!;
  const startedMs = performance.now();
  const samples: MemorySample[] = [];
  let drained = false;
  const watching = watch(servers, url, startedMs, samples, () => drained);
  let filesLoaded = 0;
  await withTemporal(servers, async (temporal) => {
    await pauseSchedules(temporal, [SOURCE.name]);
    while (filesLoaded < count) {
      await collect(temporal, SOURCE.name);
      filesLoaded = await loadedFiles(url);
    }
  });
  const seconds = (performance.now() - startedMs) / 1000;
  drained = true;
  await watching;
  const [found] = await ask<{ rows: number }>(url, 'select count(*)::int as rows from run');
  if (found?.rows !== count * ROWS_PER_SMALL_FILE) {
    throw new WrongCount(`small files: expected ${count * ROWS_PER_SMALL_FILE} rows, found ${found?.rows}`);
  }
  const memory = samples.map(({ workerMb }) => workerMb);
  return {
    figures: [
      figure('small_files_minutes', seconds / 60, 'min', 'lower'),
      figure('small_files_per_s', count / seconds, 'files/s', 'higher'),
      figure('small_files_worker_peak_mb', memory.length === 0 ? null : Math.max(...memory), 'MB', 'lower'),
      figure('small_files_worker_growth_mb', growthMb(samples), 'MB', 'lower'),
    ],
    details: {
      count,
      rowsPerFile: ROWS_PER_SMALL_FILE,
      seconds: rounded(seconds),
      worker: thinned(samples, 60),
    },
  };
}

const loadedFiles = async (url: string): Promise<number> =>
  (await ask<{ count: number }>(url, `select count(*)::int as count from file where state = 'loaded'`))[0]!
    .count;

async function watch(
  servers: Servers,
  url: string,
  startedMs: number,
  samples: MemorySample[],
  isDrained: () => boolean,
): Promise<void> {
  let saidMs = performance.now();
  while (!isDrained()) {
    const worker = servers.stack.status().find(({ name }) => name === 'worker')?.process;
    const workerMb = worker ? residentMb(worker.pid) : null;
    if (workerMb !== null) {
      const filesLoaded = await loadedFiles(url);
      const seconds = rounded((performance.now() - startedMs) / 1000);
      samples.push({ seconds, filesLoaded, workerMb: rounded(workerMb) });
      if (performance.now() - saidMs > SAY_EVERY_MS) {
        say(`${filesLoaded} files loaded, worker ${workerMb.toFixed(0)} MB`);
        saidMs = performance.now();
      }
    }
    await pause(LOOK_EVERY_MS);
  }
}

/**
 * How much more memory the worker has at the end than once it was warm: the median of the last quarter of the samples
 * minus that of the second. null with fewer than eight samples.
 */
export function growthMb(samples: readonly MemorySample[]): number | null {
  const quarter = Math.floor(samples.length / 4);
  if (quarter < 2) return null;
  const middle = (part: readonly MemorySample[]) => median(part.map(({ workerMb }) => workerMb));
  return middle(samples.slice(-quarter)) - middle(samples.slice(quarter, 2 * quarter));
}

/** At most so many of them, evenly over time. */
const thinned = <T>(samples: readonly T[], most: number): T[] => {
  const step = Math.max(1, Math.ceil(samples.length / most));
  return samples.filter((_, index) => index % step === 0);
};
