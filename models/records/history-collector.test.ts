import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistoryCollector } from './history-collector.ts';
import type { RunRecord } from './run.ts';

const run = (more: Partial<RunRecord> = {}): RunRecord => ({
  namespace: 'default',
  job: 'orders',
  owner: 'anna',
  runKey: 'r1',
  status: 'succeeded',
  startedAt: 1_000,
  endedAt: 3_000,
  durationMs: 2_000,
  knownAt: 3_000,
  host: 'srv-1',
  rowsRead: null,
  rowsWritten: 10,
  expectedRows: null,
  error: null,
  query: null,
  extra: {},
  anomalies: [],
  ...more,
});

function collected(runs: readonly RunRecord[]) {
  const collector = new HistoryCollector();
  for (const one of runs) collector.add(one);
  const { duplicates, superseded } = collector;
  return { histories: collector.histories(), duplicates, superseded };
}

describe('a collector of histories', () => {
  it('orders jobs by name and runs by start, then key; what was not told is NaN', () => {
    const { histories } = collected([
      run({ job: 'zebra' }),
      run({ runKey: 'b', startedAt: 5_000, durationMs: null, rowsWritten: null }),
      run({ runKey: 'c', startedAt: 2_000, status: 'failed', error: 'x'.repeat(300) }),
      run({ runKey: 'a', startedAt: 5_000 }),
    ]);
    expect(histories.map(({ jobId, job }) => [jobId, job])).toEqual([
      [1, 'orders'],
      [2, 'zebra'],
    ]);
    const orders = histories[0]!;
    expect([...orders.startedAt]).toEqual([2_000, 5_000, 5_000]);
    expect([...orders.durationMs]).toEqual([2_000, 2_000, Number.NaN]);
    expect([...orders.rowsWritten]).toEqual([10, 10, Number.NaN]);
    expect([...orders.status]).toEqual([2, 1, 1]);
    expect(orders.error).toEqual(['x'.repeat(200), '', '']);
  });

  it('keeps the state of a run that is known last, and counts the same state told again', () => {
    const running = run({ status: 'running', knownAt: 1_000, endedAt: null, durationMs: null });
    const failed = run({ status: 'failed', knownAt: 9_000, error: 'late truth' });
    const found = collected([run(), failed, running, run({ ...failed }), failed]);
    expect(found).toMatchObject({ duplicates: 2, superseded: 2 });
    expect([...found.histories[0]!.status]).toEqual([2]);
    expect([...found.histories[0]!.knownAt]).toEqual([9_000]);
    expect(found.histories[0]!.error).toEqual(['late truth']);
  });

  it('of states known at once keeps one that has ended', () => {
    const both = [run({ status: 'running', endedAt: null }), run()];
    expect([...collected(both).histories[0]!.status]).toEqual([1]);
    expect([...collected(both.toReversed()).histories[0]!.status]).toEqual([1]);
  });

  it('takes owner and host of the latest run that tells them', () => {
    const { histories } = collected([
      run({ runKey: 'b', startedAt: 5_000, owner: 'bert', host: null }),
      run(),
      run({ runKey: 'c', startedAt: 9_000, owner: null, host: null }),
    ]);
    expect(histories[0]).toMatchObject({ owner: 'bert', host: 'srv-1' });
  });

  it('does not depend on the order of the rows', () => {
    const one = fc.record({
      job: fc.constantFrom('a', 'b'),
      runKey: fc.constantFrom('1', '2', '3'),
      status: fc.constantFrom<RunRecord['status']>('running', 'succeeded', 'failed'),
      startedAt: fc.constantFrom(1_000, 2_000),
      knownAt: fc.constantFrom(3_000, 4_000),
      owner: fc.constantFrom('x', 'y', null),
      error: fc.constantFrom('e', null),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (parts, keys) => {
        const runs = parts.map((part) => run(part));
        const shuffled = runs
          .map((record) => ({ record, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ record }) => record);
        expect(collected(shuffled).histories).toEqual(collected(runs).histories);
      }),
    );
  });

  it('has no history of nothing, and holds as many runs as come', () => {
    expect(collected([]).histories).toEqual([]);
    const many = Array.from({ length: 1_000 }, (_, i) => run({ runKey: `${i}`, startedAt: 1_000 - i }));
    expect(collected(many).histories[0]!.startedAt).toEqual(
      Float64Array.from({ length: 1_000 }, (_, i) => i + 1),
    );
  });
});
