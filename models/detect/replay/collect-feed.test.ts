import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../records/run.ts';
import { FeedCollector } from './collect-feed.ts';
import { runFactAt } from './feed.ts';

const run = (given: Partial<RunRecord>): RunRecord => ({
  ...{ namespace: 'default', job: 'a', owner: null, runKey: 'r', status: 'succeeded', startedAt: 1000 },
  ...{ endedAt: 5000, durationMs: 4000, knownAt: 6000, host: null, rowsRead: null, rowsWritten: 7 },
  ...{ expectedRows: null, error: null, query: null, extra: {}, anomalies: [], ...given },
});
const started = run({ status: 'running', endedAt: null, durationMs: null, rowsWritten: null, knownAt: 1500 });
const feedOf = (...runs: RunRecord[]) => {
  const collector = new FeedCollector();
  for (const one of runs) collector.add(one);
  return collector.jobs();
};

describe('a feed', () => {
  it('is empty without runs', () => {
    expect(feedOf()).toEqual([]);
  });

  it('keeps when a start and when an end was known', () => {
    const [job] = feedOf(started, run({}));
    expect([...job!.startKnownAt, ...job!.knownAt]).toEqual([1500, 6000]);
    expect(runFactAt(job!, 0, false)).toMatchObject({
      status: 'running',
      endedAtMs: null,
      rowsWritten: null,
    });
    expect(runFactAt(job!, 0, true)).toMatchObject({ status: 'succeeded', endedAtMs: 5000, rowsWritten: 7 });
  });

  it('has no end of a run that never told one', () => {
    const [job] = feedOf(started);
    expect([job!.knownAt[0], job!.status[0]]).toEqual([Number.NaN, 0]);
  });

  it('keeps of two ends the one that was known first', () => {
    const corrected = run({ status: 'failed', error: 'no', knownAt: 9000 });
    const [job] = feedOf(corrected, run({}));
    expect(runFactAt(job!, 0, true)).toMatchObject({ status: 'succeeded', error: null, knownAtMs: 6000 });
  });

  it('is the same in whatever order it is told, each run by its start', () => {
    const runs = fc.uniqueArray(
      fc.record({ key: fc.nat(30), startedAt: fc.nat(5000), isToldFirst: fc.boolean() }),
      { selector: ({ key }) => key, maxLength: 20 },
    );
    fc.assert(
      fc.property(runs, fc.func(fc.nat(100)), (given, place) => {
        const told = given.flatMap(({ key, startedAt, isToldFirst }) => {
          const end = run({ runKey: `${key}`, startedAt });
          return isToldFirst ? [{ ...started, runKey: `${key}`, startedAt }, end] : [end];
        });
        const shuffled = told.toSorted((a, b) => place(a.runKey + a.status) - place(b.runKey + b.status));
        expect(feedOf(...shuffled)).toEqual(feedOf(...told));
        const starts = [...(feedOf(...told)[0]?.startedAt ?? [])];
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      }),
    );
  });
});
