import type { CleaningRule } from './rule.ts';

export const negativeCount: CleaningRule = {
  code: 'negative-count',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'Negative count', fr: 'Nombre négatif' },
  meaning: 'A count of rows is below zero: some tools write -1 for "not known".',
  example: 'rows_written = -1',
  whatIsDone: 'The count is dropped.',
};
