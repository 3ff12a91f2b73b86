/** As much of an error as its family is told by; a history keeps 200 characters of it. */
const MOST_CHARACTERS = 200;
/** The first words: the end of a text that was cut says nothing. */
const MOST_WORDS = 12;
const MOST_TEMPLATE = 120;

/** Families that are told apart; beyond that, texts share a number by accident. */
export const ERROR_FAMILIES = 4096;

/** What differs between two errors of one cause, the longest first; group 1 holds a code that stays. */
const VARYING = new RegExp(
  [
    // Codes name the cause: ORA-01555, SQLSTATE-42P01, exit code 137, HTTP 503.
    /(\b[A-Z]{2,10}-\d{3,6}\b|\b(?:code|status|errno|exit|signal|http)[ :=]{1,3}\d{1,5}\b)/,
    /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'`)>\]]+/,
    /(?<![\w])(?:"[^"\n]{1,160}"|'[^'\n]{1,160}'|`[^`\n]{1,160}`)/,
    /(?:\b[a-z]:)?(?:[\\/][\w.$%+@~#=-]+){2,}[\\/]?/,
    /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/,
    /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/,
    /\b0x[0-9a-f]+\b/,
    /\b(?=[a-f]*\d)[0-9a-f]{8,}\b/,
    /\d+(?:[.:,/-]\d+)*/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/**
 * What errors of one cause have in common: the first words of the first line, with `*` where numbers, dates, hexadecimal
 * numbers, quoted names, paths and addresses stood. Codes (`ORA-01555`, `exit code 137`) stay. At most 120 characters.
 */
export function errorTemplate(error: string): string {
  const line = error.slice(0, MOST_CHARACTERS).trimStart().split('\n', 1)[0]!;
  return line
    .replace(VARYING, (_text, code: string | undefined) => code ?? '*')
    .split(/\s+/, MOST_WORDS)
    .join(' ')
    .trim()
    .slice(0, MOST_TEMPLATE);
}

/** Number of the family, 0 to ERROR_FAMILIES - 1, by the text alone: an error that comes later moves no other. */
export function errorFamily(error: string): number {
  const template = errorTemplate(error);
  // FNV-1a over UTF-16 units, http://www.isthe.com/chongo/tech/comp/fnv/ (public domain).
  let hash = 0x811c9dc5;
  for (let i = 0; i < template.length; i++) hash = Math.imul(hash ^ template.charCodeAt(i), 0x01000193);
  return ((hash >>> 16) ^ hash) & (ERROR_FAMILIES - 1);
}
