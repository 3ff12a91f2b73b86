import { expect, test } from 'vitest';
import type { Run } from '../../api/contract/runs.ts';
import { errorFamilies } from './failures.ts';

const failed = (error: string | null, startedAt: string): Run => ({
  ...{
    jobId: 1,
    namespace: 'n',
    job: 'j',
    owner: null,
    runKey: startedAt,
    status: 'failed',
    startedAt,
    error,
  },
  ...{ endedAt: null, durationMs: null, host: null, rowsRead: null, rowsWritten: null, expectedRows: null },
  anomalies: [],
});

test('errors that differ in numbers and names only are one, as the newest told it', () => {
  const families = errorFamilies([
    failed('CSV parse error at line 18422 of "b.csv"', '4'),
    failed(null, '3'),
    failed('CSV parse error at line 7 of "a.csv"', '2'),
    failed('out of memory', '1'),
  ]);
  expect(families.map(({ error, runs }) => [error, runs.map(({ startedAt }) => startedAt)])).toEqual([
    ['CSV parse error at line 18422 of "b.csv"', ['4', '2']],
    [null, ['3']],
    ['out of memory', ['1']],
  ]);
  expect(errorFamilies([])).toEqual([]);
});
