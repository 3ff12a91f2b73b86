/**
 * MurmurHash3_x86_128 over 32-bit words.
 *
 * Source: Austin Appleby, https://github.com/aappleby/smhasher/wiki/MurmurHash3 (public domain), seed 0; the words
 * are read as their four bytes, lowest first. It tells contents apart (two of 10 million differing contents collide
 * in 128 bits with probability about 1.5e-25, in the first 64 about 2.7e-6); it is no protection against someone
 * who makes collisions on purpose.
 *
 * @param count how many of `words` count
 * @param byteLength of what the words hold; the bytes behind it in the last word are zero
 * @param hash receives the four words of the hash
 */
export function murmurHash(words: Int32Array, count: number, byteLength: number, hash: Int32Array): void {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const whole = (byteLength >> 4) << 2;
  for (let at = 0; at < whole; at += 4) {
    h1 = (Math.imul(rotate(h1 ^ mixed1(words[at]!), 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 = (Math.imul(rotate(h2 ^ mixed2(words[at + 1]!), 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 = (Math.imul(rotate(h3 ^ mixed3(words[at + 2]!), 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 = (Math.imul(rotate(h4 ^ mixed4(words[at + 3]!), 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  const rest = count - whole;
  if (rest > 3) h4 ^= mixed4(words[whole + 3]!);
  if (rest > 2) h3 ^= mixed3(words[whole + 2]!);
  if (rest > 1) h2 ^= mixed2(words[whole + 1]!);
  if (rest > 0) h1 ^= mixed1(words[whole]!);

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
  hash[0] = h1;
  hash[1] = h2 + h1;
  hash[2] = h3 + h1;
  hash[3] = h4 + h1;
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));
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
