/** What systems write for "no value". Nothing here may be a plausible name of a job or a server. */
const WORDS = new Set(['', 'null', 'none', 'nil', 'nan', 'n/a', '\\n', '-', '--', '<null>', '(null)']);

/** Whether a trimmed field says that there is no value. */
export function isNotTold(text: string): boolean {
  return text.length <= 6 && WORDS.has(text.toLowerCase());
}
