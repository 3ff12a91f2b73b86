import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostSeries } from '../records/job-history.ts';
import type { OutsideFacts } from '../records/outside-facts.ts';
import { buildMatrices, type Matrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { MADE_UP_START, type MadeUpFile, madeUpJob, madeUpSource } from './made-up-jobs.ts';
import { outsideFactDefinitions } from './outside-facts.ts';
import { hostMetricDefinitions } from './read-host-metrics.ts';

const CUTOFFS = [35, 42, 49].map((day) => MADE_UP_START + day * DAY_MS);
const LAST = CUTOFFS.at(-1)!;

/** One record of each kind happens at `ts` and is known at `knownAt`. */
interface Dated {
  ts: number;
  knownAt: number;
}
interface Sample extends Dated {
  metric: string;
  value: number;
}
interface Told extends Dated {
  jobId: number;
}
interface Outside {
  samples: Sample[];
  /** Of two sources. */
  files: (MadeUpFile & Dated & { source: number })[];
  contractChanges: (Dated & { source: number })[];
  feeds: (Told & { source: number })[];
  versions: Told[];
}

const jobs = [1, 2].map((jobId) =>
  madeUpJob(
    jobId,
    Array.from({ length: 60 }, (_, day) => ({
      startedAt: MADE_UP_START + day * DAY_MS + jobId,
      status: 'succeeded' as const,
    })),
    { host: 'h' },
  ),
);

const dated = fc
  .tuple(fc.integer({ min: 20 * 1440, max: 55 * 1440 }), fc.oneof(fc.constant(0), fc.nat(15 * 1440)))
  .map(([minute, lag]): Dated => {
    const ts = MADE_UP_START + minute * 60_000;
    return { ts, knownAt: ts + lag * 60_000 };
  });
const withDate = <T>(rest: fc.Arbitrary<T>): fc.Arbitrary<T & Dated> =>
  fc.tuple(rest, dated).map(([a, b]) => ({ ...a, ...b }));
const list = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength });
const source = fc.nat(1);
const jobId = fc.integer({ min: 1, max: 2 });
const anyOutside: fc.Arbitrary<Outside> = fc.record({
  samples: list(
    withDate(
      fc.record({
        metric: fc.constantFrom('cpu_percent', 'disk_used_percent', 'disk_percent', 'memory_percent'),
        value: fc.integer({ min: 0, max: 100 }),
      }),
    ),
    60,
  ),
  files: list(
    withDate(
      fc.record({
        source,
        rowsIn: fc.integer({ min: 10, max: 20 }),
        rowsRefused: fc.nat(10),
        valuesExpected: fc.integer({ min: 5, max: 9 }),
        valuesTold: fc.nat(5),
        delayMs: fc.nat(1000),
      }),
    ),
    20,
  ),
  contractChanges: list(withDate(fc.record({ source })), 4).map((changes) =>
    // It is known when it is agreed.
    changes.map((change) => ({ ...change, knownAt: change.ts })),
  ),
  feeds: list(withDate(fc.record({ source, jobId })), 6),
  versions: list(withDate(fc.record({ jobId })), 8),
});

function build(outside: Outside, cutoffs = [LAST]): Matrices {
  const hostSeries = [...Map.groupBy(outside.samples, ({ metric }) => metric)].map(
    ([metric, samples]): HostSeries => {
      const sorted = samples.toSorted((a, b) => a.ts - b.ts || a.value - b.value || a.knownAt - b.knownAt);
      return {
        host: 'h',
        metric,
        ts: Float64Array.from(sorted, ({ ts }) => ts),
        knownAt: Float64Array.from(sorted, ({ knownAt }) => knownAt),
        value: Float64Array.from(sorted, ({ value }) => value),
      };
    },
  );
  const facts: OutsideFacts = {
    sources: [0, 1].map((which) =>
      madeUpSource(
        `source-${which}`,
        outside.files.filter((file) => file.source === which),
        {
          contractChanged: outside.contractChanges.filter((one) => one.source === which).map(({ ts }) => ts),
          feeds: outside.feeds
            .filter((feed) => feed.source === which)
            .map(({ jobId, ts, knownAt }) => ({ jobId, startedAt: ts, knownAt })),
        },
      ),
    ),
    versions: [1, 2].map((jobId) => {
      const told = outside.versions.filter((one) => one.jobId === jobId).sort((a, b) => a.ts - b.ts);
      return {
        jobId,
        startedAt: Float64Array.from(told, ({ ts }) => ts),
        knownAt: Float64Array.from(told, ({ knownAt }) => knownAt),
      };
    }),
  };
  return buildMatrices(jobs, hostSeries, cutoffs, { facts });
}

const visible = ({ ts, knownAt }: Dated) => ts < LAST && knownAt <= LAST;
const KINDS = ['samples', 'files', 'contractChanges', 'feeds', 'versions'] as const;
const mapKinds = (outside: Outside, change: (records: Dated[], kind: keyof Outside) => Dated[]) =>
  Object.fromEntries(KINDS.map((kind) => [kind, change(outside[kind], kind)])) as never as Outside;

describe('leak audit of what is known from outside the runs', () => {
  it('moves no feature when records that happen or arrive after the cutoff are dropped', () => {
    fc.assert(
      fc.property(anyOutside, (outside) => {
        const known = mapKinds(outside, (records) => records.filter(visible));
        expect(build(known)).toEqual(build(outside));
      }),
      { numRuns: 200 },
    );
  });

  it('moves no feature when such records are added or changed', () => {
    fc.assert(
      fc.property(anyOutside, anyOutside, (outside, more) => {
        const changed = mapKinds(outside, (records, kind) => [
          ...records.map((record) =>
            visible(record) ? record : { ...record, value: 100, rowsRefused: 9, valuesTold: 0, delayMs: 1 },
          ),
          ...(more[kind] as Dated[]).filter((record) => !visible(record)),
        ]);
        expect(build(changed)).toEqual(build(outside));
      }),
      { numRuns: 200 },
    );
  });

  it('gives at each of several cutoffs what it gives at that cutoff alone', () => {
    fc.assert(
      fc.property(anyOutside, (outside) => {
        const together = build(outside, CUTOFFS).week;
        CUTOFFS.forEach((cutoff, c) => {
          const alone = build(outside, [cutoff]).week;
          for (const { name } of [...hostMetricDefinitions, ...outsideFactDefinitions]) {
            const rows = [c, CUTOFFS.length + c];
            expect(rows.map((r) => columnNamed(together, name)[r])).toEqual([...columnNamed(alone, name)]);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('sees a leak when there is one: each kind of record known in time moves features', () => {
    const nothing: Outside = { samples: [], files: [], contractChanges: [], feeds: [], versions: [] };
    const early = { ts: LAST - 3 * DAY_MS, knownAt: LAST - 2 * DAY_MS };
    const feed = { ...early, source: 0, jobId: 1 };
    const records: Outside = {
      samples: [{ ...early, metric: 'cpu_percent', value: 7 }],
      files: [{ ...early, source: 0, rowsIn: 10, rowsRefused: 1 }],
      contractChanges: [{ ...early, source: 0 }],
      feeds: [{ ...early, source: 1, jobId: 1, ts: LAST - DAY_MS }],
      versions: [{ ...early, jobId: 1 }],
    };
    const base: Outside = { ...nothing, feeds: [feed], versions: [{ ...early, ts: early.ts - 1, jobId: 1 }] };
    const withFile = { ...base, files: records.files };
    for (const kind of KINDS) {
      const before = kind === 'feeds' ? withFile : base;
      const after = { ...before, [kind]: [...before[kind], ...records[kind]] };
      expect(build(after), kind).not.toEqual(build(before));
      const late = records[kind].map((record) => ({ ...record, knownAt: LAST + 1, ts: LAST + 1 }));
      expect(build({ ...before, [kind]: [...before[kind], ...late] }), kind).toEqual(build(before));
    }
  });
});
