import { expect, test } from 'vitest';
import { moved, queryOfWindow, windowOfQuery, zoomed } from './time-window.ts';

const HOUR_MS = 3_600_000;
const limits = { leastMs: HOUR_MS, mostMs: 100 * HOUR_MS };
const night = { fromMs: 0, toMs: 10 * HOUR_MS };

test('what one points at stays where it is', () => {
  expect(zoomed(night, 0.5, 0, limits)).toEqual({ fromMs: 0, toMs: 5 * HOUR_MS });
  expect(zoomed(night, 0.5, 10 * HOUR_MS, limits)).toEqual({ fromMs: 5 * HOUR_MS, toMs: 10 * HOUR_MS });
  expect(zoomed(night, 2, 5 * HOUR_MS, limits)).toEqual({ fromMs: -5 * HOUR_MS, toMs: 15 * HOUR_MS });
});

test('no window is closer or wider than the limits', () => {
  const length = ({ fromMs, toMs }: typeof night) => toMs - fromMs;
  expect(length(zoomed(night, 1e-6, HOUR_MS, limits))).toBe(HOUR_MS);
  expect(length(zoomed(night, 1e6, HOUR_MS, limits))).toBe(100 * HOUR_MS);
  expect(length(zoomed({ fromMs: 7, toMs: 7 }, 2, 7, limits))).toBe(HOUR_MS);
});

test('later and earlier keep the length', () => {
  expect(moved(night, 0.5)).toEqual({ fromMs: 5 * HOUR_MS, toMs: 15 * HOUR_MS });
  expect(moved(moved(night, 0.25), -0.25)).toEqual(night);
});

test('the address holds it; what it holds wrongly is no window', () => {
  const read = (query: string) => windowOfQuery(new URLSearchParams(query), limits);
  expect(read(new URLSearchParams(queryOfWindow(night)).toString())).toEqual(night);
  const wrong = ['', 'from=x&to=y', 'from=2026-03-02T00:00:00Z', 'from=2026-03-02&to=2026-03-01'];
  for (const query of [
    ...wrong,
    'from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z',
    'from=2020-01-01&to=2026-01-01',
  ])
    expect(read(query)).toBeNull();
});
