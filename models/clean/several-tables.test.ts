import { describe, expect, test } from 'vitest';
import { createRunCleaner } from './clean-runs.ts';
import { inspectRunFile } from './inspect-file.ts';

function cleaned(content: string | Uint8Array, timeZone = 'UTC') {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const inspected = inspectRunFile(bytes, true);
  if ('code' in inspected) throw new Error(inspected.detail);
  const cleaner = createRunCleaner({ namespace: 'n', timeZone, ...inspected });
  const first = cleaner.push(bytes);
  const last = cleaner.end();
  return {
    records: [...first.records, ...last.records],
    refused: [...first.refused, ...last.refused],
    totals: last.totals,
  };
}

describe('several tables in one file', () => {
  test('each is read by its own header, those of another kind are refused', () => {
    const { records, refused, totals } = cleaned(`job;start;status
A;2025-01-31 08:00;ok

status;nom du job;début;commentaire
KO;B;31/01/2025 09:00;disque plein; 0 octet libre

host;metric;ts;value
srv-1;cpu;2025-01-31 08:00;0.5
srv-1;cpu;2025-01-31 08:05;0.6
job;start;status
C;2025-01-31 10:00;ok
`);
    expect(records.map(({ job, status, error }) => [job, status, error])).toEqual([
      ['A', 'succeeded', null],
      ['B', 'failed', 'disque plein; 0 octet libre'],
      ['C', 'succeeded', null],
    ]);
    expect(refused.map(({ code, rowNumber }) => [code, rowNumber])).toEqual([
      ['other-table', 3],
      ['other-table', 4],
    ]);
    expect(refused[0]!.detail).toBe(
      'expected a row of a run log, found one under the header "host", "metric", "ts", "value"',
    );
    expect(totals).toMatchObject({ rowsIn: 5, furtherTables: 2, repeatedHeaders: 1, blankLines: 2 });
  });

  test('a file that was appended with another delimiter', () => {
    const { records, refused } = cleaned(`job,start,status
A,2025-01-31 08:00,ok
job;start;status
"B;1";2025-01-31 09:00;ok
C;2025-01-31;ok;too;much
job,start,status
D,2025-01-31 10:00,ok
`);
    expect(records.map(({ job }) => job)).toEqual(['A', 'B;1', 'D']);
    expect(refused.map(({ code }) => code)).toEqual(['ragged-row']);
  });

  test('the first header came back damaged: its rows say so', () => {
    const { records } = cleaned(`job;start;status;host
A;2025-01-31 08:00;ok;x
host;metric;ts
srv-1;cpu;nowjob;start;st
B;2025-01-31 09:00;ok;x
C;2025-01-31 10:00;ok;x
`);
    expect(records.map(({ job }) => job)).toEqual(['A', 'B', 'C']);
  });
});

test('lines that are no rows are counted as what they are, and damaged rows are no comments', () => {
  const { records, refused, totals } = cleaned(`sep=;
# exported by night shift
job;start;status;rows read
---;-----;------;---------
A;2025-01-31 08:00;ok;5
# a comment
-- another
#B;2025-02-31 08:00;ok;5
Total;;;5
Sous-total : 5
Total ventes;2025-02-31 08:00;KO;5
(1 row affected)
Fin du rapport
`);
  expect(records.map(({ job }) => job)).toEqual(['A']);
  expect(refused.map(({ bytes }) => new TextDecoder().decode(bytes).split(';')[0])).toEqual([
    '#B',
    'Total ventes',
  ]);
  expect(totals).toMatchObject({
    rowsIn: 3,
    preambleLines: 2,
    commentLines: 3,
    footerLines: 4,
    trailerRows: 1,
  });
});

test('rows that end as on another system are rows; a progress bar is text', () => {
  const { records } = cleaned(
    'job;start;status;message\nA;2025-01-31 08:00;ok;\rB;2025-01-31 09:00;ok;x\nC;2025-01-31 10:00;ok;10 %\r20 %\n',
  );
  expect(records.map(({ job, byteOffset, rowNumber, extra }) => [job, byteOffset, rowNumber, extra])).toEqual(
    [
      ['A', 25, 1, {}],
      ['B', 48, 2, { message: 'x' }],
      ['C', 72, 3, { message: '10 %\r20 %' }],
    ],
  );
});

describe('the hour that comes twice', () => {
  const starts = (lines: string[]) =>
    cleaned(`job;start;end;duration_s;status\n${lines.join('\n')}\n`, 'Europe/Paris').records.map((run) => ({
      at: new Date(run.startedAt).toISOString().slice(11, 16),
      took: run.durationMs === null ? null : run.durationMs / 60_000,
      anomalies: run.anomalies,
    }));
  const repeated = ['repeated-local-time'];

  test('is the second one once the clock of a rising log went back', () => {
    const lines = ['01:50', '02:10', '02:40', '02:05', '02:55', '03:10'].map((t) => `A;26/10/2025 ${t};;;ok`);
    expect(starts(lines).map(({ at }) => at)).toEqual(['23:50', '00:10', '00:40', '01:05', '01:55', '02:10']);
    expect(starts(lines)[3]!.anomalies).toEqual(repeated);
    expect(starts(lines)[0]!.anomalies).toEqual([]);
  });

  test('is the first one once the clock of a falling log went back', () => {
    const lines = ['03:10', '02:55', '02:05', '02:40', '02:10', '01:50'].map((t) => `A;26/10/2025 ${t};;;ok`);
    expect(starts(lines).map(({ at }) => at)).toEqual(['02:10', '01:55', '01:05', '00:40', '00:10', '23:50']);
  });

  test('is what agrees with end and duration', () => {
    expect(
      starts([
        'A;26/10/2025 02:30;26/10/2025 03:00;1800;ok',
        'A;26/10/2025 02:30;26/10/2025 03:00;5400;ok',
        'A;26/10/2025 02:50;26/10/2025 02:10;;ok',
        'A;26/10/2025 01:50;26/10/2025 02:10;4800;ok',
      ]),
    ).toEqual([
      { at: '01:30', took: 30, anomalies: repeated },
      { at: '00:30', took: 90, anomalies: repeated },
      { at: '00:50', took: 20, anomalies: repeated },
      { at: '23:50', took: 80, anomalies: repeated },
    ]);
  });

  test('and the hour that never was', () => {
    expect(starts(['A;30/03/2025 02:30;30/03/2025 03:45;;ok'])).toEqual([
      { at: '01:30', took: 15, anomalies: ['skipped-local-time'] },
    ]);
  });
});

describe('a clock that jumped', () => {
  const log = (days: number[]) =>
    cleaned(
      `job;start;status\n${days.map((day) => `A;${new Date(Date.UTC(2025, 0, day, 8)).toISOString()};ok\n`).join('')}`,
    ).records.map(({ anomalies }) => anomalies.length);

  test('is marked where both neighbours agree, in a log that is in order', () => {
    expect(log([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 400, 11, 12])).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
    ]);
    expect(log([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -400, 11, 12])).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
    ]);
  });

  test('is none after a pause, where logs were joined, in a log without order, at either end', () => {
    expect(log([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 31, 32]).includes(1)).toBe(false);
    expect(log([21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 1, 2, 3]).includes(1)).toBe(false);
    expect(log([9, 1, 30, 2, 9, 50, 9, 1, 70, 1, 9, 3, 60, 3]).includes(1)).toBe(false);
    expect(log([400, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 400]).includes(1)).toBe(false);
  });
});

test('much work in no time is doubted, a short run is not', () => {
  const { records } = cleaned(`job;start;status;duration_s;rows_written
A;2025-01-31 08:00;ok;0;20000
A;2025-01-31 09:00;ok;0;20
A;2025-01-31 10:00;KO;0;20000
`);
  expect(records.map(({ anomalies }) => anomalies)).toEqual([['zero-duration'], [], []]);
});
