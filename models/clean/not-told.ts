/** What systems write for "no value". Nothing here may be a plausible name of a job or a server. */
const WORDS = new Set(['', 'null', 'none', 'nil', 'nan', 'n/a', '\\n', '-', '--', '<null>', '(null)']);

/** Whether a character begins one of the words: most texts are told apart by their first one. */
const BEGINS_WORD = Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code).toLowerCase();
  return [...WORDS].some((word) => word.startsWith(letter) && word !== '');
});

/** Whether a trimmed field says that there is no value. */
export function isNotTold(text: string): boolean {
  if (text.length === 0) return true;
  if (text.length > 6 || BEGINS_WORD[text.charCodeAt(0)] !== true) return false;
  return WORDS.has(text.toLowerCase());
}
