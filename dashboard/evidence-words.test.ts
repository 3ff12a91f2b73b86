import { describe, expect, test } from 'vitest';
import { differenceText, quantityText } from './evidence-words.ts';
import { createFormat } from './format.ts';

const en = createFormat('en', 'UTC');
const fr = createFormat('fr', 'UTC');

describe('quantityText', () => {
  test.each([
    [2_520_000, 'ms', '42 min'],
    [1, 'rows', '1 row'],
    [1_200, 'rows', '1,200 rows'],
    [97.4, 'percent', '97 %'],
    [0.25, 'share', '25 %'],
    [0.004, 'share', '0.4 %'],
    [3.25, 'count', '3.3'],
    [3, null, '3'],
  ] as const)('%s %s is %s', (value, unit, text) => {
    expect(quantityText(value, unit, en, 'en')).toBe(text);
  });

  test('in French what is below two is one', () => {
    expect(quantityText(1.5, 'days', fr, 'fr')).toBe('1,5 jour');
    expect(quantityText(2, 'files', fr, 'fr')).toBe('2 fichiers');
  });
});

describe('differenceText', () => {
  const measured = {
    observed: 2_520_000,
    expected: 480_000,
    limit: 960_000,
    unit: 'ms',
    text: null,
  } as const;

  test('tells what was found, what is normal and the limit', () => {
    expect(differenceText(measured, en, 'en')).toBe('42 min instead of 8 min (limit 16 min)');
    expect(differenceText(measured, fr, 'fr')).toBe('42 min au lieu de 8 min (limite 16 min)');
  });

  test('leaves out what is not known, and says nothing where nothing was measured', () => {
    expect(differenceText({ ...measured, expected: null, limit: null }, en, 'en')).toBe('42 min');
    expect(differenceText({ ...measured, observed: null, limit: null }, en, 'en')).toBe('8 min expected');
    expect(differenceText({ ...measured, observed: null, expected: null }, en, 'en')).toBeNull();
  });
});
