/** Replaces a name in bytes by asterisks, chunk by chunk; lengths stay, so every offset in the file stays right. */
export interface NameRedactor {
  /** How often it was found so far. */
  readonly found: number;
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

const STAR = 0x2a;
/** Bytes around a name that decide whether it is a word of its own: one character of UTF-16. */
const AROUND = 2;

/**
 * A redactor of one name, in UTF-8, UTF-16 and the single-byte encodings of western Europe, composed or not, in
 * upper or lower case, where it is no part of a longer word: `ann` in `ann;bob`, not in
 * `planning`.
 */
export function createNameRedactor(name: string): NameRedactor {
  const { pattern, longest } = patternOf(name);
  // Latin-1 makes one character of each byte and back, whatever the bytes mean.
  let waiting = '';
  let context = '';
  let found = 0;

  function take(text: string, isLast: boolean): Buffer {
    const all = context + waiting + text;
    // What could be the beginning of a name, or what stands behind one, waits for the next chunk.
    const safe = isLast ? all.length : Math.max(context.length, all.length - longest - AROUND);
    let redacted = '';
    let from = 0;
    let to = safe;
    for (const match of all.matchAll(pattern)) {
      const end = match.index + match[0].length;
      if (match.index < context.length) continue;
      if (match.index >= safe) break;
      redacted += all.slice(from, match.index) + starsOf(match[0]);
      from = end;
      to = Math.max(to, end);
      found++;
    }
    redacted += all.slice(from, to);
    const done = redacted.slice(context.length);
    // The text before the cut, as it was: a star would make a word of what follows it.
    context = all.slice(Math.max(0, to - AROUND), to);
    waiting = all.slice(to);
    return Buffer.from(done, 'latin1');
  }

  return {
    get found() {
      return found;
    },
    push: (chunk) => take(chunk.toString('latin1'), false),
    end: () => take('', true),
  };
}

/** The zero bytes of UTF-16 stay: a star must be a character of the same width. */
const starsOf = (match: string): string =>
  match.includes('\0')
    ? match.replaceAll(/[^\0]/g, String.fromCharCode(STAR))
    : String.fromCharCode(STAR).repeat(match.length);

function patternOf(name: string): { pattern: RegExp; longest: number } {
  const alternatives: string[] = [];
  let longest = 0;
  const add = (variant: string, bytesOf: (text: string) => Buffer, before: string, after: string) => {
    const characters = [...variant].map((character) => spellingsOf(character).map(bytesOf));
    longest = Math.max(
      longest,
      characters.reduce((sum, spellings) => sum + Math.max(...spellings.map(({ length }) => length)), 0),
    );
    const parts = characters.map((spellings) => `(?:${spellings.map(escaped).join('|')})`);
    alternatives.push(before + parts.join('') + after);
  };
  const word = '[0-9A-Za-z_]';
  const littleEndian = (text: string) => Buffer.from(text, 'utf16le');
  for (const variant of new Set([name.normalize('NFC'), name.normalize('NFD')])) {
    add(variant, (text) => Buffer.from(text, 'utf8'), `(?<!${word})`, `(?!${word})`);
    const isSingleByte = [...variant].every((character) => character.codePointAt(0)! < 0x100);
    if (isSingleByte) add(variant, (text) => Buffer.from(text, 'latin1'), `(?<!${word})`, `(?!${word})`);
    // As JSON may write what is not ASCII.
    const inJson = (text: string) => Buffer.from(text.replaceAll(/[^\0-\x7f]/g, jsonEscape));
    add(variant, inJson, `(?<!${word})`, `(?!${word})`);
    add(variant, littleEndian, `(?<!${word}\\0)`, `(?!${word}\\0)`);
    add(variant, (text) => littleEndian(text).swap16(), `(?<!\\0${word})`, `(?!\\0${word})`);
  }
  return { pattern: new RegExp(alternatives.join('|'), 'gs'), longest };
}

const jsonEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A character in lower and upper case, those of the same encoding only: ÿ has its capital beyond Latin-1. */
function spellingsOf(character: string): string[] {
  const isLatin = character.codePointAt(0)! < 0x100;
  const spellings = [character, character.toLowerCase(), character.toUpperCase()].filter(
    (spelling) => [...spelling].length === 1 && (!isLatin || spelling.codePointAt(0)! < 0x100),
  );
  return [...new Set(spellings)];
}

const escaped = (bytes: Buffer): string =>
  [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
