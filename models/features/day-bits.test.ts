import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYS, daysBack, daysIn, lagged, meet, meetingAtLeast, noDays, packed, setDay } from './day-bits.ts';
import { DAY_MS } from './feature.ts';

const days = fc.uniqueArray(fc.nat(DAYS - 1));
const bitsOf = (list: readonly number[]) => {
  const bits = noDays();
  for (const day of list) setDay(bits, day);
  return bits;
};

describe('sets of days', () => {
  it('count and meet as sets do', () => {
    fc.assert(
      fc.property(days, days, (a, b) => {
        const common = a.filter((day) => b.includes(day)).length;
        expect(daysIn(bitsOf(a))).toBe(a.length);
        expect(meet(bitsOf(a), bitsOf(b))).toBe(common);
        const others = packed([noDays(), bitsOf(b), bitsOf(a)]);
        expect(meetingAtLeast(3, bitsOf(a), others)).toEqual([
          ...(common >= 3 ? [1] : []),
          ...(a.length >= 3 ? [2] : []),
        ]);
      }),
    );
  });

  it('are seen from the day after: what was d days back is d - 1 days back', () => {
    fc.assert(
      fc.property(days, (a) => {
        expect(lagged(bitsOf(a))).toEqual(bitsOf(a.filter((day) => day > 0).map((day) => day - 1)));
      }),
    );
  });
});

it('a day ends at the cutoff and holds its own beginning', () => {
  expect(
    [1, DAY_MS, DAY_MS + 1, 2 * DAY_MS].map((before) => daysBack(10 * DAY_MS - before, 10 * DAY_MS)),
  ).toEqual([0, 0, 1, 1]);
});
