import type { CleaningRule, RowRefusal } from './rule.ts';

export const raggedRow: CleaningRule = {
  code: 'ragged-row',
  kind: 'refuse',
  appliesTo: 'all',
  title: { en: 'Wrong number of fields', fr: 'Nombre de champs inattendu' },
  meaning: 'The row has fewer fields than the header, or more, and the surplus is not empty.',
  example: 'JOB_1;2025-01-31 (header of 5 columns)',
  whatIsDone: 'The row goes to quarantine. Empty surplus fields are dropped without a word.',
};

export function refuseRaggedRow(fieldCount: number, columnCount: number): RowRefusal {
  return {
    code: raggedRow.code,
    detail: `expected ${columnCount} fields as in the header, found ${fieldCount}`,
  };
}
