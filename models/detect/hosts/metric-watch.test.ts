import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceHost } from './advance-host.ts';
import { kindOfMetric } from './metric-class.ts';
import { copyOf, type MetricWatch, startWatch, watchSample } from './metric-watch.ts';

const STEP_MS = 300_000;
const watched = (values: readonly number[], metric = 'cpu_percent'): MetricWatch => {
  const watch = startWatch();
  for (const [place, value] of values.entries()) watchSample(watch, metric, place * STEP_MS, value);
  return watch;
};
const saw = (count: number) => Array.from({ length: count }, (_, place) => place % 24);

describe('the class of a metric', () => {
  it.each([
    ['cpu_percent', 'cpu', true],
    ['ec2_cpu_utilization', 'cpu', true],
    ['cpu_idle_percent', 'cpu', false],
    ['memory_percent', 'memory', true],
    ['disk_used_percent', 'disk', true],
    ['disk_write_bytes', 'other', false],
    ['disk_util_percent', 'io', true],
    ['io_wait_percent', 'io', true],
    ['load_1m', 'load', false],
    ['network_received_bytes_per_second', 'network', false],
    ['queue', 'other', false],
  ])('%s is %s', (metric, of, isPercent) => {
    expect(kindOfMetric(metric)).toEqual({ of, isPercent });
  });
});

describe('the watch of a metric', () => {
  it('knows nothing of nothing, and is plain JSON', () => {
    const watch = watched(saw(500));
    expect(JSON.parse(JSON.stringify(watch))).toEqual(watch);
    expect(JSON.stringify(watch).length).toBeLessThan(8_000);
    expect(startWatch().seen).toBe(0);
  });

  it('takes no sample twice, none out of order and none that is no number', () => {
    const watch = watched(saw(100));
    const before = copyOf(watch);
    watchSample(watch, 'cpu_percent', 99 * STEP_MS, 99);
    watchSample(watch, 'cpu_percent', 5, 99);
    watchSample(watch, 'cpu_percent', 200 * STEP_MS, Number.NaN);
    expect(watch).toEqual(before);
  });

  it('is new about what was never seen, once a day, and more only when it becomes worse', () => {
    const watch = watched(saw(400));
    expect(watch.novelty).toBe(0);
    const tell = (value: number, place: number) => {
      watchSample(watch, 'cpu_percent', place * STEP_MS, value);
      return watch.novelty;
    };
    const first = tell(30, 400);
    expect(first).toBeCloseTo(7 / (7 + 1.2), 2);
    expect(tell(30, 401)).toBe(0);
    expect(tell(29, 402)).toBe(0);
    expect(tell(300, 403)).toBeGreaterThan(first);
  });

  it('does not know the sample under test', () => {
    const watch = watched(saw(400));
    const other = copyOf(watch);
    watchSample(watch, 'cpu_percent', 400 * STEP_MS, 50);
    watchSample(other, 'cpu_percent', 400 * STEP_MS, 60);
    const level = (one: MetricWatch) => one.recent.at(-1)!.value - one.recent.at(-1)!.distance!;
    expect(level(watch)).toBeCloseTo(level(other), 9);
  });

  it('goes on where it was stored, whatever the portions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 120 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        (values, portions) => {
          const ts = values.map((_, place) => place * STEP_MS);
          const facts = { host: 'srv', runs: [], metrics: [] };
          const metric = { metric: 'memory_percent', watch: null, ts, knownAtMs: ts, value: values };
          const asOfMs = ts.at(-1)!;
          const whole = advanceHost({ ...facts, metrics: [metric] }, asOfMs).metrics[0]!.watch;
          let watch: MetricWatch | null = null;
          for (let at = 0, turn = 0; at < values.length; turn++) {
            const to = at + portions[turn % portions.length]!;
            const part = {
              ...metric,
              watch,
              ts: ts.slice(at, to),
              knownAtMs: ts.slice(at, to),
              value: values.slice(at, to),
            };
            watch = JSON.parse(
              JSON.stringify(advanceHost({ ...facts, metrics: [part] }, asOfMs).metrics[0]!.watch),
            );
            at = to;
          }
          expect(watch).toEqual(JSON.parse(JSON.stringify(whole)));
        },
      ),
    );
  });
});
