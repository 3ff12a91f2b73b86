/** Longer texts are cut: what follows says little about what a query costs. */
const MOST_CHARACTERS = 4_000;

/** After these a bracket opens no call, and a sign belongs to the number that follows. */
const KEYWORDS = new Set(
  `all and any as between by case delete distinct else end except exists from full group having ilike in inner insert
   intersect into is join lateral left like limit merge not offset on or order outer over partition returning right
   select set some then union update using values when where with`.split(/\s+/),
);

/** Parts of SQL, the first that matches counts. What is left over is taken one character at a time. */
const TOKEN = new RegExp(
  [
    /\s+|--[^\n]*/u,
    // Names in quotes stay as they are: in some dialects capitals matter there.
    /(?<quoted>"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[a-z_][^\][\n]{0,127}\])/u,
    /(?<text>(?:\b[enbx]|\bu&)?'(?:[^']|'')*(?:'|$))/u,
    /(?<parameter>\$\d+|(?<!:):[a-z_]\w*|(?<![\w@])@[a-z_]\w*|\?)/u,
    /(?<number>(?<![\w.])(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?!\w))/u,
    /(?<word>[\p{L}_#$][\p{L}\p{N}_#$]*|\d\w*)/u,
    /(?<operator>::|\|\||<>|!=|<=|>=|:=|=>|->>|->|[-+*/%<>=!~^&|@]|[(),;.…])/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giuy',
);

/**
 * What queries have in common that differ in values only: one line, words in small letters, `?` where texts, numbers
 * and parameters stood, `(…)` for lists after IN and VALUES, without comments. Good for any dialect: nothing is parsed,
 * and a text that is no SQL gives some line as well. Normalizing twice gives the same as once.
 */
export function normalizeSql(sql: string): string {
  return spaced(withoutLists(tokensOf(withoutBlocks(sql.slice(0, MOST_CHARACTERS)))));
}

/** Whole numbers that stand alone, where nothing near them makes them a part of something else. */
const NUMBER_ALONE = /(?<![\p{L}\p{M}\p{N}_.#$@:?\\])\d+(?![\p{L}\p{M}\p{N}_.#$@:?\\])/gu;

/**
 * A text with `0` for numbers, which normalizes to the same line: a cheap way to see that two do. With names in quotes,
 * which may hold digits, it stays as it is.
 */
export function withoutNumbers(sql: string): string {
  const told = sql.slice(0, MOST_CHARACTERS);
  return /["`[]/.test(told) ? told : told.replace(NUMBER_ALONE, '0');
}

/** Comments in `/* … *\/`, which nest, and texts between `$tag$`, which do not; other texts are left alone. */
function withoutBlocks(sql: string): string {
  let kept = '';
  let at = 0;
  const opening = /\/\*|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|--[^\n]*|(?<![\w$])\$(?:[a-z_]\w*)?\$/giu;
  for (;;) {
    opening.lastIndex = at;
    const found = opening.exec(sql);
    if (found === null) return kept + sql.slice(at);
    const [open] = found;
    kept += sql.slice(at, found.index);
    if (open === '/*') {
      at = endOfComment(sql, found.index);
      kept += ' ';
    } else if (open.startsWith('$')) {
      const end = sql.indexOf(open, found.index + open.length);
      at = end < 0 ? sql.length : end + open.length;
      kept += ' ? ';
    } else {
      at = found.index + open.length;
      kept += open;
    }
  }
}

function endOfComment(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found !== null; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

function tokensOf(sql: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < sql.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(sql);
    if (found === null || found[0] === '') {
      tokens.push(sql[at]!);
      at += 1;
      continue;
    }
    at = TOKEN.lastIndex;
    const { quoted, text, parameter, number, word, operator } = found.groups!;
    if (text !== undefined || parameter !== undefined) tokens.push('?');
    else if (number !== undefined) {
      if (isSign(tokens)) tokens.pop();
      tokens.push('?');
    } else if (word !== undefined) tokens.push(word.toLowerCase());
    else if (quoted !== undefined) tokens.push(quoted.replace(/\s+/g, ' '));
    else if (operator !== undefined) tokens.push(operator);
  }
  return tokens;
}

/** Whether the last token is the sign of a number and not a sum. */
function isSign(tokens: readonly string[]): boolean {
  const last = tokens.at(-1);
  if (last !== '-' && last !== '+') return false;
  const before = tokens.at(-2);
  return (
    before === undefined || KEYWORDS.has(before) || /^(?:[(,;=<>!*/%~|&^]|<>|!=|<=|>=|\|\|)$/.test(before)
  );
}

/** `in (?, ?)` and `values (?, ?), (?, ?)` are `(…)`, however long. */
function withoutLists(tokens: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const end = endOfList(tokens, at);
    const before = kept.at(-1);
    if (end === null || (before !== 'in' && before !== 'values')) {
      kept.push(tokens[at]!);
      continue;
    }
    kept.push('(', '…', ')');
    at = end;
    while (before === 'values' && tokens[at + 1] === ',') {
      const next = endOfList(tokens, at + 2);
      if (next === null) break;
      at = next;
    }
  }
  return kept;
}

/** Where a bracket closes that holds values only; null when there is none here. */
function endOfList(tokens: readonly string[], open: number): number | null {
  if (tokens[open] !== '(') return null;
  for (let at = open + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === ')') return at === open + 1 ? null : at;
    if (token !== '?' && token !== ',' && token !== '…' && token !== 'null' && token !== 'default')
      return null;
  }
  return null;
}

function spaced(tokens: readonly string[]): string {
  let line = '';
  let before = '';
  for (const token of tokens) {
    const joins =
      line === '' ||
      before === '(' ||
      before === '.' ||
      before === '::' ||
      /^[),;.]$|^::$/.test(token) ||
      (token === '(' && /^[\p{L}_"`\]]/u.test(before) && !KEYWORDS.has(before));
    line += joins ? token : ` ${token}`;
    before = token;
  }
  return line;
}

/** Eight hexadecimal digits by the normalized text alone. FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ (public domain). */
export function sqlFingerprint(normalized: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < normalized.length; at += 1) {
    hash = Math.imul(hash ^ normalized.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
