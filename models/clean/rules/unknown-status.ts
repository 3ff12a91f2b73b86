import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const unknownStatus: CleaningRule = {
  code: 'unknown-status',
  kind: 'refuse',
  appliesTo: 'runs',
  title: { en: 'Unknown status', fr: 'Statut inconnu' },
  meaning: 'The status is missing or a word that no known system uses.',
  example: 'JOB_1;2025-01-31 08:00;purple',
  whatIsDone: 'The row goes to quarantine: a guess would be a wrong alert or a missed one.',
};

export function refuseUnknownStatus(column: string, text: string): RowRefusal {
  return {
    code: unknownStatus.code,
    detail: `${column}: expected a status such as running, succeeded, failed or cancelled, found ${found(text)}`,
  };
}
