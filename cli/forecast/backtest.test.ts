import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { averagePrecision } from '../../models/evaluation/average-precision.ts';
import { seededRandom } from '../../models/random.ts';
import { NODE_ENVIRONMENT } from '../../tests/node-environment.ts';

const START = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const JOBS = ['orders', 'stock, cold', 'trucks', 'prices', 'returns', 'invoices', 'routes', 'fruit "bio"'];
const HEADER = 'job_id,owner,run_id,started_at,duration_s,status,host';

/** Daily runs; the further down the list, the more often a job fails. */
function madeUpRows(days: number): string[] {
  const random = seededRandom(11);
  return Array.from({ length: days }, (_, day) =>
    JOBS.map((job, j) => {
      const startedAt = new Date(START + day * DAY_MS + (6 + j) * 3_600_000).toISOString();
      const status = random.uniform() < 0.03 * j ? 'FAILED' : 'Success';
      const name = `"${job.replaceAll('"', '""')}"`;
      return `${name},team-${j % 2},r${day}-${j},${startedAt},${60 + j},${status},srv-${j % 3}`;
    }),
  ).flat();
}

let folder: string;
const rows = madeUpRows(100);
const inFolder = (name: string) => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-backtest-'));
  writeFileSync(inFolder('runs.csv'), [HEADER, ...rows, ''].join('\n'));
  mkdirSync(inFolder('parts'));
  const refused = '"orders",team-0,r-bad,2026-02-01T06:00:00Z,60,purple,srv-0';
  const early = '"trucks",team-0,r0-2,2026-01-05T08:00:00.000Z,,running,srv-2';
  const first = [HEADER, ...rows.slice(0, 400), refused, early, ''].join('\n');
  writeFileSync(inFolder('parts/a.csv.gz'), gzipSync(first));
  writeFileSync(inFolder('parts/b.csv'), [HEADER, ...rows.slice(300), ''].join('\r\n'));
  writeFileSync(inFolder('notes.csv'), 'a note\nof no table\n');
  writeFileSync(inFolder('short.csv'), [HEADER, ...madeUpRows(20), ''].join('\n'));
  const samples = rows.map(
    (_, i) => `${new Date(START + i * 3 * 3_600_000).toISOString()},srv-0,cpu_percent,${i % 90}`,
  );
  writeFileSync(inFolder('metrics.csv'), ['ts,host,metric,value', ...samples, ''].join('\n'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As a person calls it, on a home where nothing runs. */
function backtest(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, '..', 'main.ts'), 'backtest', ...args],
    { cwd: folder, env: { ...NODE_ENVIRONMENT, SMART_ETL_HOME: folder }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

describe('smart-etl backtest', () => {
  it('measures a log in a table of 80 columns', () => {
    const { status, stdout, stderr } = backtest('runs.csv', '--models', 'logistic');
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('reading runs.csv: 800 rows: 800 kept, 0 refused, 0 duplicate, 0 superseded');
    expect(stdout).toContain('Jobs with a failed run in the next 7 days, forecast every 7 days');
    expect(stdout).toMatch(
      /^ {2}cutoffs {2}10 from 2026-02-02; the test is the last 2, 2026-03-30 to 2026-04-06$/m,
    );
    expect(stdout).toMatch(/^All rows: 16 rows, \d+ failed/m);
    for (const model of ['base-run-rate', 'base-window-rate', 'base-persistence', 'logistic', 'forecast']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${model} +[\\d-]`, 'm'));
    }
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('says in French what it says in English, in 80 columns', () => {
    const { status, stdout, stderr } = backtest('runs.csv', '--models', 'logistic', '--lang', 'fr');
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('Traitements en échec dans les 7 jours suivants, prévus tous les 7 jours');
    expect(stdout).toMatch(/^ {11}le test : les 2 dernières, 2026-03-30 à 2026-04-06$/m);
    expect(stdout).toMatch(/^Toutes les lignes : 16 lignes, \d+ en échec \(\d+,\d %\)$/m);
    expect(stdout).toMatch(/^ {2}forecast +\d,\d{3}/m);
    expect(stdout).not.toMatch(/\b(rows|failed|refits|owner|host)\b|\d\.\d/);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    const english = backtest('runs.csv', '--models', 'logistic').stdout;
    const digits = (text: string) => text.replace(/\D/g, '');
    expect(digits(stdout)).toBe(digits(english));
  });

  it('tells how long before a failure the job was named', () => {
    const { leadTimes } = JSON.parse(backtest('runs.csv', '--models', 'logistic', '--json').stdout);
    const { stdout } = backtest('runs.csv', '--models', 'logistic');
    expect(stdout).toContain('Failures after 7 quiet days: was the job among the 10 to check before?');
    const { episodes, warned } = leadTimes.at(-1);
    // Eight jobs are never more than ten to check.
    expect(warned).toBe(episodes);
    expect(stdout).toMatch(new RegExp(`^ {2}forecast +${episodes} +${warned} +100\\.0 % +\\d+$`, 'm'));
  });

  it('reads parts, gzipped or not, as the one log they are, and says what it refused', () => {
    const whole = JSON.parse(backtest('runs.csv', '--json').stdout);
    const { status, stdout, stderr } = backtest('parts', '--json');
    expect(status, stderr).toBe(0);
    const { read, ...parts } = JSON.parse(stdout);
    expect(read.runs).toEqual({
      files: 2,
      rows: 902,
      kept: 800,
      refused: 1,
      duplicate: 100,
      superseded: 1,
      refusedBy: [{ code: 'unknown-status', rows: 1 }],
      notRead: [],
    });
    expect(stderr).toContain('refused: unknown-status 1');
    expect(parts).toEqual({ ...whole, read: undefined });
  });

  it('writes predictions from which the figures can be computed again', () => {
    const { status, stdout, stderr } = backtest(
      'runs.csv',
      '--horizon',
      '1',
      '--predictions',
      'out.csv',
      '--json',
    );
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    const [header, ...lines] = readFileSync(inFolder('out.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('cutoff,job_id,horizon,probability,label,model');
    const told = lines.map((line) => {
      const [, cutoff, job, horizon, probability, label, model] =
        /^([^,]+),("(?:[^"]|"")*"|[^,]*),(\d),([\d.e-]+),([01]),(\S+)$/.exec(line)!;
      return { cutoff, job, horizon, probability: Number(probability), label: Number(label), model };
    });
    expect(told).toHaveLength(report.all.rows * report.all.models.length);
    expect(new Set(told.map(({ horizon }) => horizon))).toEqual(new Set(['1']));
    expect(new Set(told.map(({ job }) => job))).toEqual(
      new Set(JOBS.map((job) => (/[",]/.test(job) ? `"${job.replaceAll('"', '""')}"` : job))),
    );
    expect(told[0]!.cutoff).toBe(report.cutoffs.firstTest);
    expect(told[0]!.cutoff).toMatch(/^2026-0\d-\d\dT00:00:00Z$/);
    for (const { model, averagePrecision: expected } of report.all.models) {
      const ofModel = told.filter((one) => one.model === model);
      const labels = Uint8Array.from(ofModel, ({ label }) => label);
      const scores = Float64Array.from(ofModel, ({ probability }) => probability);
      expect(averagePrecision(labels, scores), model).toBeCloseTo(expected, 12);
    }
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('takes metrics of the servers as evidence', () => {
    const { status, stdout } = backtest('runs.csv', '--metrics', 'metrics.csv', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).read.metrics).toMatchObject({ files: 1, rows: 800, kept: 800 });
  });

  it('goes on without a file that is no log, and says so', () => {
    const { status, stderr } = backtest('runs.csv', 'notes.csv', '--models', 'logistic');
    expect(stderr).toMatch(/not read: notes\.csv: /);
    expect(status).toBe(7);
  });

  it.each([
    [
      ['short.csv'],
      1,
      /^smart-etl: a backtest requires at least 28 days of history and 7 to forecast.*; got 19\.\d days/m,
    ],
    [['notes.csv'], 1, /^smart-etl: notes\.csv: /m],
    [['nowhere.csv'], 2, /^smart-etl: no file at nowhere\.csv/m],
    [['runs.csv', '--horizon', '3'], 2, /^smart-etl: --horizon must be 7 or 1, got 3/m],
    [['runs.csv', '--step', '0'], 2, /^smart-etl: --step must be 1 to 3650 days, got 0/m],
    [['runs.csv', '--test', '1'], 2, /^smart-etl: --test must be a share between 0 and 1, got 1/m],
    [
      ['runs.csv', '--calendar', 'Atlantis'],
      2,
      /^smart-etl: --calendar: no holiday calendar is called "Atlantis"; /m,
    ],
    [['runs.csv', '--models', 'oracle'], 2, /^smart-etl: no learner is called "oracle"; known are /m],
    [['runs.csv', '--lang', 'de'], 2, /^smart-etl: --lang must be en or fr, got "de"/m],
    [['runs.csv', '--predictions', 'gone/out.csv'], 2, /^smart-etl: --predictions: no folder at gone/m],
  ])('%j exits %i with one clear line', (args, status, line) => {
    const told = backtest(...args);
    expect(told.stderr).toMatch(line);
    expect(told.stderr).not.toMatch(/^ {4}at /m);
    expect(told.status).toBe(status);
    expect(told.stdout).toBe('');
  });
});
