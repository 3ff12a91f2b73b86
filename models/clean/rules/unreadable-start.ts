import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const unreadableStart: CleaningRule = {
  code: 'unreadable-start',
  kind: 'refuse',
  appliesTo: 'runs',
  title: { en: 'Start unreadable', fr: 'Début illisible' },
  meaning: 'The start is missing, in a form nobody knows, or on a day that does not exist.',
  example: '31/02/2025 08:00',
  whatIsDone: 'The row goes to quarantine.',
};

export function refuseUnreadableStart(column: string, text: string): RowRefusal {
  return {
    code: unreadableStart.code,
    detail: `${column}: expected an instant such as 2025-01-31T08:00:00Z or 31/01/2025 08:00, found ${found(text)}`,
  };
}
