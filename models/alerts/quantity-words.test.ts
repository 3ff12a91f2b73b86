import { describe, expect, it } from 'vitest';
import { endOfHours } from './local-hours.ts';
import { matchesAny } from './name-pattern.ts';
import { delayText, differenceText, quantityText, spanText } from './quantity-words.ts';

describe('spanText', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [45_000, '45 s'],
    [600_000, '10 min'],
    [7_800_000, '2 h 10 min'],
    [7_200_000, '2 h'],
    [313_200_000, '3 j 15 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(spanText(ms, 'fr')).toBe(text);
  });
});

describe('quantityText', () => {
  it('has the unit, one or many by the rule of the language', () => {
    expect(quantityText(1, 'rows', 'en')).toBe('1 row');
    expect(quantityText(0, 'rows', 'en')).toBe('0 rows');
    expect(quantityText(0, 'rows', 'fr')).toBe('0 ligne');
    expect(quantityText(1_234_567, 'rows', 'en')).toBe('1,234,567 rows');
    expect(quantityText(0.934, 'share', 'en')).toBe('93 %');
    expect(quantityText(2.5, 'days', 'fr')).toBe('2,5 jours');
    expect(quantityText(12, null, 'en')).toBe('12');
  });
});

describe('differenceText', () => {
  const evidence = { observed: null, expected: null, limit: null, unit: 'rows', text: null } as const;
  it('leaves out what was not measured', () => {
    expect(differenceText(evidence, 'en')).toBe(null);
    expect(differenceText({ ...evidence, expected: 5 }, 'en')).toBe('5 rows expected');
    expect(differenceText({ ...evidence, observed: 0, expected: 5 }, 'fr')).toBe(
      '0 ligne au lieu de 5 lignes',
    );
    expect(differenceText({ ...evidence, observed: 0 }, 'en')).toBe('0 rows');
  });
});

describe('delayText', () => {
  const evidence = { observed: 720_000, expected: 0, limit: 540_000, unit: 'ms', text: null } as const;
  it('tells how long after it was due', () => {
    expect(delayText(evidence, 'en')).toBe('12 min after it was due (limit 9 min)');
    expect(delayText({ ...evidence, limit: null }, 'fr')).toBe("12 min après l'heure");
    expect(delayText({ ...evidence, observed: null }, 'en')).toBe(null);
  });
});

describe('matchesAny', () => {
  it.each([
    ['*', '', true],
    ['load_*', 'LOAD_orders', true],
    ['load_?', 'load_', false],
    ['a.c', 'abc', false],
    ['*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(500), false],
    ['x*y*z', 'x-yz-y-z', true],
    ['', 'x', false],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(matchesAny([pattern], name)).toBe(matches);
  });
});

describe('endOfHours', () => {
  const end = (hours: { fromMinute: number; toMinute: number; days: number[] }, at: string) => {
    const endMs = endOfHours(hours, Date.parse(at), 'Europe/Paris');
    return endMs === null ? null : new Date(endMs).toISOString().slice(0, 16);
  };
  const night = { fromMinute: 22 * 60, toMinute: 7 * 60, days: [1, 2, 3, 4, 5, 6, 7] };

  it('go over midnight and belong to the day on which they begin', () => {
    expect(end(night, '2026-03-04T20:59:59Z')).toBe(null);
    expect(end(night, '2026-03-04T21:00:00Z')).toBe('2026-03-05T06:00');
    expect(end(night, '2026-03-05T05:59:59Z')).toBe('2026-03-05T06:00');
    expect(end(night, '2026-03-05T06:00:00Z')).toBe(null);
    expect(end({ ...night, days: [3] }, '2026-03-06T02:00:00Z')).toBe(null);
  });

  it('follow the clock through both nights on which it is changed', () => {
    expect(end(night, '2026-03-28T23:00:00Z')).toBe('2026-03-29T05:00');
    expect(end(night, '2026-10-25T03:00:00Z')).toBe('2026-10-25T06:00');
  });

  it('are a whole day where they end when they begin', () => {
    const sunday = { fromMinute: 0, toMinute: 0, days: [7] };
    expect(end(sunday, '2026-03-08T12:00:00Z')).toBe('2026-03-08T23:00');
    expect(end(sunday, '2026-03-09T12:00:00Z')).toBe(null);
  });
});
