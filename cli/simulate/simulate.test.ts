import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulated, simulateEstate } from './simulate.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A reader of its own, character by character after RFC 4180, so that the recount shares no code. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let inQuotes = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inQuotes) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[at++];
      else inQuotes = false;
    } else if (character === '"') inQuotes = true;
    else if (character === ',' || character === '\n') {
      record.push(field);
      field = '';
      if (character === '\n') {
        records.push(record);
        record = [];
      }
    } else field += character;
  }
  return records;
}

async function readFolder(folder: string) {
  const header: string[][] = [];
  const records: string[][] = [];
  for (const name of (await readdir(folder)).sort()) {
    const [first, ...rest] = parseCsv(await readFile(path.join(folder, name), 'utf8'));
    header.push(first!);
    for (const record of rest) records.push(record);
  }
  return { header, records };
}

async function hashOfFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((f) => f.isFile());
  for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.relative(folder, file)).update(await readFile(file));
  }
  return hash.digest('hex');
}

describe('the default estate', () => {
  let made: Simulated;
  const progress: number[] = [];
  beforeAll(async () => {
    made = await simulateEstate({
      out: path.join(home, 'default'),
      onProgress: ({ day }) => progress.push(day),
    });
  });

  test('the manifest counts what a recount of the files finds', async () => {
    const { header, records } = await readFolder(made.runsFolder);
    for (const columns of header) expect(columns).toHaveLength(15);
    expect(records.every((record) => record.length === 15)).toBe(true);
    const distinct = new Set(records.map((record) => JSON.stringify(record)));
    const badStart = (record: string[]) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(record[3]!);
    const badStatus = (record: string[]) =>
      !['success', 'OK', 'failed', 'KO', 'cancelled'].includes(record[6]!);
    const unparsable = records.filter(badStart).length;
    const unknown = records.filter(badStatus).length;
    const counts = JSON.parse(await readFile(path.join(made.truthFolder, 'estate.json'), 'utf8')).counts;
    expect(counts).toMatchObject({
      rows_total: records.length,
      duplicates: records.length - distinct.size,
      unparsable_starts: unparsable,
      unknown_statuses: unknown,
      unreadable: unparsable + unknown,
      loadable: distinct.size - unparsable - unknown,
      negative_durations: records.filter((record) => record[5]!.startsWith('-')).length,
    });
    expect(new Set(records.map((record) => record[2])).size).toBe(distinct.size);
    const { succeeded, failed, cancelled } = counts.runs_by_status;
    expect(succeeded + failed + cancelled).toBe(distinct.size);
    expect(counts).toEqual(made.counts);
    for (const kind of ['duplicates', 'unparsable_starts', 'unknown_statuses', 'negative_durations']) {
      expect(counts[kind], kind).toBeGreaterThan(0);
    }
  });

  test('months do not mix, and nothing became known after the end', async () => {
    for (const name of await readdir(made.runsFolder)) {
      const month = name.slice('runs-'.length, -'.csv'.length);
      const [, ...records] = parseCsv(await readFile(path.join(made.runsFolder, name), 'utf8'));
      const known = records.map((record) => record[7]!);
      expect(known).toEqual(known.toSorted());
      expect(known[0]!.slice(0, 7)).toBe(month);
      expect(Date.parse(known.at(-1)!)).toBeLessThanOrEqual(made.endsAt);
    }
  });

  test('metrics: four per server every 20 minutes', async () => {
    const { records } = await readFolder(made.metricsFolder);
    expect(records).toHaveLength(made.counts.metric_rows);
    expect(records).toHaveLength(180 * 72 * 4 * 8);
    expect(records.every((record) => Number(record[3]) > 0 && Number(record[3]) < 100)).toBe(true);
  });

  test('truth: every job and day of the history and the week after, nothing but probabilities', async () => {
    const [header, ...records] = parseCsv(await readFile(path.join(made.truthFolder, 'truth.csv'), 'utf8'));
    expect(header).toEqual(['job_id', 'day', 'hazard', 'planned_runs', 'cause']);
    expect(records).toHaveLength(120 * 187);
    expect(new Set(records.map((record) => `${record[0]}/${record[1]}`)).size).toBe(120 * 187);
    expect(records.at(-1)![1]).toBe('2026-03-07');
    for (const [, , hazard, planned, cause] of records) {
      const isPlanned = Number(planned) > 0;
      expect(Number(hazard) > 0 && Number(hazard) < 1).toBe(isPlanned);
      expect(cause !== '').toBe(isPlanned);
    }
  });

  test('progress is told for every day, and nothing half-written is left', async () => {
    expect(progress).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
    expect((await readdir(path.join(home, 'default'))).sort()).toEqual(['metrics', 'runs', 'truth']);
  });
});

const small = { jobs: 12, hosts: 2, days: 40, seed: 4 };

test('the same options write the same bytes, also over themselves', async () => {
  const [first, second] = [path.join(home, 'first'), path.join(home, 'second')];
  await simulateEstate({ out: first, ...small });
  await simulateEstate({ out: second, ...small });
  const hash = await hashOfFolder(first);
  expect(await hashOfFolder(second)).toBe(hash);
  await simulateEstate({ out: second, ...small });
  expect(await hashOfFolder(second)).toBe(hash);
});

test('a folder that holds another estate is left alone', async () => {
  const out = path.join(home, 'taken');
  await simulateEstate({ out, ...small });
  const hash = await hashOfFolder(out);
  await expect(simulateEstate({ out, ...small, seed: 5 })).rejects.toThrow(
    /holds another estate \(12 jobs on 2 servers, 40 days from 2026-01-20, seed 4\); asked for .* seed 5/,
  );
  expect(await hashOfFolder(out)).toBe(hash);
});

test('options out of bounds write nothing', async () => {
  const out = path.join(home, 'nothing');
  await expect(simulateEstate({ out, jobs: -3 })).rejects.toThrow(
    'jobs must be a whole number from 1 to 2000, got -3',
  );
  await expect(readdir(out)).rejects.toThrow('ENOENT');
});
