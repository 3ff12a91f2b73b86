import { expect, test } from 'vitest';
import { clockJump } from '../clean/rules/clock-jump.ts';
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

const digestOf = (run: RunRecord) => ({ ...recordDigest(run, { high: 0, low: 0 }) });

// Reference: mmh3 5.3.1 hash_bytes(words, 0, x64arch=False), the words packed with Python's struct as documented.
test('stays what it is: stored digests are compared with new ones', () => {
  expect(digestOf(record)).toEqual({ high: 561_414_228, low: -709_033_315 });
});

test('a record of any size has one', () => {
  const long = { ...record, error: 'disk full, '.repeat(1000) };
  expect(digestOf(long)).toEqual(digestOf({ ...long }));
  expect(digestOf(long)).not.toEqual(digestOf({ ...long, error: `${long.error} ` }));
  expect(digestOf(record)).toEqual({ high: 561_414_228, low: -709_033_315 });
});

test('the order of extra columns and anomalies does not count', () => {
  const other = {
    ...record,
    extra: { build: '7', branch: 'main' },
    anomalies: ['control-characters', 'unreadable-end'],
  };
  expect(digestOf(other)).toEqual(digestOf(record));
});

test('a doubt that the neighbouring rows cast does not count: the same run elsewhere is the same run', () => {
  const doubted = { ...record, anomalies: [...record.anomalies, clockJump.code] };
  expect(digestOf(doubted)).toEqual(digestOf(record));
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
  const digests = [record, ...changes.map((change) => ({ ...record, ...change }))].map((run) => {
    const { high, low } = digestOf(run);
    return `${high} ${low}`;
  });
  expect(new Set(digests).size).toBe(changes.length + 1);
});
