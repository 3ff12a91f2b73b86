/** The same report from two processes that have nothing in common but the database: the same bytes, and accessible. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillYear } from '../scripts/benchmarks/report-year.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { NODE_ENVIRONMENT } from './node-environment.ts';

const PROGRAM = path.join(import.meta.dirname, 'report-process.ts');

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-report-'));
  database = await createTestDatabase();
  await fillYear(database.pool, { jobs: 12, hosts: 3, days: 75, seed: 5, startDate: '2026-01-01' });
}, 120_000);

afterAll(async () => {
  await database?.drop();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

interface Surroundings {
  cwd: string;
  env: Record<string, string>;
  /** Of Node: how memory lies, in which order hashes are, how code is made quick. */
  flags: string[];
}

async function built(name: string, reports: readonly string[], surroundings: Surroundings): Promise<Buffer> {
  const file = path.join(folder, `${name}.pdf`);
  const { cwd, env, flags } = surroundings;
  await promisify(execFile)(process.execPath, [...flags, PROGRAM, file, ...reports], {
    cwd,
    env: { ...NODE_ENVIRONMENT, DATABASE_URL: database.writerUrl, ...env },
  });
  return readFileSync(file);
}

it.each(['fr', 'en'])('in %s', async (language) => {
  const report = `2026-02/${language}`;
  const one = await built(`one-${language}`, [report], {
    cwd: import.meta.dirname,
    env: { TZ: 'Pacific/Auckland', LANG: 'fr_FR.UTF-8', LC_ALL: 'fr_FR.UTF-8', HOME: '/' },
    flags: ['--hash-seed=1', '--random-seed=1', '--max-semi-space-size=1'],
  });
  const other = await built(`other-${language}`, [language === 'fr' ? '2026-01/en' : '2026-01/fr', report], {
    cwd: tmpdir(),
    env: { TZ: 'America/St_Johns', LANG: 'C', HOME: folder },
    flags: ['--hash-seed=7', '--random-seed=7', '--no-opt', '--max-semi-space-size=64'],
  });
  expect(one.subarray(0, 5).toString()).toBe('%PDF-');
  // Where they differ says more than that they do.
  expect(one.findIndex((byte, at) => byte !== other[at])).toBe(-1);
  expect(other.length).toBe(one.length);
});

/** An outside tool, https://verapdf.org; where it is not installed only the typesetter checks. */
const noVeraPdf = spawnSync('verapdf', ['--version']).status !== 0;

it.skipIf(noVeraPdf).each(['fr', 'en'])('veraPDF finds nothing against PDF/UA-1 in %s', async (language) => {
  const pdf = await built(`ua-${language}`, [`2026-02/${language}`], { cwd: folder, env: {}, flags: [] });
  const check = (name: string) =>
    spawnSync('verapdf', ['--flavour', 'ua1', '--format', 'text', path.join(folder, name)], {
      encoding: 'utf8',
    });
  const { status, stdout, stderr } = check(`ua-${language}.pdf`);
  expect(status, stdout + stderr).toBe(0);
  // And it would: without texts for its charts it is not what it says.
  const broken = pdf.toString('latin1').replaceAll('/Alt', '/Alx');
  writeFileSync(path.join(folder, 'broken.pdf'), broken, 'latin1');
  expect(check('broken.pdf').status).toBe(1);
});
