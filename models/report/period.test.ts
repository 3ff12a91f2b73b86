import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPeriod, lastMonthBefore, parsePeriod, settledAt } from './period.ts';

const at = (ms: number) => new Date(ms).toISOString();

describe('a period', () => {
  it('begins and ends at midnight of its clock', () => {
    const october = parsePeriod('2026-10', 'Europe/Paris');
    expect(at(october.fromMs)).toBe('2026-09-30T22:00:00.000Z');
    // The clock was put back meanwhile.
    expect(at(october.toMs)).toBe('2026-10-31T23:00:00.000Z');
    expect(at(october.beforeMs)).toBe('2026-08-31T22:00:00.000Z');
    expect(october).toMatchObject({ kind: 'month', unit: 'day', days: 31 });
  });

  it('is a quarter or a year as well', () => {
    const quarter = parsePeriod('2026-Q1', 'UTC');
    expect([at(quarter.fromMs), at(quarter.toMs), at(quarter.beforeMs), quarter.days]).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-04-01T00:00:00.000Z',
      '2025-10-01T00:00:00.000Z',
      90,
    ]);
    expect(parsePeriod('2024', 'UTC')).toMatchObject({ kind: 'year', unit: 'month', days: 366 });
  });

  it.each(['', '2026-13', '2026-Q5', '2026-1', '26-01', '2026-10-01', "2026'; drop", '1999', '2050'])(
    'is not %j',
    (text) => {
      expect(() => parsePeriod(text, 'UTC')).toThrow(InvalidPeriod);
    },
  );

  it('months follow each other without a gap, on any clock', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2011, max: 2048 }),
        fc.integer({ min: 1, max: 11 }),
        fc.constantFrom('Europe/Paris', 'UTC', 'America/Sao_Paulo', 'Pacific/Auckland', 'Africa/Casablanca'),
        (year, month, zone) => {
          const id = (n: number) => `${year}-${String(n).padStart(2, '0')}`;
          const one = parsePeriod(id(month), zone);
          const next = parsePeriod(id(month + 1), zone);
          expect(one.toMs).toBe(next.fromMs);
          expect(next.beforeMs).toBe(one.fromMs);
          expect(lastMonthBefore(next.fromMs, zone)).toBe(one.id);
          expect(lastMonthBefore(next.fromMs - 1, zone)).not.toBe(one.id);
        },
      ),
    );
  });

  it('is settled two days after it, and not before it is over', () => {
    const month = parsePeriod('2026-10', 'UTC');
    expect(at(settledAt(month, Date.UTC(2027, 0, 1)))).toBe('2026-11-03T00:00:00.000Z');
    expect(at(settledAt(month, Date.UTC(2026, 9, 15)))).toBe('2026-10-15T00:00:00.000Z');
  });
});
