import type { CleaningRule } from './rule.ts';

export const mixedEncoding: CleaningRule = {
  code: 'mixed-encoding',
  kind: 'repair',
  appliesTo: 'all',
  title: { en: 'Two encodings in one file', fr: 'Deux encodages dans un fichier' },
  meaning: 'A field is not valid in the encoding of the file: another program appended to it.',
  example: 'the byte E9 in a UTF-8 file',
  whatIsDone: 'The field is read as windows-1252 (E9 is é).',
};
