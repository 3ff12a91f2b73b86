import { expect, test } from 'vitest';
import { recordDigest } from './record-digest.ts';
import type { RunRecord } from './run.ts';

const record: RunRecord = {
  namespace: 'default',
  job: 'load_orders',
  owner: 'data',
  runKey: '17',
  status: 'failed',
  startedAt: 1_735_689_600_000,
  endedAt: null,
  durationMs: 1500,
  knownAt: 1_735_689_601_500,
  host: null,
  rowsRead: 10,
  rowsWritten: 0,
  expectedRows: null,
  error: 'disk full',
  query: null,
  extra: { branch: 'main', build: '7' },
  anomalies: ['unreadable-end', 'control-characters'],
};

// Reference: mmh3 5.3.1 hash_bytes(text.encode('utf-16-le'), 0, x64arch=False) of the record's canonical text.
test('stays what it is: stored digests are compared with new ones', () => {
  expect(recordDigest(record)).toBe('b4fe8ee54cec8e65a2290c3a39cb3553');
});

test('the order of extra columns and anomalies does not count', () => {
  const other = {
    ...record,
    extra: { build: '7', branch: 'main' },
    anomalies: ['control-characters', 'unreadable-end'],
  };
  expect(recordDigest(other)).toBe(recordDigest(record));
});

test('a change of any field counts, and so does null against an empty text or zero', () => {
  const changes: Partial<RunRecord>[] = [
    { namespace: 'other' },
    { job: 'load_order' },
    { owner: null },
    { owner: '' },
    { runKey: '18' },
    { status: 'succeeded' },
    { startedAt: record.startedAt + 1 },
    { endedAt: 0 },
    { endedAt: record.startedAt },
    { durationMs: null },
    { knownAt: record.knownAt + 1 },
    { host: '' },
    { host: 'srv-1' },
    { rowsRead: null },
    { rowsWritten: null },
    { expectedRows: 0 },
    { error: null },
    { query: 'select 1' },
    { extra: {} },
    { extra: { branch: 'main', build: '8' } },
    { extra: { branch: 'main7', build: '' } },
    { anomalies: [] },
    { anomalies: ['unreadable-end'] },
  ];
  const digests = [record, ...changes.map((change) => ({ ...record, ...change }))].map(recordDigest);
  expect(new Set(digests).size).toBe(changes.length + 1);
});
