import { expect, test } from 'vitest';
import { preferredLanguage, wordsOf } from './words.ts';

test('the address decides the language, then the browser, then it is English', () => {
  expect(preferredLanguage('fr', ['en-GB'])).toBe('fr');
  expect(preferredLanguage(null, ['de-DE', 'fr-CA', 'en'])).toBe('fr');
  expect(preferredLanguage('xx', ['en-US', 'fr'])).toBe('en');
  expect(preferredLanguage(null, ['de'])).toBe('en');
  expect(preferredLanguage(null, [])).toBe('en');
});

test('numbers agree with their nouns', () => {
  const { en, fr } = { en: wordsOf('en'), fr: wordsOf('fr') };
  expect([0, 1, 2].map(en.glanceFailing)).toEqual([
    '0 jobs are failing',
    '1 job is failing',
    '2 jobs are failing',
  ]);
  expect([0, 1, 2].map(fr.glanceFailing)).toEqual([
    '0 traitement est en échec',
    '1 traitement est en échec',
    '2 traitements sont en échec',
  ]);
});
