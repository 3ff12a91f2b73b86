import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Arrivals, createArrivals } from '../../models/estate/arrivals.ts';
import { createEstate } from '../../models/estate/estate.ts';
import { METRIC_HEADER, metricLines, RUN_HEADER, runLines } from '../../models/estate/log-lines.ts';
import { DAY_MS, type EstateOptions } from '../../models/estate/options.ts';
import {
  type EstateFolder,
  EstateFolderError,
  estateFolder,
  makeFolders,
  placeFile,
  readJson,
} from './estate-folder.ts';
import { estateIn } from './simulate.ts';

export interface FollowOptions {
  /** A folder that `simulateEstate` has filled. */
  out: string;
  /** Simulated hours per second of waiting. */
  hoursPerSecond?: number;
  /** Seconds between two slices. */
  everySeconds?: number;
  /** Ends the feeder; it finishes the slice it is writing. */
  signal: AbortSignal;
  onProgress?: (slice: LiveSlice) => void;
  /** Waits between slices; resolves or rejects early when the signal fires. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/** One slice of simulated time that was written. Instants are epoch milliseconds. */
export interface LiveSlice {
  from: number;
  until: number;
  finishedRuns: number;
  startedRuns: number;
  samples: number;
}

const instant = z.iso.datetime();
const stateSchema = z.object({
  written_until: instant,
  /** A slice whose files may be there or not; it is written again, byte for byte. */
  writing: z.object({ until: instant }).nullable(),
});

/**
 * Goes on where the history ends: every few seconds the next slice of simulated time lands in the drop folders
 * as `runs-live-<instant>.csv` and `metrics-live-<instant>.csv`. A run first comes as `running`, later, under
 * the same run_id, as what became of it. Runs that start and end within one slice come once.
 *
 * What was written is kept in `truth/live.json`. After a stop or a kill it replays the estate up to that
 * instant (about a second for 180 days) and goes on; a slice cut off by a kill is written again with the same
 * name and bytes.
 *
 * @returns the simulated instant reached, once the signal fires.
 * @throws EstateFolderError when `out` holds no estate or a damaged state file.
 * @throws RangeError for a speed or an interval that is not positive.
 */
export async function followEstate(options: FollowOptions): Promise<number> {
  const { signal, hoursPerSecond = 0.1, everySeconds = 5, pause = waitFor } = options;
  const sliceMs = 1000 * Math.round(hoursPerSecond * 3600 * everySeconds);
  if (!(hoursPerSecond > 0 && everySeconds > 0 && sliceMs >= 1000 && sliceMs <= 7 * DAY_MS)) {
    throw new RangeError(
      `follow: a slice must be 1 second to 7 days of simulated time, got ${sliceMs / 1000} s (${hoursPerSecond} hours per second, every ${everySeconds} s)`,
    );
  }
  const folder = estateFolder(options.out);
  const estateOptions = await estateIn(folder);
  if (estateOptions === null) {
    throw new EstateFolderError(
      `${folder.manifestFile} not found: follow requires an estate, simulate one first`,
    );
  }
  const state = await readState(folder, estateOptions);
  await makeFolders(folder);
  const arrivals = createArrivals(createEstate(estateOptions));
  fastForward(arrivals, state.writtenUntil);

  let next = state.writingUntil ?? arrivals.until + sliceMs;
  while (!signal.aborted) {
    const slice = await writeSlice(folder, arrivals, next, estateOptions.seed);
    options.onProgress?.(slice);
    next = arrivals.until + sliceMs;
    await pause(everySeconds * 1000, signal);
  }
  return arrivals.until;
}

/** Replays day by day, so that no more than a day of rows is held. */
function fastForward(arrivals: Arrivals, until: number): void {
  while (arrivals.until < until) arrivals.advanceTo(Math.min(until, arrivals.until + DAY_MS));
}

async function writeSlice(
  folder: EstateFolder,
  arrivals: Arrivals,
  until: number,
  seed: number,
): Promise<LiveSlice> {
  const from = arrivals.until;
  await writeState(folder, from, until);
  const { finished, running, samples } = arrivals.advanceTo(until);
  const stamp = text(until).replaceAll(/[-:]|\.000/g, '');
  if (finished.length + running.length > 0) {
    const lines = RUN_HEADER + runLines(finished, seed).text + runLines(running, seed).text;
    await placeFile(folder, path.join(folder.runs, `runs-live-${stamp}.csv`), lines);
  }
  if (samples.length > 0) {
    const lines = METRIC_HEADER + metricLines(samples);
    await placeFile(folder, path.join(folder.metrics, `metrics-live-${stamp}.csv`), lines);
  }
  await writeState(folder, until, null);
  return {
    from,
    until,
    finishedRuns: finished.length,
    startedRuns: running.length,
    samples: samples.length,
  };
}

const text = (milliseconds: number) => new Date(milliseconds).toISOString();

async function writeState(folder: EstateFolder, writtenUntil: number, writingUntil: number | null) {
  const writing = writingUntil === null ? null : { until: text(writingUntil) };
  const state: z.infer<typeof stateSchema> = { written_until: text(writtenUntil), writing };
  await placeFile(folder, folder.liveStateFile, `${JSON.stringify(state)}\n`);
}

async function readState(folder: EstateFolder, estate: EstateOptions) {
  const endsAt = Date.parse(estate.startDate) + estate.days * DAY_MS;
  const json = await readJson(folder.liveStateFile);
  if (json === null) return { writtenUntil: endsAt, writingUntil: null };
  const parsed = stateSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new EstateFolderError(`${folder.liveStateFile}: ${issue.path.join('.')}: ${issue.message}`);
  }
  const { written_until, writing } = parsed.data;
  return {
    writtenUntil: Date.parse(written_until),
    writingUntil: writing === null ? null : Date.parse(writing.until),
  };
}

async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
