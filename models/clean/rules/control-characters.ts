import type { CleaningRule } from './rule.ts';

export const controlCharacters: CleaningRule = {
  code: 'control-characters',
  kind: 'repair',
  appliesTo: 'all',
  title: { en: 'Control characters', fr: 'Caractères de contrôle' },
  meaning: 'A text holds NUL or other characters that are no text; PostgreSQL cannot store NUL.',
  example: 'disk\\u0000full',
  whatIsDone: 'They are removed; tabs and line ends inside quotes stay.',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const EVERY_CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** The text without C0 (but tab, LF, CR), DEL and C1 characters. */
export function withoutControlCharacters(text: string): string {
  return CONTROL.test(text) ? text.replace(EVERY_CONTROL, '') : text;
}
