import { describe, expect, test } from 'vitest';
import { createFormat, durationText, sinceText } from './format.ts';

describe('durationText', () => {
  test.each([
    [0, '0 ms'],
    [850, '850 ms'],
    [12_000, '12 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [3_599_600, '1 h'],
    [86_399_999, '1 d'],
    [4.25 * 86_400_000, '4 d 6 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms, 'en')).toBe(text);
  });
  test('days are jours', () => {
    expect(durationText(2 * 86_400_000, 'fr')).toBe('2 j');
  });
});

test('time since is never less than a minute, nor in seconds', () => {
  const nowMs = Date.parse('2026-03-02T06:00:00Z');
  expect(sinceText('2026-03-02T05:59:58Z', nowMs, 'en')).toBe('1 min');
  expect(sinceText('2026-03-02T07:00:00Z', nowMs, 'en')).toBe('1 min');
  expect(sinceText('2026-03-02T04:39:10Z', nowMs, 'en')).toBe('1 h 20 min');
});

describe('createFormat', () => {
  const paris = createFormat('fr', 'Europe/Paris');
  const nowMs = Date.parse('2026-03-02T06:00:00Z');

  test('a time names its day only where it is another, in the zone of the reader', () => {
    expect(paris.time('2026-03-01T23:30:00Z', nowMs)).toBe('00:30');
    expect(paris.time('2026-03-01T22:30:00Z', nowMs)).toBe('dim. 1 mars, 23:30');
    expect(paris.time('2025-03-01T22:30:00Z', nowMs)).toContain('2025');
  });

  test('a probability is certain only when it is', () => {
    const percents = [0, 0.001, 0.126, 0.999, 1].map((probability) => paris.percent(probability));
    expect(percents).toEqual(['0 %', '<1 %', '13 %', '>99 %', '100 %']);
  });

  test('sizes are in the units of the language', () => {
    expect(paris.bytes(1_500)).toBe('1,5 ko');
    expect(createFormat('en').bytes(999)).toBe('999 B');
    expect(createFormat('en').bytes(2.5e15)).toBe('2,500 TB');
  });
});
