import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noExtremes, noveltyOf, widen } from './novelty.ts';
import { learnUsual, noSeasonalLevel, usualAt } from './seasonal-level.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const START_MS = Date.parse('2026-03-02T00:00:00Z');

describe('the usual of an hour', () => {
  it('is not known at first, then of all hours, then of each, weekends apart', () => {
    const known = noSeasonalLevel();
    const learn = (from: number, to: number) => {
      for (let ts = START_MS + from * DAY_MS; ts < START_MS + to * DAY_MS; ts += HOUR_MS) {
        const isWeekend = Math.floor((ts - START_MS) / DAY_MS) % 7 >= 5;
        learnUsual(known, ts, isWeekend ? 5 : (ts / HOUR_MS) % 24 === 3 ? 100 : 20, 1);
      }
    };
    expect(usualAt(known, START_MS)).toBeNull();
    learn(0, 3);
    expect(usualAt(known, START_MS + 3 * HOUR_MS)).toBe(known.any);
    learn(3, 35);
    const levelAt = (day: number, hour: number) =>
      usualAt(known, START_MS + day * DAY_MS + hour * HOUR_MS)!.level;
    expect(levelAt(35, 3)).toBeCloseTo(100, 5);
    expect(levelAt(35, 5)).toBeCloseTo(20, 5);
    // By a clock that was changed it may be three o'clock.
    expect(levelAt(35, 4)).toBeCloseTo(100, 5);
    expect(levelAt(35, 2)).toBeCloseTo(100, 5);
    expect(levelAt(40, 3)).toBeCloseTo(5, 5);
  });

  it('is moved little by one value, however far', () => {
    const far = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(far, (value) => {
        const known = noSeasonalLevel();
        for (let n = 0; n < 200; n++) learnUsual(known, START_MS, 10 + (n % 3), 1);
        const { level, spread } = known.any;
        learnUsual(known, START_MS, value, 1);
        expect(Math.abs(known.any.level - level)).toBeLessThanOrEqual((3 * spread) / 200 + 1e-12);
      }),
    );
  });
});

describe('novelty', () => {
  it('is 0 inside the range, grows outside, is signed and below 1', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 150, maxLength: 200 }), value, value, (values, one, other) => {
        const known = noExtremes();
        for (const each of values) widen(known, each);
        const { high, low } = known;
        const [near, far] = one < other ? [one, other] : [other, one];
        expect(noveltyOf(known, high)).toBe(0);
        expect(noveltyOf(known, low)).toBe(0);
        expect(Math.abs(noveltyOf(known, near))).toBeLessThanOrEqual(1);
        expect(noveltyOf(known, far)).toBeGreaterThanOrEqual(noveltyOf(known, near));
      }),
    );
  });

  it('is not known of little', () => {
    const known = noExtremes();
    for (let n = 0; n < 149; n++) widen(known, n % 5);
    expect(noveltyOf(known, 1e9)).toBe(0);
    widen(known, 0);
    expect(noveltyOf(known, 1e9)).toBeCloseTo(1, 6);
    expect(noveltyOf(known, -1e9)).toBeCloseTo(-1, 6);
  });
});
