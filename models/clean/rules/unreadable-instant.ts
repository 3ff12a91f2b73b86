import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const unreadableInstant: CleaningRule = {
  code: 'unreadable-instant',
  kind: 'refuse',
  appliesTo: 'metrics',
  title: { en: 'Instant unreadable', fr: 'Instant illisible' },
  meaning: 'The instant of the sample is missing, in a form nobody knows, or before 1990 or after 2100.',
  example: 'srv-1;cpu;noon;0.5',
  whatIsDone: 'The row goes to quarantine.',
};

export function refuseUnreadableInstant(column: string, text: string): RowRefusal {
  return {
    code: unreadableInstant.code,
    detail: `${column}: expected an instant such as 2025-01-31T08:00:00Z, from 1990 to 2100, found ${found(text)}`,
  };
}
