import type { CleaningRule } from './rule.ts';

export const unreadableEnd: CleaningRule = {
  code: 'unreadable-end',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'End unreadable', fr: 'Fin illisible' },
  meaning: 'The end is told but is no date from 1990 to 2100.',
  example: 'ended_at = 99/99/2025',
  whatIsDone: 'The end is dropped, and computed from start and duration when possible.',
};
