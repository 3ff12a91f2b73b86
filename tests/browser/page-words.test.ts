import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { wordsOf } from '../../dashboard/words.ts';

test('every word that the page asks for exists, in both languages, and none is empty', () => {
  const html = readFileSync(path.join(import.meta.dirname, '../../dashboard/index.html'), 'utf8');
  const asked = [...html.matchAll(/data-(?:word|label)="(\w+)"/g)].map((match) => match[1]!);
  expect(asked.length).toBeGreaterThan(4);
  for (const language of ['en', 'fr'] as const) {
    const words = wordsOf(language) as unknown as Record<string, unknown>;
    for (const key of asked) expect(words).toHaveProperty(key);
    for (const word of Object.values(words)) expect(word).toBeTruthy();
  }
});
