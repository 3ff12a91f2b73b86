import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from './feature.ts';
import { MADE_UP_START } from './made-up-jobs.ts';
import { trainingCutoffs } from './training-cutoffs.ts';

const plan = (days: number, candidatesPerCutoff = 100, maxRows = 30_000) =>
  trainingCutoffs({
    snapshotCutoff: MADE_UP_START + days * DAY_MS,
    firstRunAt: MADE_UP_START,
    candidatesPerCutoff,
    maxRows,
  });

describe('trainingCutoffs', () => {
  it('goes back day by day through a short history, after one week of it', () => {
    const { cutoffs, stepDays, minHistoryDays } = plan(42);
    expect([stepDays, minHistoryDays, cutoffs.length]).toEqual([1, 7, 29]);
    expect(cutoffs[0]).toBe(MADE_UP_START + 7 * DAY_MS);
    expect(cutoffs.at(-1)).toBe(MADE_UP_START + 35 * DAY_MS);
  });

  it('goes back week by week through a long one, after four weeks of it', () => {
    const { stepDays, minHistoryDays, cutoffs } = plan(700);
    expect([stepDays, minHistoryDays]).toEqual([7, 28]);
    expect(cutoffs[0]! - MADE_UP_START).toBeGreaterThanOrEqual(28 * DAY_MS);
  });

  it('has none when the history is too short for one', () => {
    expect(plan(10).cutoffs).toEqual([]);
  });

  it('keeps to the bound on rows, every window closed, the last cutoff a week back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 14, max: 3000 }),
        fc.integer({ min: 1, max: 20_000 }),
        (days, candidates) => {
          const { cutoffs, stepDays } = plan(days, candidates);
          expect(cutoffs.length * candidates).toBeLessThanOrEqual(Math.max(30_000, candidates));
          expect(cutoffs.at(-1)).toBe(MADE_UP_START + (days - 7) * DAY_MS);
          for (let i = 1; i < cutoffs.length; i++)
            expect(cutoffs[i]! - cutoffs[i - 1]!).toBe(stepDays * DAY_MS);
        },
      ),
    );
  });
});
