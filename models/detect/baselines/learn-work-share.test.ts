import fc from 'fast-check';
import { expect, it } from 'vitest';
import { learnWorkShare } from './learn-work-share.ts';

const rowsOf = (count: number) => Float64Array.from({ length: count }, (_, i) => Math.sin(3 * i) + 0.01 * i);

it('finds the power of rows that durations go by, whatever their scale, and one odd run in ten', () => {
  fc.assert(
    fc.property(fc.constantFrom(0.3, 0.6, 1), fc.double({ min: -5, max: 5, noNaN: true }), (share, level) => {
      const rows = rowsOf(60);
      const durations = rows.map((row, i) => level + share * row + (i % 10 === 4 ? 2 : 0));
      expect(learnWorkShare(rows, durations)).toBeCloseTo(share, 1);
    }),
  );
});

it('says nothing of few runs, of runs that write the same, and where rows cost nothing', () => {
  expect(learnWorkShare(new Float64Array(), new Float64Array())).toBeNull();
  expect(learnWorkShare(rowsOf(15), rowsOf(15))).toBeNull();
  expect(learnWorkShare(new Float64Array(60).fill(3), rowsOf(60))).toBeNull();
  expect(learnWorkShare(rowsOf(60), new Float64Array(60).fill(3))).toBeNull();
});
