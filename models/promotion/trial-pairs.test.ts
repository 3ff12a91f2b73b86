import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TrialRow, trialPairs } from './trial-pairs.ts';

const DAY = 86_400_000;
const row = (day: number, host: string | null, failed = false): TrialRow => ({
  cutoff: day * DAY,
  host,
  ours: 0.2,
  theirs: 0.3,
  failed,
});

describe('trialPairs', () => {
  it('makes a week of a server one block, weeks in their order', () => {
    const pairs = trialPairs([row(7, 'b', true), row(0, 'b'), row(0, 'a'), row(0, null), row(0, 'a')]);
    expect(pairs.map(({ block }) => block)).toEqual([0, 1, 1, 2, 3]);
    expect(pairs.at(-1)).toEqual({ ours: 0.2, theirs: 0.3, label: 1, block: 3 });
  });

  it('counts no failure twice: of weeks that overlap the earliest', () => {
    const pairs = trialPairs([
      row(0, 'a'),
      row(3, 'a'),
      row(6.9, 'a'),
      row(7, 'a'),
      row(13, 'a'),
      row(14, 'a'),
    ]);
    expect(pairs.map(({ block }) => block)).toEqual([0, 1, 2]);
  });

  it('tells nothing of nothing', () => {
    expect(trialPairs([])).toEqual([]);
  });

  it('does not depend on the order of rows, and blocks have no gaps', () => {
    const rows = fc.array(
      fc.record({
        cutoff: fc.integer({ min: 0, max: 40 }).map((day) => day * DAY),
        host: fc.constantFrom('a', 'b', null),
        ours: fc.constant(0.5),
        theirs: fc.constant(0.4),
        failed: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(rows, (told) => {
        const pairs = trialPairs(told);
        const sorted = (list: typeof pairs) => list.map((pair) => JSON.stringify(pair)).sort();
        expect(sorted(trialPairs(told.toReversed()))).toEqual(sorted(pairs));
        const blocks = [...new Set(pairs.map(({ block }) => block))];
        expect(blocks).toEqual(blocks.map((_, i) => i));
      }),
    );
  });
});
