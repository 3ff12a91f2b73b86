import { murmurHash } from './murmur-hash.ts';

/**
 * The hash of a text (`murmurHash` over its UTF-16LE bytes, so that a text needs no encoding first), 32 hexadecimal
 * digits.
 *
 * textDigest('a') // => '96b13b03e14fefcce14fefcce14fefcc'
 */
export function textDigest(text: string): string {
  const count = (text.length + 1) >> 1;
  const words = new Int32Array(count);
  for (let at = 0; at < text.length; at++) words[at >> 1]! |= text.charCodeAt(at) << ((at & 1) << 4);
  const hash = new Int32Array(4);
  murmurHash(words, count, text.length * 2, hash);
  return Array.from(hash, bytesInOrder).join('');
}

/** The word's bytes, lowest first, as the reference writes them. */
const bytesInOrder = (word: number): string =>
  BYTE[word & 0xff]! + BYTE[(word >>> 8) & 0xff]! + BYTE[(word >>> 16) & 0xff]! + BYTE[word >>> 24]!;

const BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
