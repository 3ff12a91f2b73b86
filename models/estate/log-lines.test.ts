import { expect, test } from 'vitest';
import { dirtOf, metricLines, runLines, truthLines } from './log-lines.ts';
import { asRunning, type RunRow } from './run-row.ts';

const run = (runId: string, changes: Partial<RunRow> = {}): RunRow => ({
  job: 'load_orders_fr',
  owner: 'claire.moreau',
  runId,
  startedAt: Date.parse('2026-02-01T01:00:05Z'),
  endedAt: Date.parse('2026-02-01T01:02:05Z'),
  durationMs: 120_000,
  status: 'failed',
  knownAt: Date.parse('2026-02-01T01:02:09Z'),
  host: 'srv-01',
  rowsRead: 10,
  rowsWritten: 0,
  expectedRows: null,
  error: 'relation "x", gone',
  query: '',
  attempt: 1,
  statusWord: 'KO',
  ...changes,
});

/** The first run id with this dirt under seed 1. */
function idWith(dirt: ReturnType<typeof dirtOf>): string {
  for (let index = 0; ; index++) if (dirtOf(1, `run-${index}`) === dirt) return `run-${index}`;
}

const clean = idWith(null);
const line = (id: string) =>
  `load_orders_fr,claire.moreau,${id},2026-02-01T01:00:05Z,2026-02-01T01:02:05Z,120,KO,2026-02-01T01:02:09Z,srv-01,10,0,,"relation ""x"", gone",,1\n`;

test('a clean run is one line with quotes doubled', () => {
  const { text, rows, dirt } = runLines([run(clean)], 1);
  expect(text).toBe(line(clean));
  expect(rows).toBe(1);
  expect(Object.values(dirt)).toEqual([0, 0, 0, 0]);
});

test('each dirt does what it says and is counted', () => {
  const id = idWith('duplicate');
  expect(runLines([run(id)], 1)).toMatchObject({ text: line(id).repeat(2), rows: 2, dirt: { duplicate: 1 } });

  const start = runLines([run(idWith('unparsable_start'))], 1);
  expect(start).toMatchObject({ rows: 1, dirt: { unparsable_start: 1 } });
  expect(Date.parse(start.text.split(',')[3]!)).toBeNaN();

  const status = runLines([run(idWith('unknown_status'))], 1);
  expect(status).toMatchObject({ rows: 1, dirt: { unknown_status: 1 } });
  expect(['???', 'ETAT_17']).toContain(status.text.split(',')[6]);

  const negative = runLines([run(idWith('negative_duration'))], 1);
  expect(negative).toMatchObject({ rows: 1, dirt: { negative_duration: 1 } });
  expect(negative.text.split(',')[5]).toBe('-120');
});

test('shares of dirt are as documented', () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 200_000; index++) {
    const dirt = dirtOf(9, `job.${index}`) ?? 'clean';
    counts.set(dirt, (counts.get(dirt) ?? 0) + 1);
  }
  const within = (dirt: string, expected: number) =>
    expect(Math.abs(counts.get(dirt)! - expected), dirt).toBeLessThan(5 * Math.sqrt(expected));
  within('duplicate', 400);
  within('unparsable_start', 50);
  within('unknown_status', 50);
  within('negative_duration', 100);
});

test('a running row is clean and says nothing of the end', () => {
  const id = idWith('duplicate');
  expect(runLines([asRunning(run(id))], 1)).toMatchObject({
    text: `load_orders_fr,claire.moreau,${id},2026-02-01T01:00:05Z,,,running,2026-02-01T01:00:05Z,srv-01,,,,,,1\n`,
    rows: 1,
  });
});

test('metrics and truth', () => {
  const ts = Date.parse('2026-02-01T00:20:00Z');
  expect(metricLines([{ host: 'srv-01', metric: 'cpu_percent', ts, value: 12.5 }])).toBe(
    'srv-01,cpu_percent,2026-02-01T00:20:00Z,12.5\n',
  );
  expect(
    truthLines([
      { job: 'a', day: '2026-02-01', hazard: 0.1234567, plannedRuns: 2, cause: 'disk' },
      { job: 'b', day: '2026-02-01', hazard: 0, plannedRuns: 0, cause: null },
    ]),
  ).toBe('a,2026-02-01,0.123457,2,disk\nb,2026-02-01,0.000000,0,\n');
  expect(metricLines([]) + truthLines([]) + runLines([], 1).text).toBe('');
});
