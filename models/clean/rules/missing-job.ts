import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const missingJob: CleaningRule = {
  code: 'missing-job',
  kind: 'refuse',
  appliesTo: 'runs',
  title: { en: 'No job', fr: 'Pas de traitement' },
  meaning: 'The row does not say which job ran.',
  example: ';2025-01-31 08:00;OK',
  whatIsDone: 'The row goes to quarantine.',
};

export function refuseMissingJob(column: string, text: string): RowRefusal {
  return { code: missingJob.code, detail: `${column}: expected the name of a job, found ${found(text)}` };
}
