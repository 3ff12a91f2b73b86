import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLedgers } from './compare-ledgers.ts';

const counts = (expected: string[], found: string[]) => {
  const { lost, doubled, invented } = compareLedgers(new Set(expected), found);
  return { lost, doubled, invented };
};

describe('compareLedgers', () => {
  it('is content with nothing told and nothing stored', () => {
    expect(counts([], [])).toEqual({ lost: 0, doubled: 0, invented: 0 });
  });

  it('names what is lost, doubled and invented', () => {
    const difference = compareLedgers(new Set(['a', 'b', 'c']), ['b', 'c', 'c', 'c', 'x', 'x']);
    expect(difference).toMatchObject({ expected: 3, found: 6, lost: 1, doubled: 2, invented: 2 });
    expect(difference.examples).toEqual({ lost: ['a'], doubled: ['c', 'c'], invented: ['x', 'x'] });
  });

  it('a changed row is one lost and one invented', () => {
    expect(counts(['job|1|OK'], ['job|1|KO'])).toEqual({ lost: 1, doubled: 0, invented: 1 });
  });

  it('everything stored is told, a copy or invented; everything told is stored or lost; order is nothing', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    fc.assert(
      fc.property(texts, texts, (told, found) => {
        const expected = new Set(told);
        const difference = compareLedgers(expected, found);
        const present = expected.size - difference.lost;
        expect(found.length).toBe(present + difference.doubled + difference.invented);
        const backwards = compareLedgers(expected, found.toReversed());
        expect({ ...backwards, examples: null }).toEqual({ ...difference, examples: null });
      }),
    );
  });
});
