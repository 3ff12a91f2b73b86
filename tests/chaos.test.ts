import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BenchDocument } from '../scripts/benchmarks/document.ts';

const MAIN = path.join(import.meta.dirname, '..', 'scripts', 'benchmarks', 'main.ts');

let cache = '';
beforeAll(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'smart-etl-chaos-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

it('links that fail in every way, two kills and files that come again lose, double and hold up nothing', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [MAIN, 'chaos', '--short', '--files', '12', '--seed', '5'],
    { env: { ...process.env, XDG_CACHE_HOME: cache } },
  );
  const { figures, details } = JSON.parse(stdout) as BenchDocument;
  const values = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
  expect(values, JSON.stringify(details)).toMatchObject({
    kills: 2,
    rows_lost: 0,
    rows_doubled: 0,
    rows_invented: 0,
    stale_writes: 0,
    accounts_wrong: 0,
    alerts_lost: 0,
    alerts_doubled: 0,
    workflows_failed: 0,
    not_recovered: 0,
  });
  // One more where a disk may be mounted.
  expect(values.faults).toBeGreaterThanOrEqual(6);
  expect(values.slowest_call_s).toBeLessThan(30);
}, 400_000);
