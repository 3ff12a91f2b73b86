import { expect, it } from 'vitest';
import { withoutWaived } from './waiver.ts';

const finding = (key: string, sinceMs: number) => ({ key, sinceMs });

it('waives what had begun, to the millisecond, and nothing else', () => {
  const found = [
    finding('crash/job 1', 9),
    finding('crash/job 1', 10),
    finding('crash/job 1', 11),
    finding('late/job 1', 1),
  ];
  expect(withoutWaived(found, [{ findingKey: 'crash/job 1', asOfMs: 10 }])).toEqual([found[2], found[3]]);
});

it('goes by the last waiver of a finding, whatever their order', () => {
  const waivers = [5, 10, 7].map((asOfMs) => ({ findingKey: 'a', asOfMs }));
  expect(withoutWaived([finding('a', 8)], waivers)).toEqual([]);
});

it('leaves all where nothing is waived', () => {
  expect(withoutWaived([], [{ findingKey: 'a', asOfMs: 1 }])).toEqual([]);
  expect(withoutWaived([finding('a', 1)], [])).toEqual([finding('a', 1)]);
});
