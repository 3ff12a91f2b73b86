import { expect, it } from 'vitest';
import { backtestGrid } from './backtest-grid.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const days = (cutoffs: number[]) => cutoffs.map((cutoff) => new Date(cutoff).toISOString().slice(0, 10));
const grid = (first: string, last: string, more = {}) =>
  backtestGrid(at(first), at(last), {
    horizonDays: 7,
    stepDays: 7,
    minHistoryDays: 28,
    testShare: 0.22,
    ...more,
  });

it('of weekly steps begins on the first Monday after 28 days and ends where the last window closes', () => {
  // 2025-01-01 is a Wednesday: its first Monday is the 6th, and the 29th of January is 28 days on.
  const { cutoffs, firstTest } = grid('2025-01-01T17:25:51', '2025-03-03T00:00:00');
  expect(days(cutoffs)).toEqual(['2025-02-03', '2025-02-10', '2025-02-17', '2025-02-24']);
  // ceil(4 × 0.78) is 4, beyond the last: the last one is the test.
  expect(days([firstTest!])).toEqual(['2025-02-24']);
});

it('takes a window that is short of the last run by less than a second, and none by a whole one', () => {
  const last = (text: string) => days(grid('2025-01-01T00:00:00', text).cutoffs).at(-1);
  expect(last('2025-03-02T23:59:59.001')).toBe('2025-02-24');
  expect(last('2025-03-02T23:59:59')).toBe('2025-02-17');
});

it('of daily steps begins on the day after 28 days, whatever its name', () => {
  const { cutoffs, firstTest } = grid('2025-01-01T17:25:51', '2025-02-08T12:00:00', {
    horizonDays: 1,
    stepDays: 1,
  });
  expect(days(cutoffs)[0]).toBe('2025-01-29');
  expect(days(cutoffs).at(-1)).toBe('2025-02-07');
  // 10 cutoffs: ceil(7.8) is 8, counted from 0.
  expect(cutoffs).toHaveLength(10);
  expect(firstTest).toBe(cutoffs[8]);
});

it('begins on a first run that lies on a Monday midnight, and before 1970 just the same', () => {
  expect(days(grid('2025-01-06T00:00:00', '2025-01-20T00:00:00', { minHistoryDays: 0 }).cutoffs)).toEqual([
    '2025-01-06',
    '2025-01-13',
  ]);
  expect(days(grid('1969-12-31T10:00:00', '1970-01-13T00:00:00', { minHistoryDays: 0 }).cutoffs)).toEqual([
    '1970-01-05',
  ]);
});

it('has no cutoff and no test where the history is too short, or empty', () => {
  expect(grid('2025-01-01T00:00:00', '2025-02-01T00:00:00')).toEqual({ cutoffs: [], firstTest: null });
  const none = backtestGrid(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, {
    horizonDays: 7,
    stepDays: 7,
    minHistoryDays: 28,
    testShare: 0.22,
  });
  expect(none).toEqual({ cutoffs: [], firstTest: null });
});
