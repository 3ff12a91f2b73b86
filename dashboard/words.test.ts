import { expect, test } from 'vitest';
import { GLANCE_WORDS } from './glance-words.ts';
import { preferredLanguage, wordsIn } from './words.ts';

test('the address decides the language, then the browser, then it is English', () => {
  expect(preferredLanguage('fr', ['en-GB'])).toBe('fr');
  expect(preferredLanguage(null, ['de-DE', 'fr-CA', 'en'])).toBe('fr');
  expect(preferredLanguage('xx', ['en-US', 'fr'])).toBe('en');
  expect(preferredLanguage(null, ['de'])).toBe('en');
  expect(preferredLanguage(null, [])).toBe('en');
});

test('numbers agree with their nouns', () => {
  const { en, fr } = { en: wordsIn(GLANCE_WORDS, 'en'), fr: wordsIn(GLANCE_WORDS, 'fr') };
  expect([0, 1, 2].map(en.failing)).toEqual([
    '0 incidents are open',
    '1 incident is open',
    '2 incidents are open',
  ]);
  expect([0, 1, 2].map(fr.failing)).toEqual([
    '0 incident est ouvert',
    '1 incident est ouvert',
    '2 incidents sont ouverts',
  ]);
});
