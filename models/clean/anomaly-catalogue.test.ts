import { expect, test } from 'vitest';
import { renderAnomalyCatalogue } from './anomaly-catalogue.ts';
import { CLEANING_RULES } from './rules/index.ts';

test('each rule is one line under its kind', () => {
  const text = renderAnomalyCatalogue();
  for (const { code } of CLEANING_RULES) {
    expect(text.split('\n').filter((line) => line.startsWith(`| \`${code}\` |`))).toHaveLength(1);
  }
});

test('one rule, whole; a bar does not break the table', () => {
  const rule = {
    code: 'odd-bar',
    kind: 'doubt' as const,
    appliesTo: 'all' as const,
    title: { en: 'Odd bar', fr: 'Barre étrange' },
    meaning: 'A bar.',
    example: 'a|b',
    whatIsDone: 'Nothing.',
  };
  expect(renderAnomalyCatalogue([rule])).toContain(
    '| `odd-bar` | both | **Odd bar** (Barre étrange). A bar. | `a\\|b` | Nothing. |\n',
  );
});

test('codes are unique, and every rule is explained in both languages', () => {
  expect(new Set(CLEANING_RULES.map(({ code }) => code)).size).toBe(CLEANING_RULES.length);
  for (const { title, meaning, example, whatIsDone } of CLEANING_RULES) {
    for (const text of [title.en, title.fr, meaning, example, whatIsDone]) expect(text).not.toBe('');
  }
});
