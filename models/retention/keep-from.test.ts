import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepFromMs } from './keep-from.ts';

describe('keepFromMs', () => {
  it('counts whole months before the current one, over the end of a year', () => {
    expect(keepFromMs(Date.UTC(2026, 2, 15), 12)).toBe(Date.UTC(2025, 2, 1));
    expect(keepFromMs(Date.UTC(2026, 0, 1), 3)).toBe(Date.UTC(2025, 9, 1));
    expect(keepFromMs(Date.UTC(2026, 0, 1) - 1, 3)).toBe(Date.UTC(2025, 8, 1));
    expect(keepFromMs(Date.UTC(2024, 1, 29), 0)).toBe(Date.UTC(2024, 1, 1));
  });

  it('is the start of a month, and never later for more months or an earlier now', () => {
    const instant = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2049, 0, 1) });
    fc.assert(
      fc.property(instant, instant, fc.nat(240), fc.nat(24), (a, b, months, more) => {
        const kept = keepFromMs(a, months);
        expect(new Date(kept).toISOString()).toMatch(/-01T00:00:00\.000Z$/);
        expect(keepFromMs(a, months + more)).toBeLessThanOrEqual(kept);
        expect(keepFromMs(Math.min(a, b), months)).toBeLessThanOrEqual(kept);
      }),
    );
  });
});
