import type { CleaningRule } from './rule.ts';

export const unquotedDelimiter: CleaningRule = {
  code: 'unquoted-delimiter',
  kind: 'repair',
  appliesTo: 'all',
  title: { en: 'Delimiter inside a text without quotes', fr: 'Séparateur dans un texte sans guillemets' },
  meaning:
    'The row has more fields than the header and the last column is a free text: the text held the delimiter.',
  example: 'JOB_1;KO;disk full; 0 bytes left',
  whatIsDone: 'The surplus is joined to the last field again, as it was written.',
};

/** The fields with everything from the last column on joined, as the text was before it was split. */
export function joinedSurplus(fields: string[], columnCount: number, delimiter: string): string[] {
  return [...fields.slice(0, columnCount - 1), fields.slice(columnCount - 1).join(delimiter)];
}
