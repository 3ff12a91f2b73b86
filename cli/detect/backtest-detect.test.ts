import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE_ENVIRONMENT } from '../../tests/node-environment.ts';

const START = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const HEADER = 'job_id,owner,run_id,started_at,duration_s,status,error';

/** Two jobs every morning: on day 40 one fails, on day 50 one does not come, on day 60 one takes five hours and ends late. */
function rows(): string[] {
  return Array.from({ length: 70 }, (_, day) =>
    ['orders', 'stock "cold"'].flatMap((job, j) => {
      if (day === 50 && j === 0) return [];
      const startedAt = new Date(START + day * DAY_MS + (5 + j) * 3_600_000 + (day % 5) * 7000).toISOString();
      const isFailed = day === 40 && j === 0;
      const seconds = day === 60 && j === 1 ? 18_000 : 300 + ((day * 13) % 17);
      const name = `"${job.replaceAll('"', '""')}"`;
      return [
        `${name},claire,r${day}-${j},${startedAt},${seconds},${isFailed ? 'KO' : 'OK'},${isFailed ? 'ORA-1' : ''}`,
      ];
    }),
  ).flat();
}

let folder: string;
const inFolder = (name: string) => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-detect-'));
  writeFileSync(inFolder('runs.csv'), [HEADER, ...rows(), ''].join('\n'));
  writeFileSync(inFolder('notes.csv'), 'a note\nof no table\n');
  const decided = { jobs: ['stock*'], slow: { limitMs: 36_000_000 }, why: 'inventory', who: 'amina' };
  writeFileSync(inFolder('rules.json'), JSON.stringify({ overrides: [decided] }));
  const routes = [{ match: { kinds: ['crash'] }, tell: ['mail'] }, { tell: [] }];
  writeFileSync(inFolder('crashes.json'), JSON.stringify({ alerts: { routes } }));
  writeFileSync(inFolder('nobody.json'), JSON.stringify({ routes: [{ tell: ['pager'] }] }));
  writeFileSync(
    inFolder('wrong.json'),
    JSON.stringify({ overrides: [{ jobs: ['x'], slow: {}, why: 'a', who: 'b' }] }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As a person calls it, on a home where nothing runs. */
function detect(...args: string[]) {
  const main = path.join(import.meta.dirname, '..', 'main.ts');
  return spawnSync(
    process.execPath,
    [main, 'backtest', 'detect', ...args, '--zone', 'UTC', '--calendar', 'none'],
    {
      cwd: folder,
      env: { ...NODE_ENVIRONMENT, SMART_ETL_HOME: folder },
      encoding: 'utf8',
    },
  );
}

describe('smart-etl backtest detect', () => {
  it('tells what would have been told, in 80 columns of English or French', () => {
    for (const [language, title] of [
      ['en', 'What detection would have told, 2026-01-05 to 2026-03-15'],
      ['fr', 'Ce que la détection aurait dit, du 2026-01-05 au 2026-03-15'],
    ] as const) {
      const { status, stdout } = detect('runs.csv', '--lang', language);
      expect(status).toBe(0);
      const lines = stdout.split('\n');
      expect(lines[0]).toBe(title);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).toMatch(/crash +1 +1 /);
      expect(stdout).toContain('stock "cold"');
    }
  });

  it('prints one document, and writes every finding to a file', () => {
    const { status, stdout } = detect('runs.csv', '--json', '--findings', 'found.csv');
    expect(status).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      findings: 4,
      incidents: 3,
      messages: { all: 6, byEvent: { opened: 3, resolved: 3 } },
      scheduled: 2,
      slots: { missing: 1, extra: 0 },
    });
    expect(document.kinds.map(({ kind, findings }: never) => [kind, findings])).toEqual([
      ['crash', 1],
      ['slow', 1],
      ['late', 1],
      ['missing', 1],
    ]);
    expect(document.incidentList[0]).toMatchObject({ opened: '2026-02-14T05:06:00Z', subjects: ['orders'] });
    const [header, ...lines] = readFileSync(inFolder('found.csv'), 'utf8').trim().split('\n');
    expect(header).toMatch(/^kind,variant,subject,since,found,ended,/);
    expect(lines.map((line) => line.split(',')[0])).toEqual(['crash', 'missing', 'late', 'slow']);
    expect(lines[3]).toContain('"stock ""cold"""');
  });

  it('tells what other rules would change', () => {
    const { status, stdout } = detect('runs.csv', '--against', 'rules.json', '--json');
    expect(status).toBe(0);
    const { against } = JSON.parse(stdout);
    expect(against.removed).toMatchObject([{ kind: 'slow', subject: 'stock "cold"', run: 'r60-1' }]);
    expect([against.added, against.same, against.findings]).toEqual([[], 3, 3]);
    expect(detect('runs.csv', '--against', 'rules.json').stdout).toMatch(/slow +0 +1 +0 +0 +0/);
  });

  it('tells those whom the alerts name', () => {
    const sent = (file: string) =>
      JSON.parse(detect('runs.csv', '--alerts', file, '--json').stdout).messages.byEvent;
    expect(sent('crashes.json')).toEqual({ opened: 1, resolved: 1 });
  });

  it('looks at a part of the time when asked to', () => {
    const asked = ['--from', '2026-02-20T00:00:00Z', '--until', '2026-03-01T00:00:00Z', '--json'];
    expect(JSON.parse(detect('runs.csv', ...asked).stdout)).toMatchObject({
      ...{ from: '2026-02-20T00:00:00Z', until: '2026-03-01T00:00:00Z', findings: 1 },
      kinds: [{ kind: 'missing' }],
    });
  });

  it('says what is wrong, with nothing on stdout', () => {
    for (const [args, code, message] of [
      [
        ['runs.csv', '--against', 'wrong.json'],
        2,
        'overrides.slow: expected exactly one of limitMs or factor',
      ],
      [['runs.csv', '--rules', 'none.json'], 2, 'none.json: no such file'],
      [['runs.csv', '--rules', 'notes.csv'], 2, 'expected JSON'],
      [
        ['runs.csv', '--alerts', 'nobody.json'],
        2,
        'alerts.routes.0: no channel named "pager"; known are mail',
      ],
      [['runs.csv', '--from', '2027-01-01T00:00:00Z'], 2, 'nothing to replay from 2027-01-01T00:00:00Z'],
      [['runs.csv', '--relearn-days', '0'], 2, '--relearn-days must be 1 to 365, got 0'],
      [['notes.csv'], 1, 'notes.csv'],
    ] as const) {
      const { status, stdout, stderr } = detect(...args);
      expect([status, stdout]).toEqual([code, '']);
      expect(stderr).toContain(message);
    }
    const mixed = detect('runs.csv', 'notes.csv', '--json');
    expect([mixed.status, JSON.parse(mixed.stdout).findings]).toEqual([7, 4]);
  });
});
