import { expect, it } from 'vitest';
import { plural, pluralFr } from './reason-numbers.ts';

it('counts in each language by its own rule', () => {
  expect([0, 1, 1.5, 2].map((count) => plural(count, 'day', 'days'))).toEqual([
    'days',
    'day',
    'days',
    'days',
  ]);
  expect([0, 1, 1.5, 2].map((count) => pluralFr(count, 'jour', 'jours'))).toEqual([
    'jour',
    'jour',
    'jour',
    'jours',
  ]);
});
