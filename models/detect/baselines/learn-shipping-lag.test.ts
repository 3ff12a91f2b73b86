import { expect, it } from 'vitest';
import { madeUpJob } from '../../features/made-up-jobs.ts';
import { learnShippingLags } from './learn-shipping-lag.ts';
import { afterDays } from './made-up-past.ts';

const MINUTE_MS = 60_000;
const asOfMs = afterDays(60);

/** A run every five minutes; of every 200th the end is known late. */
const often = (count: number, lateMs: number) =>
  madeUpJob(
    1,
    Array.from({ length: count }, (_, i) => {
      const startedAt = asOfMs - (count - i + 200) * 5 * MINUTE_MS;
      const lag = i % 200 === 7 ? lateMs : 5000;
      return {
        startedAt,
        status: 'succeeded' as const,
        durationMs: MINUTE_MS,
        knownAt: startedAt + MINUTE_MS + lag,
      };
    }),
  );

it('is what nearly all ends of a namespace were known within', () => {
  const job = often(6000, 12 * MINUTE_MS);
  expect(learnShippingLags([job], asOfMs)).toEqual(new Map([[job.namespace, 12 * MINUTE_MS]]));
});

it('is not told of few ends, and takes nothing of what was loaded hours later or is not known yet', () => {
  expect(learnShippingLags([], asOfMs).size).toBe(0);
  expect(learnShippingLags([often(1000, MINUTE_MS)], asOfMs).size).toBe(0);
  const loaded = often(6000, 7 * 60 * MINUTE_MS);
  expect(learnShippingLags([loaded], asOfMs).get(loaded.namespace)).toBe(5000);
  expect(learnShippingLags([loaded], asOfMs - 60 * 86_400_000).size).toBe(0);
});
