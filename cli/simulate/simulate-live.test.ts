import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createArrivals } from '../../models/estate/arrivals.ts';
import { createEstate } from '../../models/estate/estate.ts';
import { METRIC_HEADER, metricLines, RUN_HEADER, runLines } from '../../models/estate/log-lines.ts';
import { NODE_ENVIRONMENT } from '../../tests/node-environment.ts';
import { simulateEstate } from './simulate.ts';
import { followEstate, type LiveSlice } from './simulate-live.ts';

const small = { jobs: 24, hosts: 2, days: 10, seed: 4 };
const endsAt = Date.parse('2026-03-01');
const HOUR_MS = 3_600_000;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'simulate-live-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function newEstate(name: string): Promise<string> {
  const out = path.join(home, name);
  await simulateEstate({ out, ...small });
  return out;
}

/** Feeds slices, of one simulated hour if not told otherwise, without waiting. */
async function feed(out: string, slices: number, hours = 1): Promise<LiveSlice[]> {
  const written: LiveSlice[] = [];
  const stop = new AbortController();
  await followEstate({
    out,
    hoursPerSecond: hours / 5,
    everySeconds: 5,
    signal: stop.signal,
    onProgress: (slice) => written.push(slice),
    pause: async () => {
      if (written.length >= slices) stop.abort();
    },
  });
  return written;
}

async function liveFiles(out: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const kind of ['runs', 'metrics']) {
    for (const name of (await readdir(path.join(out, kind))).sort()) {
      if (name.includes('-live-')) files[name] = await readFile(path.join(out, kind, name), 'utf8');
    }
  }
  return files;
}

test('slices go on where the history ends and hold what the estate says', async () => {
  const out = await newEstate('plain');
  const slices = await feed(out, 120, 0.2);
  expect(slices.map((slice) => slice.until)).toEqual(
    Array.from({ length: 120 }, (_, index) => endsAt + (index + 1) * 0.2 * HOUR_MS),
  );
  const files = await liveFiles(out);
  const arrivals = createArrivals(createEstate(small));
  arrivals.advanceTo(endsAt);
  for (const { until } of slices) {
    const { finished, running, samples } = arrivals.advanceTo(until);
    const stamp = new Date(until).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    const fileOf = (header: string, lines: string) => (lines === '' ? undefined : header + lines);
    const lines = runLines(finished, 4).text + runLines(running, 4).text;
    expect(files[`runs-live-${stamp}Z.csv`]).toBe(fileOf(RUN_HEADER, lines));
    expect(files[`metrics-live-${stamp}Z.csv`]).toBe(fileOf(METRIC_HEADER, metricLines(samples)));
  }
  expect(slices.reduce((sum, slice) => sum + slice.finishedRuns, 0)).toBeGreaterThan(50);
  expect(slices.reduce((sum, slice) => sum + slice.startedRuns, 0)).toBeGreaterThan(0);
});

test('stopping and starting again gives the same files as never stopping', async () => {
  const [whole, broken] = [await newEstate('whole'), await newEstate('broken')];
  await feed(whole, 12);
  for (const slices of [1, 7, 4]) await feed(broken, slices);
  expect(await liveFiles(broken)).toEqual(await liveFiles(whole));
});

test('a slice cut off by a kill is written again, the same, at whatever speed', async () => {
  const [whole, killed] = [await newEstate('unhurt'), await newEstate('killed')];
  await feed(whole, 3);
  const expected = await liveFiles(whole);
  await feed(killed, 3);
  // What a kill in the middle of the third slice leaves: the intent, and one of the two files.
  await rm(path.join(killed, 'metrics', 'metrics-live-20260301T030000Z.csv'));
  const live = path.join(killed, 'truth', 'live.json');
  const at = (hours: number) => new Date(endsAt + hours * HOUR_MS).toISOString();
  await writeFile(live, JSON.stringify({ written_until: at(2), writing: { until: at(3) } }));
  const stop = new AbortController();
  await followEstate({
    out: killed,
    hoursPerSecond: 7,
    everySeconds: 2,
    signal: stop.signal,
    pause: async () => stop.abort(),
  });

  expect(await liveFiles(killed)).toEqual(expected);
});

test('an aborted signal writes nothing, and one that fires while waiting ends the wait', async () => {
  const out = await newEstate('aborted');
  const reached = await followEstate({ out, signal: AbortSignal.abort() });
  expect(reached).toBe(endsAt);
  expect(await liveFiles(out)).toEqual({});

  const stop = new AbortController();
  const until = await followEstate({
    out,
    everySeconds: 3600,
    hoursPerSecond: 1 / 3600,
    signal: stop.signal,
    onProgress: () => setImmediate(() => stop.abort()),
  });
  expect(until).toBe(endsAt + HOUR_MS);
});

test('bad input says what, where, expected, found', async () => {
  const signal = AbortSignal.abort();
  await expect(followEstate({ out: path.join(home, 'none'), signal })).rejects.toThrow(
    /none\/truth\/estate\.json not found: follow requires an estate, simulate one first/,
  );
  const out = await newEstate('damaged');
  await expect(followEstate({ out, signal, hoursPerSecond: -1 })).rejects.toThrow(
    'a slice must be 1 second to 7 days of simulated time, got -18000 s',
  );
  await writeFile(path.join(out, 'truth', 'live.json'), '{"written_until":"yesterday","writing":null}');
  await expect(followEstate({ out, signal })).rejects.toThrow(/live\.json: written_until: /);
  await writeFile(path.join(out, 'truth', 'live.json'), 'oops');
  await expect(followEstate({ out, signal })).rejects.toThrow(/live\.json: expected JSON, found /);
});

test('goes on from the command, until it is stopped', { timeout: 60_000 }, async () => {
  const main = path.join(import.meta.dirname, '..', 'main.ts');
  const out = path.join(home, 'followed');
  const words = ['simulate', '--out', out, '--jobs', '60', '--hosts', '2', '--days', '3', '--follow'];
  const child = spawn(process.execPath, [main, ...words], { env: NODE_ENVIRONMENT, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await expect
    .poll(() => readdir(path.join(out, 'runs')).catch(() => []), { timeout: 50_000, interval: 50 })
    .toContainEqual(expect.stringMatching(/^runs-live-/));
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
