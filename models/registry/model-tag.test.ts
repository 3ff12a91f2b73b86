import { expect, it } from 'vitest';
import { tagRefusal } from './model-tag.ts';

it('takes names of a line and values of a thousand characters, and says what it expects otherwise', () => {
  for (const key of ['ticket', 'a/b.c d_e-f', '1', 'k'.repeat(100)]) expect(tagRefusal(key, 'x')).toBe(null);
  expect(tagRefusal('ticket', '')).toBe(null);
  expect(tagRefusal('ticket', null)).toBe(null);
  expect(tagRefusal('k', 'x'.repeat(1_000))).toBe(null);
  for (const key of ['', ' a', 'a;b', 'é', 'a\n', 'k'.repeat(101)]) {
    expect(tagRefusal(key, null), key).toContain('expected 1 to 100 letters');
  }
  expect(tagRefusal('k', 'x'.repeat(1_001))).toBe('tag "k": expected at most 1000 characters, found 1001');
});
