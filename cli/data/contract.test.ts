import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSource } from '../../db/load/sources.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { NODE_ENVIRONMENT } from '../../tests/node-environment.ts';

let home: string;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-contract-'));
  await saveSource(database.pool, { name: 'runs', kind: 'runs', folder: home, namespace: 'default' });
  mkdirSync(at('logs'));
  for (const day of [1, 2, 3]) {
    const lines = Array.from(
      { length: 30 },
      (_, i) => `A${i};0${day}/03/2026 08:00;OK;${i},5;${i % 2 ? 'x' : 'y'}`,
    );
    const text = ['TRAITEMENT;DEBUT;STATUT;DUREE;FILIALE', ...lines].join('\r\n');
    writeFileSync(at(`logs/day${day}.csv.gz`), gzipSync(text));
  }
  writeFileSync(at('changed.csv'), 'TRAITEMENT;DEBUT_TRT;STATUT;DUREE;NEW\nA;2026-03-01;OK;1;2\n');
  writeFileSync(at('page.html'), '<html><body>not found</body></html>');
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await database.drop();
});

const at = (file: string) => path.join(home, file);

/** `smart-etl contract …` as a person calls it. */
function contract(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, '..', 'main.ts'), 'contract', ...args],
    {
      env: { ...NODE_ENVIRONMENT, SMART_ETL_HOME: home, SMART_ETL_DATABASE_URL: database.writerUrl },
      encoding: 'utf8',
      cwd: home,
    },
  );
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
}

describe('smart-etl contract', { timeout: 30_000 }, () => {
  it('goes from files to a contract that counts', () => {
    const inferred = contract('infer', 'logs', '--out', 'first.yaml');
    expect(inferred).toMatchObject({ status: 0, stdout: '' });
    expect(inferred.lines).toEqual(['written to first.yaml: 5 columns, from 3 files']);
    const yaml = readFileSync(at('first.yaml'), 'utf8');
    expect(yaml).toContain('# Proposed from 3 files, 90 rows.');
    expect(yaml).toContain('    enumeration:\n      - x\n      - y\n');

    expect(contract('check', 'logs', '--contract', 'first.yaml')).toMatchObject({
      status: 0,
      stdout:
        'day1.csv.gz: keeps the contract\nday2.csv.gz: keeps the contract\nday3.csv.gz: keeps the contract\n',
    });
    const broken = contract('check', 'changed.csv', 'page.html', '--contract', 'first.yaml');
    expect(broken.status).toBe(1);
    expect(broken.stdout.split('\n').slice(0, 2)).toEqual([
      'changed.csv: would be held',
      '  ! DEBUT: expected the required column "DEBUT", found "DEBUT_TRT": if it was renamed, add that to its synonyms',
    ]);
    expect(broken.stdout).toMatch(
      /^page\.html: would be refused: file: expected a CSV table, found an HTML page$/m,
    );

    const accepted = contract('accept', 'first.yaml', '--source', 'runs', '--who', 'ann', '--why', 'agreed');
    expect(accepted).toMatchObject({ status: 0 });
    expect(accepted.stdout).toBe('version 1 of runs counts now; 0 held files are loaded again\n');
    expect(contract('check', 'logs', '--source', 'runs', '--json').stdout).toMatch(/^\{"version":1,/);

    writeFileSync(at('second.yaml'), yaml.replace('version: 1', 'version: 2').replace('      - y\n', ''));
    const again = contract('accept', 'first.yaml', '--source', 'runs', '--who', 'ann', '--why', 'twice');
    expect(again).toMatchObject({ status: 0, stdout: 'version 1 of runs is this contract already\n' });
    const diff = contract('diff', 'runs/1', 'second.yaml');
    expect(diff).toMatchObject({ status: 1, stdout: '! FILIALE.enumeration: ["x","y"] → ["x"]\n' });
    const changed = contract(
      'accept',
      'second.yaml',
      '--source',
      'runs',
      '--who',
      'bob',
      '--why',
      'sold',
      '--json',
    );
    expect(JSON.parse(changed.stdout)).toMatchObject({
      version: 2,
      accepted: true,
      changes: [{ breaking: true }],
    });
    expect(contract('diff', 'runs', 'runs/2')).toMatchObject({ status: 0, stdout: 'no change\n' });
    expect(
      contract('accept', 'first.yaml', '--source', 'runs', '--who', 'ann', '--why', 'back'),
    ).toMatchObject({
      status: 6,
      lines: ['smart-etl: contract of "runs": expected version 3, found 1'],
    });
  });

  it('prints the proposal, and says what could not be used', () => {
    const told = contract('infer', 'logs', 'page.html', '--json');
    expect(told.status).toBe(7);
    expect(told.lines).toEqual([
      expect.stringMatching(/^page\.html: file: expected a CSV table, found an HTML page$/),
    ]);
    const { contract: proposed, evidence, notRead } = JSON.parse(told.stdout);
    expect(proposed.columns).toHaveLength(5);
    expect(evidence.columns.DUREE).toMatchObject({
      files: 3,
      rows: 90,
      min: '0.5',
      max: '29.5',
      emptyShare: 0,
    });
    expect(notRead).toEqual([{ file: at('page.html'), detail: expect.any(String) }]);

    writeFileSync(at('colours.csv'), 'name;colour\na;red\nb;blue\n');
    const incomplete = contract('infer', 'colours.csv');
    expect(incomplete.status).toBe(1);
    expect(incomplete.lines).toEqual(['no column found for startedAt, status: name it by hand']);
    expect(contract('infer', 'page.html', '--json').status).toBe(1);
  });

  it.each<[string[], number, string]>([
    [['check', 'changed.csv'], 2, 'smart-etl: say either --contract FILE or --source NAME'],
    [['check', 'changed.csv', '--contract', 'nowhere.yaml'], 2, 'smart-etl: no file at nowhere.yaml'],
    [
      ['check', 'changed.csv', '--source', 'metrics'],
      2,
      'smart-etl: source "metrics" has no accepted contract',
    ],
    [['diff', 'runs/99', 'runs'], 2, 'smart-etl: source "runs" has no version 99 of its contract'],
    [['diff', 'a/b/c', 'runs'], 2, 'smart-etl: no file at a/b/c'],
    [
      ['infer', 'changed.csv', '--source', 'nowhere'],
      2,
      'smart-etl: no source named "nowhere"; configured are runs, metrics',
    ],
    [
      ['accept', 'changed.csv', '--source', 'runs', '--who', 'ann', '--why', 'x'],
      2,
      'smart-etl: changed.csv: line 1: contract: expected an object with version, kind, owner, freshness, timeZone, extra, columns, found "TRAITEMENT;DEBUT_TRT;STATUT;DUREE;NEW A;2026-03-01;OK;1;2"',
    ],
    [
      ['accept', 'changed.csv', '--source', 'runs', '--who', ' ', '--why', 'x'],
      2,
      'smart-etl: --who and --why must say something',
    ],
  ])('%j exits %i with one clear line', (args, status, line) => {
    const told = contract(...args);
    expect(told.lines).toEqual([line]);
    expect(told).toMatchObject({ status, stdout: '' });
  });

  it('says that nothing is held', () => {
    const told = contract('refuse', '--source', 'runs', '--who', 'ann', '--why', 'none');
    expect(told).toMatchObject({ status: 1, stdout: 'no file of runs is held\n' });
  });

  it('keeps a file that is there', () => {
    writeFileSync(at('kept.yaml'), 'mine');
    const told = contract('infer', 'logs', '--out', 'kept.yaml');
    expect(told.lines).toEqual(['smart-etl: kept.yaml is there already: remove it or choose another name']);
    expect(told.status).toBe(6);
    expect(readFileSync(at('kept.yaml'), 'utf8')).toBe('mine');
  });

  it('explains itself in 80 columns', () => {
    for (const command of [[], ['infer'], ['accept']]) {
      const { status, stdout } = contract(...command, '--help');
      expect(status).toBe(0);
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });
});
