import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchDocument } from '../scripts/benchmarks/document.ts';

const MAIN = path.join(import.meta.dirname, '..', 'scripts', 'benchmarks', 'main.ts');

let cache = '';
beforeAll(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'smart-etl-bench-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const bench = async (...args: string[]) =>
  promisify(execFile)(process.execPath, [MAIN, ...args], {
    // The settings of somebody's estate must not matter.
    env: { ...process.env, XDG_CACHE_HOME: cache, SMART_ETL_DATABASE_URL: 'postgresql://127.0.0.1:1/nobody' },
  });

describe('scripts/bench', { timeout: 120_000 }, () => {
  it('prints one document, and leaves nothing but what it keeps for the next time', async () => {
    const { stdout } = await bench(
      ...['ingest', '--rows', '3_000', '--rounds', '2', '--contestants', 'ours', '--into-existing'],
      ...['--visible', '0'],
    );
    const document = JSON.parse(stdout) as BenchDocument;
    expect(document).toMatchObject({
      bench: 'ingest',
      options: { rows: 3_000, rounds: 2, intoExisting: true },
    });
    const speed = document.figures.find(({ name }) => name === 'rows_per_s')!;
    expect(speed.value).toBeGreaterThan(0);
    expect(speed.min).toBeLessThanOrEqual(speed.value!);
    expect(document.details.server).toMatchObject({ server_version: expect.stringMatching(/^18/) });
    const folder = path.join(cache, 'smart-etl', 'bench');
    expect(existsSync(path.join(folder, 'home-ingest'))).toBe(false);
    expect(readdirSync(folder).every((name) => name.endsWith('.csv'))).toBe(true);
  });

  it('accounts for an endless record and for runs in several files', async () => {
    const { stdout } = await bench(
      ...['sizes', '--gigabytes', '0.001', '--record-gigabytes', '0.005', '--runs', '3_000'],
      ...['--rows-per-file', '1_000', '--small-files', '0', '--visible', '0'],
    );
    const { details, figures } = JSON.parse(stdout) as BenchDocument;
    expect(Object.keys(details)).toEqual(['largeFile', 'largeRecord', 'runs']);
    expect(details.runs).toMatchObject({
      rowsPerSecondOfFile: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    expect(figures.map(({ name }) => name)).toContain('runs_last_third_over_first');
  });

  it('says what is wrong with its arguments: exit code 2, nothing on stdout', async () => {
    const wrong = bench('ingest', '--contestants', 'ours,excel');
    await expect(wrong).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('"excel"'),
    });
  });
});
