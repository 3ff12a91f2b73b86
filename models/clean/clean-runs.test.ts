import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMetricCleaner } from './clean-metrics.ts';
import { createRunCleaner } from './clean-runs.ts';
import type { CleanedBatch, TableCleaner } from './clean-table.ts';
import { inspectMetricFile, inspectRunFile } from './inspect-file.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

function runCleaner(bytes: Uint8Array, maxRecordBytes = 1 << 20) {
  const inspected = inspectRunFile(bytes, true);
  if ('code' in inspected) throw new Error(inspected.detail);
  return createRunCleaner({ namespace: 'n', timeZone: 'Europe/Paris', ...inspected, maxRecordBytes });
}

function drain<Row>(cleaner: TableCleaner<Row>, bytes: Uint8Array, cuts: number[] = []) {
  const whole: CleanedBatch<Row> = { records: [], refused: [] };
  const add = ({ records, refused }: CleanedBatch<Row>) => {
    whole.records.push(...records);
    whole.refused.push(...refused);
  };
  const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
  for (let k = 1; k < edges.length; k++) add(cleaner.push(bytes.slice(edges[k - 1], edges[k])));
  const last = cleaner.end();
  add(last);
  return { ...whole, totals: last.totals };
}

const MESSY = `Export du 31/01/2025
Traitement;Debut;Statut;Duree;Message
A;31/01/2025 08:00;OK;12,5;
B;31/02/2025 08:00;OK;12,5;

Traitement;Debut;Statut;Duree;Message
C;31/01/2025 08:00;KO;-3;disk full; 0 bytes left
D;31/01/2025 08:00;KO;3;"never closed
E;31/01/2025 08:00;OK
;;;;
F;31/01/2025 08:00;terminé;3;"two
lines";;
G;31/01/2025 08:00;OK;3;${'x'.repeat(200)}
`;

describe('a messy file', () => {
  const bytes = utf8(MESSY);
  const { records, refused, totals } = drain(runCleaner(bytes, 150), bytes);

  test('every row is a record or refused, with the rule that did it', () => {
    expect(
      records.map(({ job, rowNumber, durationMs, error, extra, anomalies }) => ({
        job,
        rowNumber,
        durationMs,
        error,
        extra,
        anomalies,
      })),
    ).toEqual([
      { job: 'A', rowNumber: 1, durationMs: 12_500, error: null, extra: {}, anomalies: [] },
      {
        job: 'C',
        rowNumber: 3,
        durationMs: null,
        error: 'disk full; 0 bytes left',
        extra: {},
        anomalies: ['unquoted-delimiter', 'negative-duration'],
      },
      {
        job: 'F',
        rowNumber: 6,
        durationMs: 3000,
        error: null,
        extra: { message: 'two\nlines' },
        anomalies: [],
      },
    ]);
    expect(refused.map(({ rowNumber, code }) => [rowNumber, code])).toEqual([
      [2, 'unreadable-start'],
      [4, 'unclosed-quote'],
      [5, 'ragged-row'],
      [7, 'record-too-long'],
    ]);
    expect(totals).toEqual({
      rowsIn: 7,
      records: 3,
      refused: 4,
      blankLines: 2,
      repeatedHeaders: 1,
      preambleLines: 1,
      commentLines: 0,
      footerLines: 0,
      trailerRows: null,
      furtherTables: 0,
      byCode: {
        'unreadable-start': 1,
        'unquoted-delimiter': 1,
        'negative-duration': 1,
        'unclosed-quote': 1,
        'ragged-row': 1,
        'record-too-long': 1,
      },
    });
  });

  test('refused rows keep their original bytes and say what was expected and found', () => {
    for (const row of refused) {
      expect(row.bytes).toEqual(bytes.slice(row.byteOffset, row.byteOffset + row.bytes.length));
      expect(row.detail).toMatch(/expected|must|at most/);
      expect(row.detail).toContain('found');
    }
    expect(new TextDecoder().decode(refused[2]!.bytes)).toBe('E;31/01/2025 08:00;OK');
    expect(refused[3]).toMatchObject({ byteLength: 224, bytes: { length: 150 } });
  });

  test('records know where they were', () => {
    const text = new TextDecoder();
    for (const { byteOffset, job } of records) {
      expect(text.decode(bytes.subarray(byteOffset, byteOffset + 2))).toBe(`${job};`);
    }
  });
});

test('UTF-16 and windows-1252 give the same runs as UTF-8', () => {
  const text = MESSY.replaceAll(' bytes', '  octets é');
  const runsOf = (bytes: Uint8Array) =>
    drain(runCleaner(bytes), bytes).records.map(({ byteOffset: _, ...run }) => run);
  const expected = runsOf(utf8(text));
  expect(expected.map(({ job }) => job)).toEqual(['A', 'C', 'F', 'G']);
  expect(runsOf(new Uint8Array(Buffer.from(text, 'latin1')))).toEqual(expected);
  expect(runsOf(new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le')))).toEqual(expected);
});

test('a field in another encoding is read and said to be repaired', () => {
  const bytes = new Uint8Array([
    ...utf8('job,start,status\né,2025-01-31,ok\n'),
    0xe9,
    ...utf8(',2025-01-31,ok\n'),
  ]);
  const inspected = inspectRunFile(bytes.subarray(0, 34), false);
  if ('code' in inspected) throw new Error(inspected.detail);
  const { records } = drain(createRunCleaner({ namespace: 'n', ...inspected }), bytes);
  expect(records.map(({ job, anomalies }) => [job, anomalies])).toEqual([
    ['é', []],
    ['é', ['mixed-encoding']],
  ]);
});

test('only a header is a file without rows', () => {
  const bytes = utf8('job,start,status');
  expect(drain(runCleaner(bytes), bytes).totals).toMatchObject({ rowsIn: 0, records: 0, refused: 0 });
});

describe('laws', () => {
  const line = fc.constantFrom(
    'A;31/01/2025 08:00;OK;12,5;',
    'A;x;OK;12,5;',
    'A;31/01/2025 08:00;OK',
    'B;31/01/2025 08:00;KO;3;"never closed',
    'B;31/01/2025 08:00;KO;3;"two\nlines"',
    'B;31/01/2025 08:00;KO;3;5" disk; é \u0000',
    'Traitement;Debut;Statut;Duree;Message',
    '',
    ';;;;',
    '"',
    `C;31/01/2025 08:00;OK;3;${'x'.repeat(100)}`,
    '\u0000\r\r',
    '# comment',
    'Total;5',
    'Statut;Debut;Traitement',
    'OK;26/10/2025 02:40;D',
    'A;26/10/2025 02:30;OK;3;x\rA;26/10/2025 02:10;OK;3;y',
    'A;26/10/2031 02:30;OK;3600;',
    'host,metric,ts,value',
    'job,start,status',
    'E,2025-01-31,ok',
    '\ufeffA;31/01/2025 08:00;OK;12,5;é',
  );
  const file = fc
    .tuple(fc.array(line, { maxLength: 20 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => utf8(['Traitement;Debut;Statut;Duree;Message', ...lines].join(end)));

  test('any split of the bytes gives the same records, refusals and totals', () => {
    fc.assert(
      fc.property(file, fc.array(fc.nat(800), { maxLength: 40 }), (bytes, cuts) => {
        const pieces = drain(runCleaner(bytes, 80), bytes, cuts);
        const whole = drain(runCleaner(bytes, 80), bytes);
        expect(pieces).toEqual(whole);
        expect(JSON.stringify(pieces.totals)).toBe(JSON.stringify(whole.totals));
      }),
      { numRuns: 500 },
    );
  });

  test('rows in = records + refused, numbered without a gap; never a throw, whatever follows the header', () => {
    fc.assert(
      fc.property(file, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        const bytes = new Uint8Array([...start, 10, ...rest]);
        const { records, refused, totals } = drain(runCleaner(start, 80), bytes);
        expect(totals.rowsIn).toBe(totals.records + totals.refused);
        expect([records.length, refused.length]).toEqual([totals.records, totals.refused]);
        const numbers = [...records, ...refused].map(({ rowNumber }) => rowNumber).sort((a, b) => a - b);
        expect(numbers).toEqual(Array.from({ length: totals.rowsIn }, (_, index) => index + 1));
        const refusals = Object.entries(totals.byCode).filter(([code]) =>
          refused.some((row) => row.code === code),
        );
        expect(refusals.reduce((sum, [, count]) => sum + count, 0)).toBe(totals.refused);
      }),
      { numRuns: 500 },
    );
  });
});

test('metrics', () => {
  const bytes = utf8(`host,metric,timestamp,value
srv-1,cpu,2025-01-31T08:00:00Z,0.5
srv-1,cpu,1738310400,1e-3
,cpu,2025-01-31T08:00:00Z,1
srv-1,,2025-01-31T08:00:00Z,1
srv-1,cpu,noon,1
srv-1,cpu,1970-01-01,1
srv-1,cpu,2025-01-31T08:00:00Z,NaN
srv-1,cpu,2025-01-31T08:00:00Z,
`);
  const inspected = inspectMetricFile(bytes, true);
  if ('code' in inspected) throw new Error(inspected.detail);
  const { records, refused, totals } = drain(createMetricCleaner(inspected), bytes);
  const ts = Date.UTC(2025, 0, 31, 8);
  expect(records).toEqual([
    { host: 'srv-1', metric: 'cpu', ts, value: 0.5, anomalies: [], rowNumber: 1, byteOffset: 28 },
    { host: 'srv-1', metric: 'cpu', ts, value: 0.001, anomalies: [], rowNumber: 2, byteOffset: 63 },
  ]);
  expect(refused.map(({ code }) => code)).toEqual([
    'missing-host',
    'missing-metric',
    'unreadable-instant',
    'unreadable-instant',
    'unreadable-value',
    'unreadable-value',
  ]);
  expect(totals).toMatchObject({ rowsIn: 8, records: 2, refused: 6 });
});
