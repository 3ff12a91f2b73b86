import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE_ENVIRONMENT } from '../tests/node-environment.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-cli-'));
});
afterAll(() => rmSync(home, { recursive: true }));

/** Runs the command as a person does, on a home where nothing runs. */
function smartEtl(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, 'main.ts'), ...args],
    {
      env: { ...NODE_ENVIRONMENT, SMART_ETL_HOME: home, ...env },
      encoding: 'utf8',
    },
  );
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
}

/** Ports where nobody listens. */
const NOWHERE = {
  SMART_ETL_DATABASE_URL: 'postgresql://127.0.0.1:1/x',
  SMART_ETL_TEMPORAL_ADDRESS: '127.0.0.1:1',
};

describe('smart-etl', () => {
  it('explains itself in 80 columns', () => {
    const { status, stdout } = smartEtl(['--help']);
    expect(status).toBe(0);
    for (const word of [
      'up',
      'down',
      'status',
      'doctor',
      'demo',
      'ingest',
      'forecast',
      'backtest',
      'simulate',
      'model',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${word}\\b`, 'm'));
    }
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it.each([
    [['fly'], 2, "error: unknown command 'fly'"],
    [['ingest', 'nowhere.csv'], 2, 'smart-etl: no file at nowhere.csv'],
    [
      ['ingest', '.', '--watch', '--json'],
      2,
      'smart-etl: --watch has no end, so it has no one JSON document: leave --json out',
    ],
    [['demo', '--input', 'nowhere.csv'], 2, 'smart-etl: no file at nowhere.csv'],
    [
      ['forecast', '--as-of', 'soon'],
      2,
      'smart-etl: --as-of must be an ISO 8601 instant such as 2026-03-01T06:00:00Z, got "soon"',
    ],
    [
      ['model', 'promote', 'x', '--who', 'a', '--why', 'b'],
      2,
      'smart-etl: VERSION must be a whole number from 1, got "x"',
    ],
    [['model', 'rollback', '--who', 'a', '--why', ' '], 2, 'smart-etl: --who and --why must say something'],
    [
      ['simulate', '--out', 'x', '--days', 'many'],
      2,
      `error: option '--days <n>' argument 'many' is invalid. expected a whole number, found "many"`,
    ],
  ])('%j exits %i with one clear line', (args, status, line) => {
    const told = smartEtl(args);
    expect(told.lines[0]).toBe(line);
    expect(told.status).toBe(status);
    expect(told.stdout).toBe('');
  });

  it('says that nothing runs, and what to do', () => {
    const told = smartEtl(['forecast', '--as-of', '2026-03-01'], NOWHERE);
    expect(told.lines).toHaveLength(1);
    expect(told.lines[0]).toMatch(
      /^smart-etl: PostgreSQL does not answer \(.*\): is `smart-etl up` running\?$/,
    );
    expect(told.status).toBe(4);
    expect(smartEtl(['status'])).toMatchObject({ status: 1 });
  });

  it('names the setting that is wrong, and those that are known', () => {
    const variable = smartEtl(['forecast'], { SMART_ETL_DATABSE_URL: 'x' });
    expect(variable.lines).toHaveLength(1);
    expect(variable.lines[0]).toMatch(
      /^smart-etl: unknown variable SMART_ETL_DATABSE_URL; known are .*SMART_ETL_DATABASE_URL/,
    );
    expect(variable.status).toBe(3);

    writeFileSync(path.join(home, 'smart-etl.json'), '{"tme": "data"}');
    const key = smartEtl(['forecast']);
    expect(key.lines[0]).toMatch(/smart-etl\.json: unknown key "tme"; known are .*\btime\b/);
    expect(key.status).toBe(3);

    writeFileSync(path.join(home, 'smart-etl.json'), '{"apiPort": 99999}');
    expect(smartEtl(['up']).lines[0]).toMatch(/smart-etl\.json: apiPort: /);
    rmSync(path.join(home, 'smart-etl.json'));
  });

  it('does not mind that nobody reads on', () => {
    const command = `"${process.execPath}" "${path.join(import.meta.dirname, 'main.ts')}" doctor | true`;
    const { stderr } = spawnSync('bash', ['-c', command], {
      env: { ...NODE_ENVIRONMENT, HOME: process.env.HOME, SMART_ETL_HOME: home },
      encoding: 'utf8',
    });
    expect(stderr).not.toContain('EPIPE');
  });

  it('tells no secret in an error', () => {
    const told = smartEtl(['forecast', '--as-of', '2026-03-01'], {
      ...NOWHERE,
      SMART_ETL_DATABASE_URL: 'postgresql://user:hush-hush@127.0.0.1:1/x',
    });
    expect(told.status).toBe(4);
    expect(told.lines.join()).not.toContain('hush-hush');
  });
});
