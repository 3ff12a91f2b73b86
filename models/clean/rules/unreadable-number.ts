import type { CleaningRule } from './rule.ts';

export const unreadableNumber: CleaningRule = {
  code: 'unreadable-number',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'Count unreadable', fr: 'Nombre illisible' },
  meaning: 'A count of rows is told but is no whole number.',
  example: 'rows_read = many',
  whatIsDone: 'The count is dropped.',
};

/** Whether a number, NaN when unreadable, is a whole one that can be stored exactly. */
export function isReadableCount(count: number): boolean {
  return Number.isSafeInteger(count);
}
