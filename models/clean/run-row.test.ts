import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InstantReader } from './instant-reader.ts';
import { mapColumns } from './map-columns.ts';
import { RowOrder } from './row-order.ts';
import { RUN_COLUMNS } from './run-columns.ts';
import { createRunRowCleaner } from './run-row.ts';

const START = Date.UTC(2025, 0, 31, 8);
const HOUR = 3_600_000;

/** Cleans one row given by column; the columns of the file are those given. */
function clean(row: Record<string, string>, decimalMark: '.' | ',' = '.') {
  const columns = mapColumns(Object.keys(row), RUN_COLUMNS);
  if ('code' in columns) throw new Error(columns.detail);
  const options = {
    namespace: 'n',
    columns,
    decimalMark,
    instants: new InstantReader(),
    order: new RowOrder(),
  };
  return createRunRowCleaner(options)(Object.values(row), [], 1, 0);
}

const GOOD = { job: 'A', run_id: '1', start: '2025-01-31T08:00:00Z', status: 'ok' };

test('a whole row', () => {
  const row = {
    ...GOOD,
    owner: ' team ',
    end: '31/01/2025 09:00',
    duration_s: '3600',
    known_at: '2025-01-31T09:05:00Z',
    host: 'srv-1',
    rows_read: '1 000',
    rows_written: '990',
    expected_rows: '1000',
    error: '',
    query: 'select 1',
    branch: 'main',
    empty: '',
  };
  expect(clean(row)).toEqual({
    namespace: 'n',
    job: 'A',
    owner: 'team',
    runKey: '1',
    status: 'succeeded',
    startedAt: START,
    endedAt: START + HOUR,
    durationMs: HOUR,
    knownAt: START + HOUR + 300_000,
    host: 'srv-1',
    rowsRead: 1000,
    rowsWritten: 990,
    expectedRows: 1000,
    error: null,
    query: 'select 1',
    extra: { branch: 'main' },
    anomalies: [],
    rowNumber: 1,
    byteOffset: 0,
  });
});

describe('what follows is derived', () => {
  test.each([
    [
      'end from duration',
      { duration_s: '60' },
      { endedAt: START + 60_000, durationMs: 60_000, knownAt: START + 60_000 },
    ],
    [
      'duration from end',
      { end: '2025-01-31 09:00' },
      { endedAt: START + HOUR, durationMs: HOUR, knownAt: START + HOUR },
    ],
    ['neither', {}, { endedAt: null, durationMs: null, knownAt: START }],
    [
      'no end of a running run',
      { duration_s: '60', status: 'running' },
      { endedAt: null, durationMs: 60_000, knownAt: START + 60_000 },
    ],
    ['milliseconds', { duration_ms: '250' }, { durationMs: 250 }],
    ['minutes', { 'Durée (min)': '1.5' }, { durationMs: 90_000 }],
    [
      'no value',
      { end: 'NULL', duration_s: 'N/A', owner: '\\N' },
      { endedAt: null, durationMs: null, owner: null },
    ],
  ])('%s', (_, row, expected) => {
    expect(clean({ ...GOOD, ...row })).toMatchObject({ ...expected, anomalies: [] });
  });

  test('the run key, from the start', () => {
    const { run_id, ...row } = GOOD;
    expect(clean(row)).toMatchObject({ runKey: 'start:2025-01-31T08:00:00.000Z', anomalies: [] });
    expect(clean({ ...row, run_id: ' ' })).toMatchObject({
      runKey: 'start:2025-01-31T08:00:00.000Z',
      anomalies: ['missing-run-id'],
    });
    expect(run_id).toBe('1');
  });

  test('a message is the error of a run that failed, else an extra column', () => {
    expect(clean({ ...GOOD, status: 'KO', message: 'disk full' })).toMatchObject({
      error: 'disk full',
      extra: {},
    });
    expect(clean({ ...GOOD, message: '12 rows' })).toMatchObject({
      error: null,
      extra: { message: '12 rows' },
    });
    expect(clean({ ...GOOD, status: 'KO', error: 'e', message: 'm' })).toMatchObject({
      error: 'e',
      extra: { message: 'm' },
    });
  });
});

test('of several durations the first unit counts, the others are kept as extra columns', () => {
  expect(clean({ ...GOOD, duration_ms: '1', duration_s: '60' })).toMatchObject({
    durationMs: 60_000,
    extra: { duration_ms: '1' },
  });
});

describe('repaired or doubted', () => {
  test.each([
    ['negative-duration', { duration_s: '-37' }, { durationMs: null, endedAt: null, knownAt: START }],
    [
      'negative-duration',
      { duration_s: '-37', end: '2025-01-31 09:00' },
      { durationMs: HOUR, endedAt: START + HOUR },
    ],
    ['end-before-start', { end: '2025-01-31 07:00' }, { endedAt: null, durationMs: null }],
    ['end-before-start', { end: '2025-01-31 07:00', duration_s: '60' }, { endedAt: START + 60_000 }],
    [
      'duration-mismatch',
      { end: '2025-01-31 09:10', duration_s: '600' },
      { endedAt: START + 4_200_000, durationMs: 600_000 },
    ],
    [
      'running-with-end',
      { end: '2025-01-31 09:00', status: 'running' },
      { status: 'running', endedAt: START + HOUR },
    ],
    ['unreadable-end', { end: '99/99/2025' }, { endedAt: null }],
    ['unreadable-end', { end: '1970-01-01' }, { endedAt: null }],
    ['unreadable-duration', { duration_s: 'soon' }, { durationMs: null }],
    ['unreadable-duration', { duration_s: '1e12' }, { durationMs: null }],
    ['unreadable-known-at', { known_at: 'yesterday' }, { knownAt: START }],
    ['known-before-start', { known_at: '2025-01-31 07:00', duration_s: '60' }, { knownAt: START + 60_000 }],
    [
      'known-before-end',
      { known_at: '2025-01-31 08:30', end: '2025-01-31 09:00' },
      { knownAt: START + HOUR },
    ],
    ['unreadable-number', { rows_read: 'many' }, { rowsRead: null }],
    ['unreadable-number', { rows_read: '1.5' }, { rowsRead: null }],
    ['negative-count', { rows_written: '-1' }, { rowsWritten: null }],
    ['control-characters', { error: 'disk\u0000 full\u001b' }, { error: 'disk full' }],
    ['text-too-long', { error: 'x'.repeat(20_000) }, { error: `${'x'.repeat(16_383)}…` }],
  ])('%s', (code, row, expected) => {
    expect(clean({ ...GOOD, ...row })).toMatchObject({ ...expected, anomalies: [code] });
  });

  test('a minute or 5 % between duration and times is no mismatch', () => {
    expect(clean({ ...GOOD, end: '2025-01-31 08:01', duration_s: '0' })).toMatchObject({ anomalies: [] });
    expect(clean({ ...GOOD, end: '2025-01-31 18:00', duration_s: '36100' })).toMatchObject({ anomalies: [] });
  });

  test('names that are too long stay different, and no half character is left', () => {
    const [one, other] = ['1', '2'].map((end) => clean({ ...GOOD, job: 'x'.repeat(400) + end }));
    expect(one).not.toEqual(other);
    const emoji = clean({ ...GOOD, error: '𝄞'.repeat(10_000) });
    expect('error' in emoji && emoji.error!.isWellFormed()).toBe(true);
  });
});

describe('refused', () => {
  test.each([
    ['missing-job', { job: ' ' }, 'job: expected the name of a job, found " "'],
    ['unreadable-start', { start: '31/02/2025 08:00' }, 'found "31/02/2025 08:00"'],
    ['unreadable-start', { start: '' }, 'found nothing'],
    ['start-out-of-range', { start: '1970-01-01' }, 'from 1990 to 2100'],
    ['start-out-of-range', { start: '2101-01-01' }, 'from 1990 to 2100'],
    ['unknown-status', { status: 'purple' }, 'found "purple"'],
    ['unknown-status', { status: 'x'.repeat(500) }, `${'x'.repeat(79)}…"`],
  ])('%s', (code, row, part) => {
    const refusal = clean({ ...GOOD, ...row });
    expect(refusal).toMatchObject({ code, detail: expect.stringContaining(part) });
  });
});

test('whatever the texts, a run that is kept is one that can be stored and believed', () => {
  const instant = fc.oneof(
    fc.constantFrom('2025-01-31 08:00', '31/01/2025 09:00', '2025-01-30', 'x', '', '1738310400'),
    fc.string(),
  );
  const number = fc.oneof(fc.constantFrom('1', '-1', '1,5', '00:01:00', '1e99', ''), fc.string());
  const row = fc.record({
    job: fc.string({ unit: 'binary', maxLength: 500 }),
    start: instant,
    end: instant,
    duration_s: number,
    known_at: instant,
    status: fc.constantFrom('ok', 'KO', 'running'),
    rows_read: number,
    error: fc.string({ unit: 'binary' }),
    other: fc.string({ unit: 'binary' }),
  });
  fc.assert(
    fc.property(row, (texts) => {
      const run = clean(texts);
      if ('code' in run) return;
      expect(run.knownAt).toBeGreaterThanOrEqual(run.startedAt);
      if (run.endedAt !== null) expect(run.endedAt).toBeGreaterThanOrEqual(run.startedAt);
      if (run.endedAt !== null && run.status !== 'running')
        expect(run.knownAt).toBeGreaterThanOrEqual(run.endedAt);
      if (run.durationMs !== null) expect(run.durationMs).toBeGreaterThanOrEqual(0);
      for (const value of [run.startedAt, run.endedAt, run.durationMs, run.knownAt, run.rowsRead]) {
        expect(value === null || Number.isSafeInteger(value)).toBe(true);
      }
      expect(JSON.stringify(run)).not.toContain('\\u0000');
    }),
    { numRuns: 2000 },
  );
});
