import { expect, it } from 'vitest';
import { SeriesCollector } from './series-collector.ts';

it('orders series by host and metric, samples by instant; of two at one instant the larger counts', () => {
  const collector = new SeriesCollector();
  for (const [host, metric, ts, value] of [
    ['srv-2', 'cpu', 5, 1],
    ['srv-1', 'mem', 9, 2],
    ['srv-1', 'cpu', 9, 3],
    ['srv-1', 'cpu', 7, 4],
    ['srv-1', 'cpu', 9, 8],
    ['srv-1', 'cpu', 9, 5],
  ] as const) {
    collector.add({ host, metric, ts, value });
  }
  expect(collector.series()).toEqual([
    {
      host: 'srv-1',
      metric: 'cpu',
      ts: Float64Array.of(7, 9),
      knownAt: Float64Array.of(7, 9),
      value: Float64Array.of(4, 8),
    },
    {
      host: 'srv-1',
      metric: 'mem',
      ts: Float64Array.of(9),
      knownAt: Float64Array.of(9),
      value: Float64Array.of(2),
    },
    {
      host: 'srv-2',
      metric: 'cpu',
      ts: Float64Array.of(5),
      knownAt: Float64Array.of(5),
      value: Float64Array.of(1),
    },
  ]);
  expect(new SeriesCollector().series()).toEqual([]);
});
