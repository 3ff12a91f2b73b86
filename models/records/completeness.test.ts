import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValues } from './completeness.ts';
import { RUN_STATUSES, type RunRecord } from './run.ts';

const RUN: RunRecord = {
  namespace: 'default',
  job: 'orders',
  owner: null,
  runKey: '1',
  status: 'succeeded',
  startedAt: 0,
  endedAt: 60_000,
  durationMs: 60_000,
  knownAt: 60_000,
  host: 'srv1',
  rowsRead: null,
  rowsWritten: 0,
  expectedRows: null,
  error: null,
  query: null,
  extra: {},
  anomalies: [],
};
const count = (...runs: Partial<RunRecord>[]) => {
  const counts = { expected: 0, told: 0 };
  for (const run of runs) addValues({ ...RUN, ...run }, counts);
  return counts;
};

describe('addValues', () => {
  it.each([
    ['nothing', [], { expected: 0, told: 0 }],
    ['a run that tells all; no rows written is told', [{}], { expected: 5, told: 5 }],
    [
      'one without an id of its own',
      [{ runKey: 'start:1970-01-01T00:00:00.000Z' }],
      { expected: 5, told: 4 },
    ],
    ['one without host and rows', [{ host: null, rowsWritten: null }], { expected: 5, told: 3 }],
    ['one without end', [{ endedAt: null, durationMs: null }], { expected: 5, told: 3 }],
    [
      'one that runs: no end is expected',
      [{ status: 'running', endedAt: null, durationMs: null }],
      { expected: 3, told: 3 },
    ],
    ['a failure without error', [{ status: 'failed' }], { expected: 6, told: 5 }],
    ['a failure with its error', [{ status: 'failed', error: 'disk full' }], { expected: 6, told: 6 }],
    ['an error of one that succeeded is not asked for', [{ error: 'retried' }], { expected: 5, told: 5 }],
    ['several: a sum', [{}, { status: 'failed' }], { expected: 11, told: 10 }],
  ] as const)('%s', (_, runs, counts) => {
    expect(count(...runs)).toEqual(counts);
  });

  it('never tells more than is expected', () => {
    fc.assert(
      fc.property(
        fc.record({
          status: fc.constantFrom(...RUN_STATUSES),
          runKey: fc.constantFrom('1', 'start:x', ''),
          host: fc.option(fc.string()),
          rowsWritten: fc.option(fc.nat()),
          endedAt: fc.option(fc.nat()),
          durationMs: fc.option(fc.nat()),
          error: fc.option(fc.string()),
        }),
        (run) => {
          const { expected, told } = count(run);
          expect(told).toBeLessThanOrEqual(expected);
          expect(told).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
