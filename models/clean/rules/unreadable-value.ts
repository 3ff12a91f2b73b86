import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const unreadableValue: CleaningRule = {
  code: 'unreadable-value',
  kind: 'refuse',
  appliesTo: 'metrics',
  title: { en: 'Value unreadable', fr: 'Valeur illisible' },
  meaning: 'The measured value is missing or no finite number.',
  example: 'srv-1;cpu;2025-01-31 08:00;NaN',
  whatIsDone: 'The row goes to quarantine.',
};

export function refuseUnreadableValue(column: string, text: string): RowRefusal {
  return { code: unreadableValue.code, detail: `${column}: expected a number, found ${found(text)}` };
}
