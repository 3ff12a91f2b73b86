/**
 * MurmurHash3_x86_128 of a text, 32 hexadecimal digits.
 *
 * Source: Austin Appleby, https://github.com/aappleby/smhasher/wiki/MurmurHash3 (public domain), seed 0, over
 * the text's UTF-16LE bytes, so that a text needs no encoding first. It tells contents apart (two of 10
 * million differing contents collide with probability about 1.5e-25); it is no protection against someone who
 * makes collisions on purpose.
 *
 * textDigest('a') // => '96b13b03e14fefcce14fefcce14fefcc'
 */
export function textDigest(text: string): string {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const wholeBlocks = text.length >> 3;
  for (let block = 0; block < wholeBlocks; block++) {
    const at = block << 3;
    h1 = (Math.imul(rotate(h1 ^ mixed1(pair(text, at)), 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 = (Math.imul(rotate(h2 ^ mixed2(pair(text, at + 2)), 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 = (Math.imul(rotate(h3 ^ mixed3(pair(text, at + 4)), 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 = (Math.imul(rotate(h4 ^ mixed4(pair(text, at + 6)), 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  const tail = wholeBlocks << 3;
  const rest = text.length - tail;
  if (rest > 6) h4 ^= mixed4(pair(text, tail + 6));
  if (rest > 4) h3 ^= mixed3(pair(text, tail + 4));
  if (rest > 2) h2 ^= mixed2(pair(text, tail + 2));
  if (rest > 0) h1 ^= mixed1(pair(text, tail));

  const byteLength = text.length * 2;
  h1 ^= byteLength;
  h2 ^= byteLength;
  h3 ^= byteLength;
  h4 ^= byteLength;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h3 = avalanche(h3);
  h4 = avalanche(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  return bytesInOrder(h1) + bytesInOrder(h2) + bytesInOrder(h3) + bytesInOrder(h4);
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));
/** Two characters as the 32-bit word of their four bytes; zero behind the end. */
const pair = (text: string, at: number) => text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
const mixed1 = (word: number) => Math.imul(rotate(Math.imul(word, C1), 15), C2);
const mixed2 = (word: number) => Math.imul(rotate(Math.imul(word, C2), 16), C3);
const mixed3 = (word: number) => Math.imul(rotate(Math.imul(word, C3), 17), C4);
const mixed4 = (word: number) => Math.imul(rotate(Math.imul(word, C4), 18), C1);

function avalanche(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The word's bytes, lowest first, as the reference writes them. */
function bytesInOrder(word: number): string {
  return BYTE[word & 0xff]! + BYTE[(word >>> 8) & 0xff]! + BYTE[(word >>> 16) & 0xff]! + BYTE[word >>> 24]!;
}

const BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
