import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const missingMetric: CleaningRule = {
  code: 'missing-metric',
  kind: 'refuse',
  appliesTo: 'metrics',
  title: { en: 'No metric', fr: 'Pas de métrique' },
  meaning: 'The sample does not say what was measured.',
  example: 'srv-1;;2025-01-31 08:00;0.5',
  whatIsDone: 'The row goes to quarantine.',
};

export function refuseMissingMetric(column: string, text: string): RowRefusal {
  return {
    code: missingMetric.code,
    detail: `${column}: expected the name of a metric, found ${found(text)}`,
  };
}
