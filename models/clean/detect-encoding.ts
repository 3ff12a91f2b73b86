import type { Encoding } from './csv-dialect.ts';

export interface DetectedEncoding {
  encoding: Encoding;
  /** Why, for a person. */
  reason: string;
}

const LF = 10;
const CR = 13;
const COMMA = 44;
const SEMICOLON = 59;

const MARKS: ReadonlyArray<[encoding: Encoding, mark: number[]]> = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The encoding of a sample; `complete` when no character is cut at its end. */
export function detectEncoding(sample: Uint8Array, complete: boolean): DetectedEncoding {
  for (const [encoding, mark] of MARKS) {
    if (mark.every((byte, at) => sample[at] === byte)) return { encoding, reason: 'byte order mark' };
  }
  const wide = wideByZeros(sample);
  if (wide !== null) return wide;
  if (sample.every((byte) => byte < 0x80)) return { encoding: 'utf-8', reason: 'sample is ASCII' };
  const utf8 = linesOfUtf8(sample, complete);
  if (utf8.broken === 0) return { encoding: 'utf-8', reason: 'sample is valid UTF-8' };
  // Letters of windows-1252 are hardly ever valid UTF-8 by chance; a file of both is UTF-8 that others appended to.
  const found = `${utf8.broken} lines that are no UTF-8, ${utf8.whole} lines of it with more than ASCII`;
  if (utf8.whole > 0 && utf8.whole >= utf8.broken) return { encoding: 'utf-8', reason: found };
  const { encoding, reason } = detectWesternEncoding(sample);
  return { encoding, reason: `${found}; ${reason}` };
}

/** How many lines with bytes beyond ASCII are valid UTF-8, and how many are not: noise in one line counts once. */
function linesOfUtf8(sample: Uint8Array, complete: boolean): { whole: number; broken: number } {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const lines = { whole: 0, broken: 0 };
  let start = 0;
  let isAscii = true;
  for (let at = 0; at <= sample.length; at++) {
    const byte = at === sample.length ? LF : sample[at]!;
    if (byte >= 0x80) isAscii = false;
    if (byte !== LF && byte !== CR) continue;
    if (!isAscii) {
      try {
        strict.decode(sample.subarray(start, at), { stream: !complete && at === sample.length });
        lines.whole++;
      } catch {
        lines.broken++;
      }
    }
    start = at + 1;
    isAscii = true;
  }
  return lines;
}

/** Without a mark, wide encodings show by the zeros of their ASCII characters. */
function wideByZeros(sample: Uint8Array): DetectedEncoding | null {
  const zeros = [0, 0, 0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) zeros[at & 3]!++;
  const shares = zeros.map((count) => (4 * count) / sample.length);
  const [a, b, c, d] = shares as [number, number, number, number];
  const reason = 'zero bytes in a pattern';
  // In UTF-32 no character needs the highest byte, and hardly one the next.
  if (c > 0.9 && d > 0.98 && a < 0.05) return { encoding: 'utf-32le', reason };
  if (a > 0.98 && b > 0.9 && d < 0.05) return { encoding: 'utf-32be', reason };
  // In UTF-16 of any script the delimiters and line ends at least are ASCII.
  if (b + d > 0.2 && a + c < 0.02 && hasWideSeparators(sample, 0)) return { encoding: 'utf-16le', reason };
  if (a + c > 0.2 && b + d < 0.02 && hasWideSeparators(sample, 1)) return { encoding: 'utf-16be', reason };
  // A damaged one.
  if (b + d > 1.2 && a + c < 0.1) return { encoding: 'utf-16le', reason };
  if (a + c > 1.2 && b + d < 0.1) return { encoding: 'utf-16be', reason };
  return null;
}

/** Whether most bytes that may be a line end, comma or semicolon of UTF-16 stand beside a zero: else zeros are damage. */
function hasWideSeparators(sample: Uint8Array, lowAt: 0 | 1): boolean {
  let wide = 0;
  let narrow = 0;
  for (let at = lowAt; at < sample.length; at += 2) {
    const low = sample[at]!;
    if (low !== LF && low !== COMMA && low !== SEMICOLON) continue;
    if (sample[lowAt === 0 ? at + 1 : at - 1] === 0) wide++;
    else narrow++;
  }
  return wide > narrow;
}

const isLetter = (byte: number | undefined) =>
  byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte >= 0xc0);

/**
 * Latin-9 (ISO-8859-15) and windows-1252 differ in eight bytes where Latin-9 has € Š š Ž ž Œ œ Ÿ, and in 80 to 9F
 * where it has nothing. The bytes of its letters are signs in windows-1252 (¦ ¨ ´ ¸ ¼ ½ ¾), which stand in no word;
 * that of its € is ¤, which hardly anybody writes.
 */
function detectWesternEncoding(sample: Uint8Array): DetectedEncoding {
  let inWords = 0;
  let asSigns = 0;
  let euros = 0;
  for (let at = 0; at < sample.length; at++) {
    const byte = sample[at]!;
    if (byte >= 0x80 && byte <= 0x9f) {
      return {
        encoding: 'windows-1252',
        reason: `byte ${byte.toString(16).toUpperCase()} is a sign only there`,
      };
    }
    if (byte === 0xa4) euros++;
    else if (
      byte === 0xa6 ||
      byte === 0xa8 ||
      byte === 0xb4 ||
      byte === 0xb8 ||
      (byte >= 0xbc && byte <= 0xbe)
    ) {
      if (isLetter(sample[at - 1]) || isLetter(sample[at + 1])) inWords++;
      else asSigns++;
    }
  }
  const reason = `${inWords} letters and ${euros} euro signs of Latin-9, ${asSigns} signs of windows-1252`;
  return { encoding: inWords + euros > asSigns ? 'iso-8859-15' : 'windows-1252', reason };
}
