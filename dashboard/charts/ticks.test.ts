import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationTicks, durationTicksOfLog, timeTicks } from './ticks.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string) => new Date(text).getTime();

describe('ticks of time', () => {
  test('stand on round hours, and midnight is marked', () => {
    const ticks = timeTicks({ fromMs: at('2026-03-01T20:10:00'), toMs: at('2026-03-02T06:10:00') }, 6);
    expect(ticks.map(({ atMs }) => new Date(atMs).getHours())).toEqual([22, 0, 2, 4, 6]);
    expect(ticks.map(({ isMajor }) => isMajor)).toEqual([false, true, false, false, false]);
  });

  test('are Mondays, then firsts of months, in longer windows', () => {
    const weeks = timeTicks({ fromMs: at('2026-01-01T00:00:00'), toMs: at('2026-03-01T00:00:00') }, 10);
    expect(new Set(weeks.map(({ atMs }) => new Date(atMs).getDay()))).toEqual(new Set([1]));
    const months = timeTicks({ fromMs: at('2024-01-15T00:00:00'), toMs: at('2026-01-15T00:00:00') }, 10);
    expect(new Set(months.map(({ atMs }) => new Date(atMs).getDate()))).toEqual(new Set([1]));
    expect(months.filter(({ isMajor }) => isMajor)).toHaveLength(2);
  });

  test('of any window ascend inside it and are few', () => {
    const from = fc.integer({ min: at('2015-01-01'), max: at('2035-01-01') });
    fc.assert(
      fc.property(
        from,
        fc.integer({ min: 60_000, max: 3000 * DAY_MS }),
        fc.integer({ min: 1, max: 20 }),
        (fromMs, lengthMs, most) => {
          const ticks = timeTicks({ fromMs, toMs: fromMs + lengthMs }, most);
          // One more where a window begins and ends on a tick, and one for an hour that comes twice.
          expect(ticks.length).toBeLessThanOrEqual(most + 2);
          ticks.forEach(({ atMs }, index) => {
            expect(atMs).toBeGreaterThanOrEqual(fromMs);
            expect(atMs).toBeLessThanOrEqual(fromMs + lengthMs);
            if (index > 0) expect(atMs).toBeGreaterThan(ticks[index - 1]!.atMs);
          });
        },
      ),
    );
  });

  test('of nothing are none', () => {
    expect(timeTicks({ fromMs: 5, toMs: 5 }, 6)).toEqual([]);
    expect(timeTicks({ fromMs: Number.NaN, toMs: 5 }, 6)).toEqual([]);
  });
});

describe('ticks of durations', () => {
  test('are those that people count in', () => {
    expect(durationTicks(47 * 60_000, 5).map((ms) => ms / 60_000)).toEqual([0, 10, 20, 30, 40]);
    expect(durationTicks(3_400, 5)).toEqual([0, 1000, 2000, 3000]);
    expect(durationTicks(0, 5)).toEqual([0]);
    expect(durationTicksOfLog(900, 7_300_000, 5)).toEqual([1000, 10_000, 60_000, 600_000, 3_600_000]);
  });
});
