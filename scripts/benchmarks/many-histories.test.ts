import { expect, it } from 'vitest';
import { manyHistories } from './many-histories.ts';

const options = { seed: 3, jobs: 50, runs: 20_000, cutoffs: 4 };
const { histories, cutoffs } = manyHistories(options);

it('invents exactly the runs that are asked for, in order, some failed, some told late', () => {
  const runs = histories.map(({ startedAt }) => startedAt.length);
  expect(histories).toHaveLength(50);
  expect(runs.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  for (const { startedAt } of histories) expect(startedAt).toEqual(startedAt.toSorted());
  const failed = histories.map(({ status }) => status.filter((one) => one === 2).length);
  const share = failed.reduce((sum, count) => sum + count, 0) / 20_000;
  expect(share).toBeGreaterThan(0.005);
  expect(share).toBeLessThan(0.1);
  const late = histories.flatMap(({ startedAt, durationMs, knownAt }) =>
    Array.from(knownAt, (known, i) => known - startedAt[i]! - durationMs[i]!).filter(
      (lag) => lag > 3_600_000,
    ),
  );
  expect(late.length).toBeGreaterThan(50);
  expect(late.length).toBeLessThan(400);
});

it('tells an error of failed runs, and of no others', () => {
  const wrong = histories.flatMap(({ status, error }) =>
    error.filter((text, i) => (text !== '') !== (status[i] === 2)),
  );
  expect(wrong).toEqual([]);
});

it('is the same for the same seed, and another for another', () => {
  expect(manyHistories(options)).toEqual({ histories, cutoffs });
  expect(manyHistories({ ...options, seed: 4 }).histories[0]!.startedAt).not.toEqual(histories[0]!.startedAt);
});

it('has weekly cutoffs of which the last is a week before the last runs', () => {
  const last = Math.max(...histories.map(({ startedAt }) => startedAt.at(-1)!));
  expect(cutoffs).toHaveLength(4);
  expect(last - cutoffs[3]!).toBeGreaterThan(6 * 86_400_000);
  expect(last - cutoffs[3]!).toBeLessThan(8 * 86_400_000);
});
