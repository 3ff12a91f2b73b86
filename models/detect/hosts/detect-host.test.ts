import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import { advanceHost } from './advance-host.ts';
import { detectHost } from './detect-host.ts';
import type { HostFacts, HostFinding, HostRun } from './host-facts.ts';
import { aboutHost } from './runs-on-host.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const START_MS = Date.parse('2026-03-02T00:00:00Z');

type Shape = (ts: number) => number | null;

/** Facts of a host whose metrics were told every so many minutes from START_MS on; null: not told. */
function factsOf(
  shapes: Record<string, Shape>,
  days: number,
  stepMinutes = 20,
  runs: HostRun[] = [],
): HostFacts {
  const metrics = Object.entries(shapes).map(([metric, shape]) => {
    const told: [number, number][] = [];
    for (let ts = START_MS; ts <= START_MS + days * DAY_MS; ts += stepMinutes * MINUTE_MS) {
      const value = shape(ts);
      if (value !== null) told.push([ts, value]);
    }
    const ts = told.map(([at]) => at);
    return { metric, watch: null, ts, knownAtMs: ts, value: told.map(([, value]) => value) };
  });
  return { host: 'srv-1', metrics, runs };
}

/** What is found at each hour of the last days. */
function foundHourly(
  facts: HostFacts,
  fromDay: number,
  toDay: number,
): { at: number; found: HostFinding[] }[] {
  const hours: { at: number; found: HostFinding[] }[] = [];
  for (let at = START_MS + fromDay * DAY_MS; at <= START_MS + toDay * DAY_MS; at += HOUR_MS) {
    hours.push({ at, found: detectHost(facts, at) });
  }
  return hours;
}

const noisy = (level: number, spread: number, seed = 1): Shape => {
  const random = seededRandom(seed);
  return () => Math.min(100, Math.max(0, level + spread * random.normal()));
};
/** Work at night: 60 % from two to four, 10 % otherwise. */
const nightly: Shape = (ts) =>
  (ts % DAY_MS >= 2 * HOUR_MS && ts % DAY_MS < 4 * HOUR_MS ? 60 : 10) + ((ts / MINUTE_MS) % 7);
const peaked = (shape: Shape, fromMs: number, untilMs: number, value: number): Shape => {
  return (ts) => (ts >= fromMs && ts < untilMs ? value : shape(ts));
};
const at = (day: number, hour: number, minute = 0) =>
  START_MS + day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;

describe('detectHost', () => {
  it('finds nothing in nothing, and nothing in usual days', () => {
    expect(detectHost({ host: 'srv-1', metrics: [], runs: [] }, START_MS)).toEqual([]);
    const facts = factsOf(
      { cpu_percent: nightly, memory_percent: noisy(40, 3), io_wait_percent: noisy(3, 1) },
      21,
    );
    expect(foundHourly(facts, 7, 21).flatMap(({ found }) => found)).toEqual([]);
  });

  it.each(['cpu_percent', 'memory_percent', 'disk_used_percent'])(
    'finds %s at its limit, and its end',
    (metric) => {
      const facts = factsOf({ [metric]: peaked(noisy(30, 2), at(10, 12), at(10, 15), 98) }, 11);
      const hours = foundHourly(facts, 9, 11).filter(({ found }) => found.length > 0);
      expect(hours.map((hour) => hour.at)).toEqual([at(10, 13), at(10, 14), at(10, 15)]);
      expect(hours[0]!.found).toEqual([
        {
          key: `host/host srv-1/${metric}`,
          kind: 'host',
          variant: metric.split('_')[0],
          subject: { type: 'host', host: 'srv-1' },
          sinceMs: at(10, 12),
          runKey: null,
          dueMs: null,
          evidence: {
            observed: 98,
            expected: expect.closeTo(30, 0),
            limit: metric.startsWith('disk') ? 97 : 95,
            unit: 'percent',
            text: metric,
          },
          family: null,
          course: 'new',
          runsOn: [],
        },
      ]);
    },
  );

  it('takes a peak of one sample for no incident, however high, and one of a few minutes neither', () => {
    const slow = factsOf({ cpu_percent: peaked(noisy(30, 2), at(3, 12), at(3, 12, 20), 100) }, 4);
    const fast = factsOf({ cpu_percent: peaked(noisy(30, 2), at(3, 12), at(3, 12, 9), 100) }, 4, 1);
    for (const facts of [slow, fast]) {
      for (let minute = 0; minute < 60; minute++) expect(detectHost(facts, at(3, 12, minute))).toEqual([]);
    }
  });

  it('does not end a peak for one sample below', () => {
    const shape = peaked(peaked(noisy(30, 2), at(3, 12), at(3, 18), 99), at(3, 14), at(3, 14, 20), 50);
    const facts = factsOf({ cpu_percent: shape }, 4);
    for (const hour of [13, 14, 15, 16])
      expect(detectHost(facts, at(3, hour, 10))[0]?.sinceMs).toBe(at(3, 12));
  });

  it('takes memory that is always full for what it is, a full disk never', () => {
    const facts = factsOf({ memory_percent: noisy(97, 0.5), disk_used_percent: noisy(98, 0.1) }, 20);
    expect(detectHost(facts, at(20, 0)).map(({ variant }) => variant)).toEqual(['disk']);
  });

  it('finds waiting for disks that is far out of the usual of its hour', () => {
    const usual: Shape = (ts) => nightly(ts)! / 10;
    const facts = factsOf({ io_wait_percent: peaked(usual, at(15, 12), at(16, 0), 9) }, 18);
    const [found] = detectHost(facts, at(15, 16));
    expect(found).toMatchObject({
      variant: 'io',
      evidence: { observed: 9, expected: expect.closeTo(1.3, 0) },
    });
    // As much is usual at three in the morning of the same days.
    expect(detectHost(factsOf({ io_wait_percent: usual }, 18), at(15, 3, 40))).toEqual([]);
    expect(detectHost(facts, at(16, 6))).toEqual([]);
  });

  it('foresees a full disk, and not after space was made', () => {
    const fills: Shape = (ts) => 66 + ((ts - START_MS) / DAY_MS) * 2;
    const facts = factsOf({ disk_used_percent: peaked(fills, at(14, 12), at(20, 0), 60) }, 16);
    expect(detectHost(facts, at(10, 0))).toEqual([]);
    const [found] = detectHost(facts, at(14, 8));
    expect(found).toMatchObject({ key: 'host/host srv-1/disk-full/disk_used_percent', variant: 'disk-full' });
    expect(found!.evidence.observed).toBeCloseTo(17 - 14 - 8 / 24, 1);
    expect(found!.evidence.unit).toBe('days');
    expect(detectHost(facts, at(14, 14))).toEqual([]);
  });

  it('finds a line that stands still where it never did', () => {
    const facts = factsOf(
      { cpu_percent: peaked(noisy(30, 2), at(5, 0), at(8, 0), 31), swap_percent: () => 0 },
      8,
    );
    expect(detectHost(facts, at(5, 6))).toEqual([]);
    expect(detectHost(facts, at(5, 20))).toMatchObject([
      { variant: 'flat', sinceMs: at(5, 0), evidence: { text: 'cpu_percent' } },
    ]);
  });

  it('finds a host that tells nothing, until it is gone for a week', () => {
    const facts = factsOf({ cpu_percent: peaked(noisy(30, 2), at(5, 0), at(5, 0), 0), load_1m: () => 1 }, 5);
    expect(detectHost(facts, at(5, 0, 59))).toEqual([]);
    expect(detectHost(facts, at(5, 1, 5))).toMatchObject([
      {
        key: 'host/host srv-1/silent',
        variant: 'silent',
        sinceMs: at(5, 0),
        evidence: { unit: 'ms', observed: 65 * MINUTE_MS },
      },
    ]);
    expect(detectHost(facts, at(11, 0)).map(({ variant }) => variant)).toEqual(['silent']);
    expect(detectHost(facts, at(12, 1))).toEqual([]);
  });

  it('waits for what comes in once a day', () => {
    const daily = factsOf({ cpu_percent: noisy(30, 2) }, 10);
    const known = daily.metrics.map((one) => ({
      ...one,
      knownAtMs: one.ts.map((ts) => (Math.floor(ts / DAY_MS) + 1) * DAY_MS + HOUR_MS),
    }));
    const facts = { ...daily, metrics: known };
    for (let hour = 0; hour < 24; hour++) expect(detectHost(facts, at(8, hour))).toEqual([]);
    expect(detectHost(facts, at(13, 0)).map(({ variant }) => variant)).toEqual(['silent']);
  });

  it('names the runs that were on it, the latest first', () => {
    const run = (job: string, startedAtMs: number, endedAtMs: number | null): HostRun => {
      return { jobId: 1, namespace: 'n', job, runKey: `run of ${job}`, startedAtMs, endedAtMs };
    };
    const runs = [
      run('before', at(3, 9), at(3, 11)),
      run('long', at(3, 9), null),
      run('on', at(3, 12), at(3, 13)),
      run('during', at(3, 13), at(3, 14)),
      run('later', at(3, 20), null),
    ];
    const facts = factsOf({ cpu_percent: peaked(noisy(30, 2), at(3, 12), at(3, 15), 98) }, 4, 20, runs);
    const [found] = detectHost(facts, at(3, 14));
    expect(found!.runsOn.map(({ job }) => job)).toEqual(['during', 'on', 'long']);
    // Those that were there when it began: the text of a finding stays the same while it lasts.
    expect(found!.evidence.text).toBe('cpu_percent: long, on');
    const many = Array.from({ length: 7 }, (_, n) => run(`job ${n}`, at(3, 11), null));
    expect(aboutHost(null, many, at(3, 12))).toBe('job 0, job 1, job 2, job 3, job 4 +2');
    expect(aboutHost(null, [], at(3, 12))).toBeNull();
  });

  it('says the same of facts that were read already, and changes no facts', () => {
    const facts = factsOf({ cpu_percent: peaked(noisy(30, 2), at(3, 12), at(3, 15), 98) }, 4);
    const before = structuredClone(facts);
    const read = advanceHost(facts, at(3, 14));
    expect(detectHost(read, at(3, 14))).toEqual(detectHost(facts, at(3, 14)));
    expect(advanceHost(read, at(3, 14))).toEqual(read);
    expect(facts).toEqual(before);
  });
});
