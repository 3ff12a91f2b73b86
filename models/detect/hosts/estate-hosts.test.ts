import { beforeAll, describe, expect, it } from 'vitest';
import { advanceDay, createEstate } from '../../estate/estate.ts';
import type { Phase } from '../../estate/server.ts';
import { seededRandom } from '../../random.ts';
import type { MetricSample } from '../../records/run.ts';
import { advanceHost } from './advance-host.ts';
import { detectHost } from './detect-host.ts';
import type { HostFacts } from './host-facts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 90;
const LEARNED_DAYS = 28;

interface Opened {
  host: string;
  metric: string;
  fromMs: number;
  untilMs: number;
}

/** What is done to a server on purpose. */
interface Peak extends Opened {
  values: [number, number];
}

const PEAKS = [
  { metric: 'cpu_percent', values: [96, 99.9] },
  { metric: 'memory_percent', values: [96, 99.5] },
  { metric: 'disk_used_percent', values: [98.5, 99.8] },
  { metric: 'io_wait_percent', values: [55, 85] },
] as const;

const opened: Opened[] = [];
const peaks: Peak[] = [];
/** host/day → what its maker knows of it. */
const phases = new Map<string, Phase>();
const samples: MetricSample[] = [];
let startMs: number;

beforeAll(() => {
  const estate = createEstate({ seed: 11, jobs: 40, hosts: 4, days: DAYS });
  const random = seededRandom(12);
  startMs = estate.nextDayMs;
  let facts: HostFacts[] = estate.servers.map(({ name }) => ({ host: name, metrics: [], runs: [] }));
  const open = new Map<string, Opened>();
  for (let day = 0; day < DAYS; day++) {
    const passed = advanceDay(estate);
    const dayMs = startMs + day * DAY_MS;
    for (const [index, { name: host }] of estate.servers.entries()) {
      phases.set(`${host}/${day}`, estate.hidden.serverStates[index]!.phase);
      if (day < LEARNED_DAYS || random.uniform() > 0.06) continue;
      const { metric, values } = PEAKS[random.below(PEAKS.length)]!;
      const fromMs = dayMs + random.uniform() * 18 * HOUR_MS;
      const untilMs = fromMs + (2 + 3 * random.uniform()) * HOUR_MS;
      peaks.push({ host, metric, fromMs, untilMs, values: [...values] });
    }
    const told = passed.samples.map((sample) => {
      const peak = peaks.find(
        (one) =>
          one.host === sample.host &&
          one.metric === sample.metric &&
          sample.ts > one.fromMs &&
          sample.ts <= one.untilMs,
      );
      return peak
        ? { ...sample, value: peak.values[0] + random.uniform() * (peak.values[1] - peak.values[0]) }
        : sample;
    });
    samples.push(...told);
    for (const [ts, now] of Map.groupBy(told, (sample) => sample.ts)) {
      const byHost = Map.groupBy(now, ({ host }) => host);
      facts = facts.map((one) => {
        const metrics = byHost.get(one.host)!.map(({ metric, value }) => ({
          metric,
          watch: one.metrics.find((known) => known.metric === metric)?.watch ?? null,
          ts: [ts],
          knownAtMs: [ts],
          value: [value],
        }));
        return advanceHost({ ...one, metrics }, ts);
      });
      const found = facts.flatMap((one) => detectHost(one, ts));
      const keys = new Set(found.map(({ key }) => key));
      for (const { key, subject, evidence } of found) {
        if (open.has(key) || subject.type !== 'host') continue;
        const one = {
          host: subject.host,
          metric: evidence.text!,
          fromMs: ts,
          untilMs: Number.POSITIVE_INFINITY,
        };
        open.set(key, one);
        opened.push(one);
      }
      for (const [key, one] of open) {
        if (keys.has(key)) continue;
        one.untilMs = ts;
        open.delete(key);
      }
    }
  }
});

describe('on the servers of a simulated estate', () => {
  it('every peak of hours is found within an hour, and is over three hours after it at most', () => {
    expect(peaks.length).toBeGreaterThan(8);
    for (const peak of peaks) {
      const found = opened.filter(
        ({ host, metric, fromMs, untilMs }) =>
          host === peak.host &&
          metric === peak.metric &&
          fromMs <= peak.fromMs + HOUR_MS &&
          untilMs >= peak.fromMs,
      );
      expect(found, JSON.stringify(peak)).not.toEqual([]);
      // A disk fills on, and a server that is ill stays so.
      const day = Math.floor((peak.fromMs - startMs) / DAY_MS);
      const isIll = [day, day + 1].some((one) => phases.get(`${peak.host}/${one}`) !== 'healthy');
      if (peak.metric === 'disk_used_percent' || isIll) continue;
      expect(found.at(-1)!.untilMs).toBeLessThan(peak.untilMs + 3 * HOUR_MS);
    }
  });

  it('almost nothing is found in servers that are well', () => {
    const isNear = (host: string, metric: string, least: number, atMs: number) =>
      samples.some(
        (sample) =>
          sample.host === host &&
          sample.metric === metric &&
          sample.value >= least &&
          Math.abs(sample.ts - atMs) <= 3 * HOUR_MS,
      );
    const wrong = opened.filter(({ host, metric, fromMs }) => {
      const day = Math.floor((fromMs - 1 - startMs) / DAY_MS);
      if (day < LEARNED_DAYS) return false;
      const isIll = [day, day - 1].some((one) => phases.get(`${host}/${one}`) !== 'healthy');
      const isAtLimit = isNear(host, metric, metric === 'io_wait_percent' ? 50 : 94, fromMs);
      return !isIll && !isAtLimit;
    });
    const weeks = (4 * (DAYS - LEARNED_DAYS)) / 7;
    expect(wrong.length / weeks).toBeLessThan(0.06);
  });

  it('most servers that go bad are found before the day is over', () => {
    let ill = 0;
    let found = 0;
    for (const { host } of opened.filter(
      (one, place) => opened.findIndex(({ host }) => host === one.host) === place,
    )) {
      for (let day = LEARNED_DAYS; day < DAYS; day++) {
        if (phases.get(`${host}/${day}`) !== 'trouble') continue;
        ill++;
        const [fromMs, untilMs] = [startMs + day * DAY_MS, startMs + (day + 1) * DAY_MS];
        if (opened.some((one) => one.host === host && one.fromMs <= untilMs && one.untilMs >= fromMs))
          found++;
      }
    }
    expect(ill).toBeGreaterThan(5);
    expect(found / ill).toBeGreaterThan(0.9);
  });
});
